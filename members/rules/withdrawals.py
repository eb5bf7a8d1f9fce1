"""Leaving the society: free at any time, in force at once, undone for some days (MEM-43)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown
from members.rules.applications import MAX_NOTE


class WithdrawalStatus(StrEnum):
    """Where a withdrawal is; the membership ended when it was requested."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    FILED = "filed"
    UNDONE = "undone"


class WithdrawalAction(StrEnum):
    """What can be done to a withdrawal. Nobody can refuse it."""

    CONFIRM = "confirm"
    FILE = "file"
    UNDO = "undo"


class WithdrawalReason(StrEnum):
    """Why somebody leaves, where he wants to tell."""

    MOVED = "moved"
    NO_TIME = "no_time"
    DUES = "dues"
    OTHER = "other"


_W, _WA = WithdrawalStatus, WithdrawalAction

WITHDRAWAL_TRANSITIONS: Mapping[tuple[WithdrawalStatus, WithdrawalAction], WithdrawalStatus] = {
    (_W.REQUESTED, _WA.CONFIRM): _W.CONFIRMED,
    (_W.REQUESTED, _WA.FILE): _W.FILED,
    (_W.CONFIRMED, _WA.FILE): _W.FILED,
    (_W.REQUESTED, _WA.UNDO): _W.UNDONE,
    (_W.CONFIRMED, _WA.UNDO): _W.UNDONE,
}

#: States in which the member may still think better of it.
UNSETTLED = (_W.REQUESTED, _W.CONFIRMED)


def check_undo_of_withdrawal(undo_until: date | None, today: date) -> None:
    """Raise RuleViolation after the last day to undo a withdrawal, or where there is none."""
    if undo_until is None or today > undo_until:
        raise RuleViolation("", N_("已过可以撤销的日子。想回来，可以重新申请入会"))


def check_words(note: str) -> str:
    """Return what somebody who leaves wrote, trimmed; nothing is fine, 200 characters at most."""
    text = check_shown(note.strip(), "note")
    if len(text) > MAX_NOTE:
        raise RuleViolation("note", N_("最多 %(limit)d 个字"), limit=MAX_NOTE)
    return text
