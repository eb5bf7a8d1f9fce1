"""What reads batches, and the objects that are shared."""
