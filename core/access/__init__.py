"""Who may do what, how far: one table, one guard, one scope."""
