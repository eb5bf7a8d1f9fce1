"""Who did what to whom, why: append-only and chained; and who looked at whom."""
