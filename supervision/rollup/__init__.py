"""Numbers counted again: every night what changes with the day, and all of them from the rows."""
