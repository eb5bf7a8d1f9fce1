"""Made-up data: a small demonstration, and the full size for measurements."""
