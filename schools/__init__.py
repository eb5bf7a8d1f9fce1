"""The register of schools and the coverage by school branches."""
