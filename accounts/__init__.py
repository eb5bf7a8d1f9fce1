"""Accounts that sign in, the posts they hold, sessions and the second factor."""
