"""Applications, decisions, memberships of people and units, moves, dues, honours, histories."""

from members.models.admission import Application, ApplicationEvent, Decision, JoinDraft
from members.models.books import DuesBook, DuesEntry, DuesRemittance
from members.models.dues import (
    DuesCharge,
    DuesPayment,
    DuesProposal,
    DuesReceipt,
    DuesSplit,
    DuesTariff,
)
from members.models.endings import Expulsion, ExpulsionEvent, Resettlement
from members.models.entries import Entry
from members.models.exports import Export, ExportDay, SavedFilter
from members.models.groups import GradeChange, GroupEvent, GroupFile, GroupMembership
from members.models.honours import Honour
from members.models.memberships import Membership, MembershipEvent, NumberSequence
from members.models.moves import Transfer, Withdrawal

__all__ = [
    "Application",
    "ApplicationEvent",
    "Decision",
    "DuesBook",
    "DuesCharge",
    "DuesEntry",
    "DuesPayment",
    "DuesProposal",
    "DuesReceipt",
    "DuesRemittance",
    "DuesSplit",
    "DuesTariff",
    "Entry",
    "Export",
    "ExportDay",
    "Expulsion",
    "ExpulsionEvent",
    "GradeChange",
    "GroupEvent",
    "GroupFile",
    "GroupMembership",
    "Honour",
    "JoinDraft",
    "Membership",
    "MembershipEvent",
    "NumberSequence",
    "Resettlement",
    "SavedFilter",
    "Transfer",
    "Withdrawal",
]
