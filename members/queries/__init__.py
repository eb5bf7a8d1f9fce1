"""Reading applications, memberships and cards, always inside a scope or for oneself."""

from core.files.models import StoredFile
from members.models import DuesProposal, Entry, GroupEvent, GroupMembership, Membership, Transfer
from members.queries.filings import office_waiting
from members.queries.own import membership_of, open_applications, own_membership, own_waiting
from members.queries.queue import Waiting, waiting_of
from organizations.models import Organization

__all__ = [
    "DuesProposal",
    "Entry",
    "GroupEvent",
    "GroupMembership",
    "Membership",
    "Organization",
    "StoredFile",
    "Transfer",
    "Waiting",
    "membership_of",
    "office_waiting",
    "open_applications",
    "own_membership",
    "own_waiting",
    "waiting_of",
]
