"""What the public area reads."""
