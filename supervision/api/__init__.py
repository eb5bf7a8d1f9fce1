"""The read-only interface for other systems: tokens, what they read, and its document."""
