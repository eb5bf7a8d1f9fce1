"""The public area: what everybody finds without an account."""
