"""Forms of schools, by topic."""
