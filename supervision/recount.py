"""Counting everything again from the rows, to compare with the maintained numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import and_, case, exists, extract, func, or_, select, union_all

from activities.models import Activity, ActivityReport, Attendance, Shift, Venue, VenueVisitDay
from activities.rules import ActivityStatus
from activities.rules.venues import BEARS_NAME
from members.models import Application, DuesCharge, GroupMembership, Membership
from members.rules import LIVE_STATES, ApplicationStatus, MembershipKind, MembershipStatus
from members.rules.groups import GROUP_WAITING
from organizations.counting import (
    Count,
    Difference,
    by_measure,
    cells_of,
    comparison,
    look,
    month_key,
)
from organizations.counting import dated as _dated
from organizations.counting import group as _group
from organizations.listing import GRASSROOTS
from organizations.models import Organization
from organizations.rules import NIGHTLY, OPEN_STATES, REFERENCES, Measure
from people.models import ChangeRequest, RightsRequest
from people.rules.changes import ChangeStatus
from people.rules.rights import RIGHTS_OPEN
from schools.models import School, YouthActivity, YouthRoll
from schools.rules.attending import KINDS, RollStatus
from schools.rules.register import SchoolStatus
from supervision.recount_people import all_topics
from volunteers.models import Hold, ServiceRecord, Volunteer
from volunteers.rules import SERVING, ServiceStatus, VolunteerStatus
from volunteers.rules.holds import HOLDING
from volunteers.rules.sheets import MANUAL

#: What every fact changes in its own transaction.
KEPT = tuple(one for one in Measure if one not in NIGHTLY and one not in REFERENCES)
#: Minutes are told by the day on which service began; Shanghai is eight hours ahead, all year.
DAY, AHEAD, MINUTE = 86_400, 28_800, 60
DECEMBER, NEW_YEAR, HUNDRED = 12, 89, 100
#: Days that end a month, as 1231; the 28th of February does in three years of four.
LAST_DAYS = (131, 229, 331, 430, 531, 630, 731, 831, 930, 1031, 1130, 1231)
FEBRUARY_28 = 228
_HELD = Shift.held_on.is_not(None)


def differences() -> list[Difference]:
    """Return every maintained number, and every part of one, that does not equal the rows."""
    found = [one for measure in KEPT for one in look(measure, statement_of(measure), {})]
    return sorted(found, key=lambda one: (one.organization_id, one.measure, one.part, one.period))


@cache
def kept_counts() -> dict[Measure, list[Count]]:
    """Return how each maintained number is counted."""
    topics = (
        *(_tree, _members, _units, _volunteers, _schools, _records, _dues, _changes),
        *(_activities, _youth, _venues, _venue_times),
    )
    return by_measure(chain(all_topics(), *(topic() for topic in topics)))


@cache
def statement_of(measure: Measure) -> Any:
    """Return the statement that compares a maintained number with the rows behind it."""
    return comparison(measure, counts_of(measure))


def counts_of(measure: Measure) -> Sequence[Count]:
    """Return how a maintained number is counted; nothing for one that nobody keeps."""
    return kept_counts().get(measure, ())


def _tree() -> Iterator[Count]:
    at, measure = Organization.id, Measure.ORGANIZATIONS
    counted = Organization.kind.in_(GRASSROOTS), Organization.status.in_(OPEN_STATES)
    yield from _group(measure, at, *counted)
    yield from _group(measure, at, *counted, part=Organization.kind)


def _members() -> Iterator[Count]:
    at, live = Membership.organization_id, Membership.status.in_(LIVE_STATES)
    adult, youth = (
        Membership.kind == kind for kind in (MembershipKind.ADULT, MembershipKind.YOUTH)
    )
    yield from _group(Measure.ADULT_MEMBERS, at, live, adult)
    yield from _group(Measure.YOUTH_MEMBERS, at, live, youth)
    admitted = Membership.status != MembershipStatus.REVOKED
    joined_on, either = Membership.joined_on, or_(adult, youth)
    yield from _dated(Measure.NEW_MEMBERS, at, joined_on, admitted, either)
    waiting = Membership.status == MembershipStatus.APPROVED
    yield from _group(Measure.FILINGS_WAITING, filer(), waiting, adult)
    submitted = Application.status == ApplicationStatus.SUBMITTED
    handler = Application.handler_id
    yield from _group(Measure.APPLICATIONS_WAITING, handler, submitted)
    doubtful = Application.is_doubtful.is_(True)
    yield from _group(Measure.APPLICATIONS_DOUBTFUL, handler, submitted, doubtful)


def filer() -> Any:
    """Return the Red Cross that files a membership: county, else city, else province."""
    top = select(Organization.id).where(Organization.parent_id.is_(None)).scalar_subquery()
    return func.coalesce(Membership.county_id, Membership.city_id, top)


def _units() -> Iterator[Count]:
    at, status = GroupMembership.organization_id, GroupMembership.status
    yield from _group(Measure.GROUPS_WAITING, at, status.in_(GROUP_WAITING))


def _volunteers() -> Iterator[Count]:
    at = Volunteer.organization_id
    registered = Volunteer.status == VolunteerStatus.REGISTERED
    yield from _group(Measure.VOLUNTEERS, at, Volunteer.status.in_(SERVING))
    yield from _group(Measure.REGISTERED_VOLUNTEERS, at, registered)


def _changes() -> Iterator[Count]:
    open_ones = ChangeRequest.status == ChangeStatus.SUBMITTED
    yield from _group(Measure.CHANGES_WAITING, ChangeRequest.handler_id, open_ones)
    unanswered = RightsRequest.status.in_(RIGHTS_OPEN)
    yield from _group(Measure.RIGHTS_WAITING, RightsRequest.handler_id, unanswered)


def _activities() -> Iterator[Count]:
    asked = Activity.status == ActivityStatus.REVIEW
    yield from _group(Measure.ACTIVITIES_WAITING, Activity.reviewer_id, asked)


def _venues() -> Iterator[Count]:
    at, stands = Venue.organization_id, Venue.status.in_(BEARS_NAME)
    yield from _group(Measure.VENUES, at, stands)
    yield from _group(Measure.VENUES, at, stands, part=Venue.kind)
    here = Activity.venue_id == Venue.id, Shift.activity_id == Activity.id
    yield from _dated(Measure.VENUE_ACTIVITIES, at, Shift.held_on, *here, _HELD)


def _venue_times() -> Iterator[Count]:
    """Count who was there: people of activities, the public of reports, visits of days."""
    at, times = Venue.organization_id, Measure.VENUE_TIMES
    here = Activity.venue_id == Venue.id, Shift.activity_id == Activity.id
    came = Attendance.shift_id == Shift.id, Attendance.came_as.is_not(None)
    yield from _dated(times, at, Shift.held_on, *here, *came, _HELD)
    told, day = ActivityReport, VenueVisitDay
    reported = told.activity_id == Activity.id, Activity.venue_id == Venue.id
    yield from _dated(times, at, told.counted_on, *reported, value=told.public_people)
    visits = day.group_visits + day.single_visits + day.trained
    yield from _dated(times, at, day.day, day.venue_id == Venue.id, value=visits)


def _schools() -> Iterator[Count]:
    goes_on = School.status == SchoolStatus.OPEN
    listed = and_(School.is_in_scope.is_(True), goes_on)
    active = School.organization_id.is_not(None)
    yield from _group(Measure.SCHOOLS, School.county_id, listed)
    yield from _group(Measure.SCHOOL_BRANCHES, School.county_id, listed, active)


def _youth() -> Iterator[Count]:
    """Count what schools held with their classes: activities, person-times, first-aid lessons."""
    one, roll = YouthActivity, YouthRoll
    at, day = one.organization_id, one.held_on
    standing = roll.status == RollStatus.RECORDED
    held = exists().where(roll.activity_id == one.id, standing)
    yield from _dated(Measure.YOUTH_ACTIVITIES, at, day, held)
    lessons = [kind for kind, rules in KINDS.items() if rules.is_lesson]
    for measure, more in (
        (Measure.YOUTH_TIMES, ()),
        (Measure.FIRST_AID_TIMES, (one.kind.in_(lessons),)),
    ):
        joined = (roll.activity_id == one.id, standing, *more)
        yield from _dated(measure, at, day, *joined, value=roll.present)


def _dues() -> Iterator[Count]:
    charge = DuesCharge
    at, year, settled = charge.organization_id, charge.year, charge.paid == charge.amount
    yield from _group(Measure.DUES_CHARGED, at, period=year, value=charge.amount)
    yield from _group(Measure.DUES_PAID, at, period=year, value=charge.paid)
    yield from _group(Measure.DUES_CHARGES, at, period=year)
    yield from _group(Measure.DUES_SETTLED, at, settled, period=year)


def _records() -> Iterator[Count]:
    record = ServiceRecord
    for measure, status in (
        (Measure.HOURS_WAITING, ServiceStatus.PENDING),
        (Measure.OBJECTIONS_WAITING, ServiceStatus.OBJECTED),
    ):
        yield from _group(measure, record.handler_id, record.status == status)
    yield from _group(Measure.HOLDS_WAITING, Hold.desk_id, Hold.status.in_(HOLDING))
    at = record.organization_id
    confirmed = and_(record.status == ServiceStatus.CONFIRMED, record.counts)
    yield from _dated(Measure.CONFIRMED_RECORDS, at, record.served_on, confirmed, stock=True)
    manual = record.method.in_(MANUAL)
    yield from _dated(Measure.MANUAL_RECORDS, at, record.served_on, confirmed, manual)
    yield Count(Measure.CONFIRMED_MINUTES, _minutes(confirmed), years=True, stock=True)


def _minutes(confirmed: Any) -> Any:
    """Return confirmed minutes by month; what is after its end is of the next one (LED-14)."""
    record = ServiceRecord
    month = month_key(record.served_on)
    midnight = func.floor(extract("epoch", record.served_on)) + (DAY - AHEAD)
    before = (midnight - func.floor(extract("epoch", record.starts_at))) / MINUTE
    after = record.minutes - func.floor(before)
    over = case((and_(_is_last_of_month(record.served_on), after > 0), after), else_=0)
    sums = func.sum(record.minutes).label("minutes"), func.sum(over).label("after")
    at = record.organization_id
    months = select(at.label("at"), month.label("month"), *sums).where(confirmed)
    one = months.group_by(at, month).cte("months").c
    step = case((one.month % HUNDRED == DECEMBER, NEW_YEAR), else_=1)
    return union_all(
        select(*cells_of(one.at, None, one.month, one.minutes - one.after)),
        select(*cells_of(one.at, None, one.month + step, one.after)).where(one.after > 0),
    )


def _is_last_of_month(day: Any) -> Any:
    number, month, year = (extract(name, day) for name in ("day", "month", "year"))
    leaps = or_(and_(year % 4 == 0, year % 100 != 0), year % 400 == 0)
    told = month * HUNDRED + number
    return or_(told.in_(LAST_DAYS), and_(told == FEBRUARY_28, ~leaps))
