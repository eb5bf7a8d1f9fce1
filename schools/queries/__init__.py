"""What schools read, by topic."""
