"""How long somebody was there: what is counted of coming and going (domain.md VOL-23). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.rules.attendance import AttendanceWay, HoursRule

MINUTE = timedelta(minutes=1)
_ROLL = (AttendanceWay.TICK, AttendanceWay.PAPER)
_SET = (AttendanceWay.END, AttendanceWay.AUTO)


@dataclass(frozen=True, slots=True)
class Presence:
    """When somebody came and went, by which ways; ``minutes`` is what the keeper set by hand."""

    in_at: datetime
    in_way: AttendanceWay
    out_at: datetime
    out_way: AttendanceWay
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned time of a shift, and the rules over it: minutes of grace and of rounding."""

    starts_at: datetime
    ends_at: datetime
    rule: HoursRule
    window: int
    round_to: int = 1

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - self.window * MINUTE

    @property
    def closes_at(self) -> datetime:
        return self.ends_at + self.window * MINUTE


@dataclass(frozen=True, slots=True)
class Served:
    """The time that is counted; ``exact`` is what it was before rounding."""

    starts_at: datetime
    minutes: int
    exact: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.minutes * MINUTE


def served(presence: Presence, plan: Plan) -> Served:
    """Return the time that is counted of a presence.

    Who came early is counted from the planned start, who was ticked as well; nobody beyond the
    window after the planned end. Rounding never adds time.
    """
    if presence.minutes is not None:
        return _by_hand(presence, presence.minutes, plan)
    if plan.rule is HoursRule.FIXED:
        length = (plan.ends_at - plan.starts_at) // MINUTE
        return Served(plan.starts_at, length, length)
    start = _start(presence, plan)
    exact = max((_end(presence, plan) - start) // MINUTE, 0)
    return Served(start, exact - exact % plan.round_to, exact)


def _by_hand(presence: Presence, minutes: int, plan: Plan) -> Served:
    """Return what the keeper set, from the start where it fits before the end of the window."""
    start = plan.starts_at if plan.rule is HoursRule.FIXED else _start(presence, plan)
    if start + minutes * MINUTE > plan.closes_at:
        start = plan.starts_at
    return Served(start, minutes, minutes)


def _start(presence: Presence, plan: Plan) -> datetime:
    if presence.in_way in _ROLL:
        return plan.starts_at
    return max(_whole(presence.in_at), plan.starts_at)


def _end(presence: Presence, plan: Plan) -> datetime:
    last = plan.ends_at if presence.out_way in _SET else plan.closes_at
    return min(_whole(presence.out_at), last)


def _whole(instant: datetime) -> datetime:
    """Return the minute that a clock shows."""
    return instant.replace(second=0, microsecond=0)


def most_minutes(plan: Plan) -> int:
    """Return the most that a keeper may set by hand: from the planned start to the window's end."""
    return (plan.closes_at - plan.starts_at) // MINUTE
