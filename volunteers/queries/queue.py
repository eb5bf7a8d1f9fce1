"""What waits for confirmation at an organization: groups of one service, single ones, doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union_all
from sqlalchemy.orm import joinedload, load_only

from core.access.permissions import Reach
from core.access.scope import Principal, Scope
from core.database import beside, db
from members.models import Decision
from organizations.models import Organization
from organizations.queries import under
from people.models import Person
from volunteers.models import ServiceRecord
from volunteers.queries.own import Records
from volunteers.queries.roster import is_adult
from volunteers.rules import ServiceStatus

PAGE = 20
#: Beside the single ones, which are confirmed twenty at a time, the other lists begin short.
SHORT_PAGE = 10
GROUP_FROM = 2
WAITS = ServiceRecord.status == ServiceStatus.PENDING
CLEAR = ServiceRecord.doubts == ""
DOUBTFUL = ServiceRecord.doubts != ""
#: What a list says of a record.
_SHOWN = (
    load_only(
        ServiceRecord.code,
        ServiceRecord.title,
        ServiceRecord.served_on,
        ServiceRecord.minutes,
        ServiceRecord.method,
        ServiceRecord.doubts,
        ServiceRecord.refusal,
        ServiceRecord.submitted_at,
        ServiceRecord.person_id,
        ServiceRecord.submitted_by_id,
    ),
    beside(ServiceRecord.person, Person.name),
    beside(ServiceRecord.organization, Organization.short_name),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one service on one day; the code of the first stands for the group."""

    code: str
    title: str
    day: date
    count: int
    people: int
    minutes: int
    since: datetime


def groups(handler_id: int, reader: Principal, after: str = "") -> tuple[list[Group], bool]:
    """Return groups of at least two, oldest service first, and whether more follow: one statement.

    Rows of the reader himself belong to no group: he may not confirm them.
    """
    record = ServiceRecord
    statement = (
        select(
            func.min(record.id).label("first_id"),
            record.title,
            record.served_on,
            func.count().label("size"),
            func.count(record.person_id.distinct()).label("people"),
            func.sum(record.minutes).label("minutes"),
            func.min(record.submitted_at).label("since"),
        )
        .where(record.handler_id == handler_id, WAITS, CLEAR, not_of(reader))
        .group_by(record.served_on, record.title)
        .having(func.count() >= GROUP_FROM)
    )
    if after:
        anchor = select(record.served_on, record.title).where(record.code == after)
        key = tuple_(record.served_on, record.title)
        statement = statement.where(key > anchor.scalar_subquery())
    found = statement.order_by(record.served_on, record.title).limit(SHORT_PAGE + 1).subquery()
    rows = db.session.execute(
        select(
            record.code,
            found.c.title,
            found.c.served_on,
            found.c.size,
            found.c.people,
            found.c.minutes,
            found.c.since,
        )
        .join(found, found.c.first_id == record.id)
        .order_by(found.c.served_on, found.c.title)
    ).all()
    return [Group(*row) for row in rows[:SHORT_PAGE]], len(rows) > SHORT_PAGE


def singles(handler_id: int, reader: Principal, after: str = "") -> Records:
    """Return a page of waiting records that stand alone, longest waiting first: one statement.

    The reader's own rows are among them, so that he sees where they are.
    """
    record = ServiceRecord
    waiting = and_(record.handler_id == handler_id, WAITS, CLEAR)
    alone = (
        select(func.min(record.id))
        .where(waiting, not_of(reader))
        .group_by(record.served_on, record.title)
        .having(func.count() < GROUP_FROM)
    )
    own = select(record.id).where(waiting, ~not_of(reader))
    return _page(record.id.in_(union_all(alone, own)), after)


def doubtful(handler_id: int, after: str = "") -> Records:
    """Return a page of waiting records that must be looked at one by one: one statement."""
    waits = and_(ServiceRecord.handler_id == handler_id, WAITS, DOUBTFUL)
    return _page(waits, after, SHORT_PAGE)


def group_of(handler_id: int, code: str) -> tuple[str, date] | None:
    """Return title and day of the group that a record of the handler belongs to."""
    row = db.session.execute(
        select(ServiceRecord.title, ServiceRecord.served_on).where(
            ServiceRecord.code == code, ServiceRecord.handler_id == handler_id
        )
    ).one_or_none()
    return (row.title, row.served_on) if row else None


def group_records(
    handler_id: int, title: str, day: date, reader: Principal, limit: int
) -> Sequence[ServiceRecord]:
    """Return the waiting records of a group without the reader's own: one statement."""
    statement = (
        _with_people()
        .where(
            ServiceRecord.handler_id == handler_id,
            WAITS,
            CLEAR,
            not_of(reader),
            ServiceRecord.served_on == day,
            ServiceRecord.title == title,
        )
        .order_by(ServiceRecord.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def objections(handler_id: int, after: str = "") -> Records:
    """Return a page of objections that wait at an organization: one statement."""
    objected = ServiceRecord.status == ServiceStatus.OBJECTED
    return _page(and_(ServiceRecord.handler_id == handler_id, objected), after)


def record_in_scope(scope: Scope, code: str, on: date) -> ServiceRecord | None:
    """Return a record that is handled at the place, or belongs to an organization in reach.

    Records of minors are read by their own organization and by who handles them (D10).
    """
    place = scope.place
    below = and_(under(place.path), is_adult(on))
    belongs = Organization.id == scope.post.place.id
    if scope.reach is Reach.BELOW:
        belongs = or_(belongs, below)
    return db.session.scalars(
        _with_people()
        .join(ServiceRecord.person)
        .join(Organization, Organization.id == ServiceRecord.organization_id)
        .options(joinedload(ServiceRecord.handler, innerjoin=True))
        .where(ServiceRecord.code == code, or_(ServiceRecord.handler_id == place.id, belongs))
    ).one_or_none()


def decision_of(organization_id: int, code: str) -> Decision | None:
    """Return a decision taken at an organization, for the words after it."""
    return db.session.scalars(
        select(Decision).where(Decision.code == code, Decision.organization_id == organization_id)
    ).one_or_none()


def not_of(reader: Principal) -> ColumnElement[bool]:
    """Return the condition that leaves out what a reader may not confirm: his own (LED-04)."""
    submitter = ServiceRecord.submitted_by_id
    return and_(
        ServiceRecord.person_id != (reader.person_id or 0),
        or_(submitter.is_(None), submitter != reader.user_id),
    )


def is_own(record: ServiceRecord, reader: Principal) -> bool:
    """Return whether a record is about the reader or was entered by him."""
    return record.person_id == reader.person_id or record.submitted_by_id == reader.user_id


def _page(condition: ColumnElement[bool], after: str, limit: int = PAGE) -> Records:
    record = ServiceRecord
    statement = select(record).options(*_SHOWN).where(condition)
    if after:
        anchor = select(record.submitted_at, record.id).where(record.code == after)
        key = tuple_(record.submitted_at, record.id)
        statement = statement.where(key > anchor.scalar_subquery())
    statement = statement.order_by(record.submitted_at, record.id).limit(limit + 1)
    rows = db.session.scalars(statement).all()
    return Records(rows[:limit], rows[limit - 1].code if len(rows) > limit else None)


def _with_people() -> Select[ServiceRecord]:
    return select(ServiceRecord).options(
        joinedload(ServiceRecord.person, innerjoin=True),
        joinedload(ServiceRecord.organization, innerjoin=True),
    )
