"""Writing persons, consents and the read log."""
