"""Acts of a roll call, put in order by when they happened, and what they come to. Pure.

Phones without network tell of them late, in any order and more than once; two desks may tell of
one person. What stands is what one desk would have left that heard of everything in time
(security.md QR-05).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from activities.rules.attendance import SCANS, AttendanceStatus, AttendanceWay


class MarkAct(StrEnum):
    """What a keeper noted of somebody."""

    COME = "come"
    GO = "go"
    UNDO = "undo"


_ORDER = {act: place for place, act in enumerate(MarkAct)}


@dataclass(frozen=True, slots=True)
class Mark:
    """One act: when it happened, how and by whom it was noted, whether a phone kept it."""

    at: datetime
    act: MarkAct
    way: AttendanceWay
    by_user_id: int | None = None
    is_offline: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What all acts come to: the coming and the going that count; without a coming, nothing."""

    status: AttendanceStatus | None = None
    come: Mark | None = None
    go: Mark | None = None


def fold(marks: Iterable[Mark]) -> Told:
    """Return what acts come to: who is in stays in, nobody goes who did not come.

    A scan outdoes what a phone claims to have noted before it: it is the better evidence.
    """
    told = Told()
    for mark in sorted(marks, key=_place):
        is_there = told.status in (AttendanceStatus.IN, AttendanceStatus.OUT)
        if mark.act is MarkAct.COME and (not is_there or _outdoes(mark, told)):
            told = Told(AttendanceStatus.IN, mark)
        elif mark.act is MarkAct.GO and told.status is AttendanceStatus.IN:
            told = Told(AttendanceStatus.OUT, told.come, mark)
        elif mark.act is MarkAct.UNDO and is_there:
            told = Told(AttendanceStatus.UNDONE, told.come)
    return told


def _outdoes(mark: Mark, told: Told) -> bool:
    claimed = told.come is not None and told.come.is_offline
    return mark.way in SCANS and claimed and told.status is AttendanceStatus.IN


def _place(mark: Mark) -> tuple[datetime, int, int]:
    return mark.at, _ORDER[mark.act], mark.by_user_id or 0
