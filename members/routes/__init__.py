"""Pages of joining, deciding, filing, and of the card."""

from members.routes import (
    card,
    consent,
    drives,
    dues,
    dues_arrears,
    dues_books,
    dues_rules,
    filings,
    honours,
    join,
    leaving,
    own,
    queue,
    review,
    roster,
    steps,
    transfers,
)
from members.routes.blueprint import bp

__all__ = [
    "bp",
    "card",
    "consent",
    "drives",
    "dues",
    "dues_arrears",
    "dues_books",
    "dues_rules",
    "filings",
    "honours",
    "join",
    "leaving",
    "own",
    "queue",
    "review",
    "roster",
    "steps",
    "transfers",
]
