"""What schools change, by topic."""
