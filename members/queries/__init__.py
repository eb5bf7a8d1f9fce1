"""Reading applications, memberships and cards, always inside a scope or for oneself."""

from members.models import DuesProposal, Membership, Transfer
from members.queries.filings import office_waiting
from members.queries.own import membership_of, open_applications
from members.queries.queue import Waiting, waiting_of
from organizations.models import Organization

__all__ = [
    "DuesProposal",
    "Membership",
    "Organization",
    "Transfer",
    "Waiting",
    "membership_of",
    "office_waiting",
    "open_applications",
    "waiting_of",
]
