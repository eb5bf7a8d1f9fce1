"""One record per human being: identity, contact, guardians, consents, duplicates."""
