"""Backups: one encrypted, authenticated file per copy; restoring never revives a session."""
