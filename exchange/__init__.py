"""Batches for another volunteer system: what is shared, what came back (VOL-50 to 53)."""
