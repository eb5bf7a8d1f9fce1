"""Reading applications, memberships and cards, always inside a scope or for oneself."""

from members.queries.filings import filings_waiting_since
from members.queries.own import membership_of, open_applications
from members.queries.queue import Waiting, waiting_of

__all__ = [
    "Waiting",
    "filings_waiting_since",
    "membership_of",
    "open_applications",
    "waiting_of",
]
