"""What decides about schools, by topic. Pure."""
