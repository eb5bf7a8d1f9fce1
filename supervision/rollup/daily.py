"""What changes with the day alone, without any fact: counted every night (domain.md 6.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    bindparam,
    exists,
    func,
    select,
)

from activities.models import Venue, VenuePulse
from activities.queries.vitals import silent_limit, silent_since
from core import settings
from core.clock import add_working_days, day_bounds
from core.database import UTCDateTime
from members.models import Application, Membership
from members.rules import ApplicationStatus, MembershipKind, MembershipStatus
from organizations.counting import Count, Values, cells_of, group
from organizations.models import Organization
from organizations.operations.tallies import Statements, statements_of
from organizations.rules import OPEN_STATES, Measure
from supervision import nightly_people
from supervision.quality.queries.rows import day_values, desk_counts
from supervision.recount import filer
from supervision.rollup.rules import months_before
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import SERVING, ServiceStatus


def values_of(day: date) -> Values:
    """Return the days and numbers that the statements ask for, by the settings of a day."""
    return {
        "day": day,
        "silent_limit": silent_limit(day),
        "active_since": months_before(day, settings.value("volunteers.active_months", day)),
        "active_minutes": settings.value("volunteers.active_minutes", day),
        "in_time": _begin(day, "matters.join_member"),
        "filed_in_time": _begin(day, "filings.working_days"),
        **day_values(day),
        **nightly_people.values_of(day),
    }


def first_in_time(today: date, working_days: int) -> date:
    """Return the first day on which what came in is still in time; before it all is overdue."""
    day = today
    while add_working_days(day - timedelta(days=1), working_days) >= today:
        day -= timedelta(days=1)
    return day


def _begin(day: date, setting: str) -> Any:
    return day_bounds(first_in_time(day, settings.value(setting, day)))[0]


@cache
def statements() -> Statements:
    """Return the statement that compares each nightly number with the rows of a day."""
    return statements_of(daily_counts())


def daily_counts() -> Iterator[Count]:
    """Yield how each nightly number is counted."""
    day, place = _day("day"), Organization
    over = place.term_ends_on < day, place.status.in_(OPEN_STATES)
    yield from group(Measure.OVERDUE_ELECTIONS, place.id, *over)
    pulse = exists().where(VenuePulse.venue_id == Venue.id, VenuePulse.last_held_on >= _limit())
    quiet = silent_since(_limit(), ~pulse)
    yield from group(Measure.SILENT_VENUES, Venue.organization_id, quiet)
    yield Count(Measure.ACTIVE_VOLUNTEERS, _active())
    waiting = Application.status == ApplicationStatus.SUBMITTED
    late = Application.submitted_at < _instant("in_time")
    yield from group(Measure.OVERDUE_APPLICATIONS, Application.handler_id, waiting, late)
    approved = Membership.status == MembershipStatus.APPROVED
    adult = Membership.kind == MembershipKind.ADULT
    late = Membership.approved_at < _instant("filed_in_time")
    yield from group(Measure.OVERDUE_FILINGS, filer(), approved, adult, late)
    yield from desk_counts()
    yield from nightly_people.minors()


def _active() -> Any:
    """Return volunteers who served long enough in the last months, where each is now (I10)."""
    record = ServiceRecord
    served = (
        select(record.volunteer_id)
        .where(
            record.status == ServiceStatus.CONFIRMED,
            record.counts,
            record.served_on >= _day("active_since"),
        )
        .group_by(record.volunteer_id)
        .having(func.sum(record.minutes) >= bindparam("active_minutes", type_=Integer))
    ).subquery("served")
    at = Volunteer.organization_id
    return (
        select(*cells_of(at, None, None, func.count()))
        .join(served, served.c.volunteer_id == Volunteer.id)
        .where(Volunteer.status.in_(SERVING))
        .group_by(at)
    )


def _limit() -> Any:
    return _day("silent_limit")


def _day(name: str) -> Any:
    return bindparam(name, type_=Date)


def _instant(name: str) -> Any:
    return bindparam(name, type_=UTCDateTime)
