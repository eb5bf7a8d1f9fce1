"""Kinds of doubtful data, and lists that have to be put right. Pure (domain.md I21, 8 row 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation

NOTE_MAX = 200
WHOLE = 10_000


class Group(StrEnum):
    """What can be doubtful about data of a person."""

    MISSING = "missing"
    INVALID = "invalid"
    DUPLICATE = "duplicate"
    STALE = "stale"


class Kind(StrEnum):
    """One thing that can be put right, row by row."""

    MISSING_ID = "missing_id"
    MISSING_PHONE = "missing_phone"
    MISSING_BIRTH = "missing_birth"
    MISSING_PAPER = "missing_paper"
    INVALID_ID = "invalid_id"
    INVALID_PHONE = "invalid_phone"
    DUPLICATE = "duplicate"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a kind: its group, and the number of the night that tells it of a tree."""

    group: Group
    measure: str


KINDS: Mapping[Kind, Shape] = {
    Kind.MISSING_ID: Shape(Group.MISSING, "desk_no_id"),
    Kind.MISSING_PHONE: Shape(Group.MISSING, "desk_no_phone"),
    Kind.MISSING_BIRTH: Shape(Group.MISSING, "desk_no_birth"),
    Kind.MISSING_PAPER: Shape(Group.MISSING, "desk_no_paper"),
    Kind.INVALID_ID: Shape(Group.INVALID, "desk_wrong_id"),
    Kind.INVALID_PHONE: Shape(Group.INVALID, "desk_wrong_phone"),
    Kind.DUPLICATE: Shape(Group.DUPLICATE, "desk_double"),
    Kind.STALE: Shape(Group.STALE, "stale_people"),
}


class FixStatus(StrEnum):
    """Where a list is that an organization has to put right."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class FixAction(StrEnum):
    """What happens to such a list: it closes itself when it is empty."""

    CLOSE = "close"
    WITHDRAW = "withdraw"


FIX_TRANSITIONS: Mapping[tuple[FixStatus, FixAction], FixStatus] = {
    (FixStatus.OPEN, FixAction.CLOSE): FixStatus.DONE,
    (FixStatus.OPEN, FixAction.WITHDRAW): FixStatus.WITHDRAWN,
}


def kind_of(text: str) -> Kind | None:
    """Return the kind that an address names, None for no kind."""
    return Kind(text) if text in set(Kind) else None


def share_of(count: int, people: int) -> int | None:
    """Return a share in hundredths of a per cent, half up; None where there is nobody."""
    return (2 * count * WHOLE + people) // (2 * people) if people > 0 else None


def progress_of(before: int, now: int) -> int:
    """Return how many rows of a list were put right; new ones make it no less than nothing."""
    return max(0, before - now)


def check_note(text: str) -> str:
    """Return the words beside an assignment, maybe none. Raises RuleViolation for too many."""
    note = " ".join(text.split())
    if len(note) > NOTE_MAX or (note and not note.isprintable()):
        raise RuleViolation("note", N_("最多 %(count)d 字"), count=NOTE_MAX)
    return note


def check_due(due_on: date, today: date, last: date) -> date:
    """Return the day until which a list is put right. Raises RuleViolation for past and far."""
    if not today <= due_on <= last:
        raise RuleViolation("due_on", N_("应在今天到 %(day)s 之间"), day=last.isoformat())
    return due_on
