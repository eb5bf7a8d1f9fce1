"""Counting everything again from the rows, to compare with the maintained numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, extract, func, literal, or_, select

from activities.models import Activity
from activities.rules import ActivityStatus
from core import clock
from core.database import db
from members.models import Application, DuesCharge, GroupMembership, Membership
from members.rules import LIVE_STATES, ApplicationStatus, MembershipKind, MembershipStatus
from members.rules.groups import GROUP_LIVE, GROUP_WAITING
from organizations import figures
from organizations.counting import Difference, by_measure, comparison, look
from organizations.figures import OWN, STOCK, Key
from organizations.listing import GRASSROOTS
from organizations.models import Figure, Organization
from organizations.rules import (
    NIGHTLY,
    OPEN_STATES,
    QUEUES,
    REFERENCES,
    Measure,
    ids_of_path,
)
from people.models import ChangeRequest, RightsRequest
from people.rules.changes import ChangeStatus
from people.rules.rights import RIGHTS_OPEN
from schools.models import School, YouthActivity, YouthRoll
from schools.rules.attending import KINDS, RollStatus
from schools.rules.register import SchoolStatus
from supervision.recount_people import all_topics
from volunteers.models import Hold, ServiceRecord, Volunteer
from volunteers.rules import SERVING, ServiceStatus, VolunteerStatus, minutes_by_month
from volunteers.rules.holds import HOLDING

Counted = tuple[int, Measure, int, int]
"""Organization, measure, period, value: at the organization itself, not yet above it."""


#: Counted with the venues themselves.
OF_VENUES = (Measure.VENUES, Measure.VENUE_ACTIVITIES, Measure.VENUE_TIMES)


@cache
def statements_of_people() -> Mapping[Measure, Any]:
    """Return the statements that compare numbers about people with the rows behind them."""
    return {one: comparison(one, counts) for one, counts in by_measure(all_topics()).items()}


def put_right(found: Iterable[Difference]) -> None:
    """Note the changes that make numbers equal what was counted."""
    for one in found:
        place, measure = [one.organization_id], Measure(one.measure)
        if one.part:
            figures.shift_part(place, measure, one.part, one.change, one.period)
        else:
            figures.shift(place, measure, one.change, one.period)


def differences() -> list[Difference]:
    """Return every maintained number, and every part of one, that does not equal the rows."""
    people = statements_of_people()
    skipped = {one.value for one in (*people, *NIGHTLY, *REFERENCES, *OF_VENUES)}
    parts = (
        *(_tree, _members, _units, _volunteers, _schools, _records, _dues, _changes),
        *(_activities, _youth),
    )
    counted = _with_ancestors(row for part in parts for row in part())
    rows = db.session.execute(
        select(Figure.organization_id, Figure.measure, Figure.period, Figure.value)
    )
    stored: Counter[Key] = Counter({(row[0], row[1].value, row[2]): row[3] for row in rows})
    found = [one for measure, asked in people.items() for one in look(measure, asked, {})]
    return found + [
        Difference(*key, stored[key], counted[key])
        for key in sorted(counted.keys() | stored.keys())
        if stored[key] != counted[key] and key[1] not in skipped
    ]


def _with_ancestors(rows: Iterable[Counted]) -> Counter[Key]:
    paths = {
        row.id: row.path for row in db.session.execute(select(Organization.id, Organization.path))
    }
    found: Counter[Key] = Counter()
    for organization_id, measure, period, value in rows:
        if measure in QUEUES and period == STOCK:
            found[organization_id, measure.value, OWN] += value
        for above in ids_of_path(paths[organization_id]):
            found[above, measure.value, period] += value
    return found


def _group(
    measure: Measure,
    by: Any,
    *conditions: ColumnElement[bool],
    period: Any = None,
    value: Any = None,
) -> Iterator[Counted]:
    """Count rows per organization and period in the database."""
    key = literal(STOCK) if period is None else period
    total = func.count() if value is None else func.sum(value)
    statement = select(by, key, total).where(*conditions).group_by(by, key)
    for organization_id, one, number in db.session.execute(statement):
        yield organization_id, measure, int(one), number


def _dated(measure: Measure, by: Any, day: Any, *conditions: Any) -> Iterator[Counted]:
    year = extract("year", day)
    for period in (year, year * 100 + extract("month", day)):
        yield from _group(measure, by, *conditions, period=period)


def _tree() -> Iterator[Counted]:
    yield from _group(
        Measure.ORGANIZATIONS,
        Organization.id,
        Organization.kind.in_(GRASSROOTS),
        Organization.status.in_(OPEN_STATES),
    )


def _members() -> Iterator[Counted]:
    at, live = Membership.organization_id, Membership.status.in_(LIVE_STATES)
    adult, youth = (
        Membership.kind == kind for kind in (MembershipKind.ADULT, MembershipKind.YOUTH)
    )
    yield from _group(Measure.ADULT_MEMBERS, at, live, adult)
    yield from _group(Measure.YOUTH_MEMBERS, at, live, youth)
    admitted = Membership.status != MembershipStatus.REVOKED
    joined_on, either = Membership.joined_on, or_(adult, youth)
    yield from _dated(Measure.NEW_MEMBERS, at, joined_on, admitted, either)
    top = select(Organization.id).where(Organization.parent_id.is_(None)).scalar_subquery()
    filer = func.coalesce(Membership.county_id, Membership.city_id, top)
    waiting = Membership.status == MembershipStatus.APPROVED
    yield from _group(Measure.FILINGS_WAITING, filer, waiting, adult)
    submitted = Application.status == ApplicationStatus.SUBMITTED
    handler = Application.handler_id
    yield from _group(Measure.APPLICATIONS_WAITING, handler, submitted)
    doubtful = Application.is_doubtful.is_(True)
    yield from _group(Measure.APPLICATIONS_DOUBTFUL, handler, submitted, doubtful)


def _units() -> Iterator[Counted]:
    at, status = GroupMembership.organization_id, GroupMembership.status
    yield from _group(Measure.GROUP_MEMBERS, at, status.in_(GROUP_LIVE))
    yield from _group(Measure.GROUPS_WAITING, at, status.in_(GROUP_WAITING))


def _volunteers() -> Iterator[Counted]:
    at = Volunteer.organization_id
    registered = Volunteer.status == VolunteerStatus.REGISTERED
    yield from _group(Measure.VOLUNTEERS, at, Volunteer.status.in_(SERVING))
    yield from _group(Measure.REGISTERED_VOLUNTEERS, at, registered)


def _changes() -> Iterator[Counted]:
    open_ones = ChangeRequest.status == ChangeStatus.SUBMITTED
    yield from _group(Measure.CHANGES_WAITING, ChangeRequest.handler_id, open_ones)
    unanswered = RightsRequest.status.in_(RIGHTS_OPEN)
    yield from _group(Measure.RIGHTS_WAITING, RightsRequest.handler_id, unanswered)


def _activities() -> Iterator[Counted]:
    asked = Activity.status == ActivityStatus.REVIEW
    yield from _group(Measure.ACTIVITIES_WAITING, Activity.reviewer_id, asked)


def _schools() -> Iterator[Counted]:
    goes_on = School.status == SchoolStatus.OPEN
    listed = and_(School.is_in_scope.is_(True), goes_on)
    active = School.organization_id.is_not(None)
    yield from _group(Measure.SCHOOLS, School.county_id, listed)
    yield from _group(Measure.SCHOOL_BRANCHES, School.county_id, listed, active)


def _youth() -> Iterator[Counted]:
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
        for period in (extract("year", day), extract("year", day) * 100 + extract("month", day)):
            joined = (roll.activity_id == one.id, standing, *more)
            yield from _group(measure, at, *joined, period=period, value=roll.present)


def _dues() -> Iterator[Counted]:
    charge = DuesCharge
    at, year, settled = charge.organization_id, charge.year, charge.paid == charge.amount
    yield from _group(Measure.DUES_CHARGED, at, period=year, value=charge.amount)
    yield from _group(Measure.DUES_PAID, at, period=year, value=charge.paid)
    yield from _group(Measure.DUES_CHARGES, at, period=year)
    yield from _group(Measure.DUES_SETTLED, at, settled, period=year)


def _records() -> Iterator[Counted]:
    record = ServiceRecord
    for measure, status in (
        (Measure.HOURS_WAITING, ServiceStatus.PENDING),
        (Measure.OBJECTIONS_WAITING, ServiceStatus.OBJECTED),
    ):
        yield from _group(measure, record.handler_id, record.status == status)
    yield from _group(Measure.HOLDS_WAITING, Hold.desk_id, Hold.status.in_(HOLDING))
    at = record.organization_id
    confirmed = and_(record.status == ServiceStatus.CONFIRMED, record.counts)
    yield from _group(Measure.CONFIRMED_RECORDS, at, confirmed)
    yield from _dated(Measure.CONFIRMED_RECORDS, at, record.served_on, confirmed)
    month = extract("year", record.served_on) * 100 + extract("month", record.served_on)
    months = set()
    for row in _group(Measure.CONFIRMED_MINUTES, at, confirmed, period=month, value=record.minutes):
        months.add(row[2])
        yield from _in_all_periods(row[0], row[2], row[3])
    yield from _crossing(months, confirmed)


def _in_all_periods(organization_id: int, month: int, minutes: int) -> Iterator[Counted]:
    for period in (STOCK, month // 100, month):
        yield organization_id, Measure.CONFIRMED_MINUTES, period, minutes


def _crossing(months: set[int], confirmed: ColumnElement[bool]) -> Iterator[Counted]:
    """Give the minutes after the end of a month to the next one (LED-14)."""
    ends = [clock.day_bounds(_first_of_next(month))[0] for month in sorted(months)]
    if not ends:
        return
    record = ServiceRecord
    over = or_(*(and_(record.starts_at < end, record.ends_at > end) for end in ends))
    statement = select(
        record.organization_id, record.starts_at, record.ends_at, record.minutes
    ).where(confirmed, over)
    for organization_id, starts_at, ends_at, minutes in db.session.execute(statement):
        day = clock.local(starts_at).date()
        yield from _in_all_periods(organization_id, day.year * 100 + day.month, -minutes)
        for (year, month), part in minutes_by_month(starts_at, ends_at).items():
            yield from _in_all_periods(organization_id, year * 100 + month, part)


def _first_of_next(month: int) -> date:
    year, number = divmod(month, 100)
    return date(year + number // 12, number % 12 + 1, 1)
