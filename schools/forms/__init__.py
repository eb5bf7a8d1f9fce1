"""The shape of what schools send, by topic."""
