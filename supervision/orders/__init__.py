"""Supervision orders: who has to put what right by when, and how it ended (督办单)."""
