"""What reads doubtful data: how many rows of each kind, and which."""
