"""Data at the size of the province, all of it made up, loaded in bulk (security.md T3).

`flask scale seed --size S|M|L` fills an empty database. Every number the product maintains is
right afterwards: figures, totals, chain, sequences. The same seed on the same day gives the same
rows; only sealed fields differ, because every sealing takes a fresh nonce.
"""
