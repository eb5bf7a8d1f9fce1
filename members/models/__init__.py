"""Applications to join, decisions over them, memberships, moves, honours, and their history."""

from members.models.admission import Application, ApplicationEvent, Decision, JoinDraft
from members.models.honours import Honour
from members.models.memberships import Membership, MembershipEvent, NumberSequence
from members.models.moves import Transfer, Withdrawal

__all__ = [
    "Application",
    "ApplicationEvent",
    "Decision",
    "Honour",
    "JoinDraft",
    "Membership",
    "MembershipEvent",
    "NumberSequence",
    "Transfer",
    "Withdrawal",
]
