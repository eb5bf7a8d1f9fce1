"""How shifts and conditions are told in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from activities.queries.work import counts_as_service
from activities.routes.blueprint import bp
from activities.rules import Phase, SignupStatus, Verdict, phase_of
from core import clock
from core.filters import day, moment
from core.i18n import fill

if TYPE_CHECKING:
    from activities.queries import Activity, Shift

TONES = {
    Phase.DRAFT: "neutral",
    Phase.REVIEW: "warn",
    Phase.OPEN: "ok",
    Phase.FULL: "warn",
    Phase.RUNNING: "info",
    Phase.TO_END: "warn",
    Phase.ENDED: "neutral",
    Phase.CANCELLED: "error",
}
SIGNUP_TONES = {
    SignupStatus.SIGNED_UP: "warn",
    SignupStatus.ACCEPTED: "ok",
    SignupStatus.WAITLISTED: "warn",
    SignupStatus.REFUSED: "error",
    SignupStatus.CANCELLED: "neutral",
    SignupStatus.CALLED_OFF: "error",
    SignupStatus.NO_SHOW: "neutral",
}


@bp.app_template_test("counted")
def is_counted(activity: Activity) -> bool:
    """Return whether the time of an activity counts as hours of service."""
    return counts_as_service(activity.work, clock.local(activity.first_starts_at).date())


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition in words, and whether it is met."""

    is_met: bool
    text: str


def span(starts_at: datetime, ends_at: datetime) -> str:
    """Return a time in words: 11月21日 14:00–16:30, the second day where it is another."""
    start, end = clock.local(starts_at), clock.local(ends_at)
    if start.date() == end.date():
        return f"{day(start.date())} {start:%H:%M}–{end:%H:%M}"
    return f"{moment(starts_at)} – {moment(ends_at)}"


def days(starts_at: datetime, ends_at: datetime) -> str:
    """Return the days of an activity in words: one, or the first and the last."""
    first, last = clock.local(starts_at).date(), clock.local(ends_at).date()
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def reasons(verdicts: list[Verdict]) -> list[Reason]:
    """Return conditions in the language of the screen."""
    return [Reason(one.is_met, fill(one.message, dict(one.params))) for one in verdicts]


def phase(activity: Activity, now: datetime, free: int) -> Phase:
    """Return the phase of an activity."""
    return phase_of(activity.status, activity.first_starts_at, activity.last_ends_at, now, free)


def shift_phase(shift: Shift, activity: Activity, now: datetime) -> Phase:
    """Return the phase of a shift; one that is over needs no end of its own."""
    found = phase_of(activity.status, shift.starts_at, shift.ends_at, now, shift.free)
    return Phase.ENDED if found is Phase.TO_END else found
