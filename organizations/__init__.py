"""The tree of Red Cross organizations, its divisions, and the numbers of each level."""
