"""What reads tokens, and what systems read by them."""
