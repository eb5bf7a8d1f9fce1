"""Appointments at venues: slots out of opening hours, and what becomes of a booking. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules import N_, RuleViolation

#: Slots begin and end on such quarters, so that the database can refuse two that overlap.
QUARTER = timedelta(minutes=15)
LENGTHS = (15, 30, 45, 60, 90, 120)
MAX_SEATS, MAX_DAYS, MAX_SLOTS, MAX_NOTE = 50, 62, 800, 60


class AppointmentStatus(StrEnum):
    """Where an appointment is; only ``booked`` and ``came`` hold a seat."""

    BOOKED = "booked"
    CAME = "came"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"


class AppointmentAction(StrEnum):
    """What can be done to an appointment."""

    COME = "come"
    MISS = "miss"
    UNDO = "undo"
    CANCEL = "cancel"
    CALL_OFF = "call_off"


_S, _A = AppointmentStatus, AppointmentAction

APPOINTMENT_TRANSITIONS: Mapping[tuple[AppointmentStatus, AppointmentAction], AppointmentStatus] = {
    (_S.BOOKED, _A.COME): _S.CAME,
    (_S.BOOKED, _A.MISS): _S.NO_SHOW,
    (_S.CAME, _A.UNDO): _S.BOOKED,
    (_S.NO_SHOW, _A.UNDO): _S.BOOKED,
    (_S.BOOKED, _A.CANCEL): _S.CANCELLED,
    (_S.BOOKED, _A.CALL_OFF): _S.CALLED_OFF,
}

#: States that hold a seat; a mark after the slot began gives none back.
SEATED = (_S.BOOKED, _S.CAME, _S.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Offer:
    """How a keeper cuts opening hours into slots."""

    minutes: int
    seats: int

    def check(self) -> None:
        """Raise RuleViolation for a length or a number of seats that is not offered."""
        if self.minutes not in LENGTHS:
            raise RuleViolation("minutes", N_("请选择每次多长"))
        if not 1 <= self.seats <= MAX_SEATS:
            message = N_("应在 %(low)d 到 %(high)d 之间")
            raise RuleViolation("seats", message, low=1, high=MAX_SEATS)


def slots_of(
    spans: Iterable[tuple[datetime, datetime]], offer: Offer, after: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the slots inside opening hours, from the first full quarter, none that has begun."""
    length = timedelta(minutes=offer.minutes)
    for opens, closes in spans:
        starts = _next_quarter(opens)
        while starts + length <= closes:
            if starts > after:
                yield starts, starts + length
            starts += length


def quarters_of(starts_at: datetime, ends_at: datetime) -> Iterator[datetime]:
    """Yield the quarters that a time takes."""
    while starts_at < ends_at:
        yield starts_at
        starts_at += QUARTER


def _next_quarter(instant: datetime) -> datetime:
    over = timedelta(
        minutes=instant.minute % 15, seconds=instant.second, microseconds=instant.microsecond
    )
    return instant - over + QUARTER if over else instant


def check_caller(name: str, phone: str) -> None:
    """Raise RuleViolation where a caller cannot be called back."""
    if not name:
        raise RuleViolation("name", N_("请填写称呼"))
    if not phone:
        raise RuleViolation("phone", N_("请填写电话"))


def check_cancellable(starts_at: datetime, now: datetime) -> None:
    """Raise RuleViolation once a slot has begun."""
    if now >= starts_at:
        raise RuleViolation("", N_("已经开始，不能取消"))


def check_markable(starts_at: datetime, now: datetime) -> None:
    """Raise RuleViolation before a slot begins: nobody missed it yet."""
    if now < starts_at:
        raise RuleViolation("", N_("还没到时间"))
