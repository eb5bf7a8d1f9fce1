"""Numbers for the home pages: a person's hours, what waits at an organization."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, bindparam, func, select

from core import clock, settings
from core.statements import Kept
from volunteers.models import Registration, ServiceRecord, Volunteer, VolunteerTotal
from volunteers.queries.holds import count_asked, count_late_holds
from volunteers.queries.objections import asked_before, count_late
from volunteers.queries.registering import is_rolling, minutes_of_twelve_months
from volunteers.queries.sheets import count_on_sheets, count_seconds
from volunteers.queries.skills import count_to_check
from volunteers.queries.teams import count_teams
from volunteers.rules import SERVING, ServiceStatus, VolunteerStatus
from volunteers.rules.registering import RegistrationStatus

STARS = (1, 2, 3, 4, 5)


class StepKind(StrEnum):
    """What a volunteer may reach next."""

    REGISTERED = "registered"
    STAR = "star"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next and how many minutes are missing; 0 means that one may apply."""

    kind: StepKind
    star: int
    minutes_left: int


@dataclass(frozen=True, slots=True)
class HoursSummary:
    """The hours of a person: of one year, and of all years."""

    is_volunteer: bool
    year: int
    confirmed_minutes: int = 0
    pending_minutes: int = 0
    total_minutes: int = 0
    next_step: NextStep | None = None


class _Total(NamedTuple):
    status: VolunteerStatus
    year: int
    confirmed_minutes: int
    pending_minutes: int


_OF_PERSON = Kept(
    select(
        Volunteer.status,
        VolunteerTotal.year,
        VolunteerTotal.confirmed_minutes,
        VolunteerTotal.pending_minutes,
    )
    .outerjoin(VolunteerTotal, VolunteerTotal.volunteer_id == Volunteer.id)
    .where(Volunteer.person_id == bindparam("person"))
)


def hours_summary(person_id: int | None, year: int, on: date) -> HoursSummary:
    """Return the hours of a person for the home page: one statement beside the settings.

    One more where the last twelve months count towards the registered grade.
    """
    rows = [_Total(*row) for row in _OF_PERSON.rows({"person": person_id})]
    if not rows:
        return HoursSummary(is_volunteer=False, year=year)
    this_year = [row for row in rows if row.year == year]
    confirmed = sum(row.confirmed_minutes for row in this_year)
    total = sum(row.confirmed_minutes or 0 for row in rows)
    status = rows[0].status
    counted = confirmed
    if person_id and status is VolunteerStatus.ENTERED and is_rolling(on):
        counted = minutes_of_twelve_months(person_id, clock.now())
    return HoursSummary(
        is_volunteer=status in SERVING,
        year=year,
        confirmed_minutes=confirmed,
        pending_minutes=sum(row.pending_minutes for row in this_year),
        total_minutes=total,
        next_step=next_step(status, counted, total, on),
    )


def next_step(status: VolunteerStatus, this_year: int, total: int, on: date) -> NextStep | None:
    """Return what a volunteer may reach next (VOL-01, decisions.md D14); None after five stars."""
    if status not in SERVING:
        return None
    if status is VolunteerStatus.ENTERED:
        missing = settings.value("hours.registered_minutes", on) - this_year
        return NextStep(StepKind.REGISTERED, 0, max(missing, 0))
    for star in STARS:
        missing = settings.value(f"stars.{star}", on) - total
        if missing > 0:
            return NextStep(StepKind.STAR, star, missing)
    return None


def desk_counts(handler_id: Any) -> list[ScalarSelect[int]]:
    """Return what counts what volunteers ask of an organization besides hours.

    Applications for the registered grade, certificates and teams; questions of the desk above
    about hours; sheets of hours, and the records on these; what is late here: answers to
    objections, holds. A home asks for all at once, with ``desk_values`` of the day.
    """
    return [
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.handler_id == handler_id,
            Registration.status == RegistrationStatus.SUBMITTED,
        )
        .scalar_subquery(),
        count_to_check(handler_id),
        count_teams(handler_id),
        count_asked(handler_id),
        count_seconds(handler_id),
        count_on_sheets(handler_id),
        count_late(handler_id, bindparam("asked_before")),
        count_late_holds(handler_id, bindparam("today")),
    ]


def desk_values(day: date) -> dict[str, Any]:
    """Return what ``desk_counts`` asks for by name on a day."""
    return {"today": day, "asked_before": asked_before(day)}


def pending_counts(handler_id: Any) -> list[ScalarSelect[Any]]:
    """Return what counts the hours that wait at a desk, and since when the oldest does."""
    record = ServiceRecord
    waits = (
        record.handler_id == handler_id,
        record.status == ServiceStatus.PENDING,
        record.sheet_id.is_(None),
    )
    told = (func.count(), func.min(record.submitted_at))
    return [select(one).select_from(record).where(*waits).scalar_subquery() for one in told]
