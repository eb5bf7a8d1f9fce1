"""What waits for confirmation at an organization: groups of one service, single ones, doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import joinedload

from core.access.permissions import Reach
from core.access.scope import Principal, Scope
from core.database import db
from core.paging import Page, page_of
from core.statements import Kept
from members.models import Decision
from organizations.models import Organization
from organizations.queries import under
from people.models import Person
from volunteers.models import ServiceRecord
from volunteers.queries.roster import is_adult
from volunteers.rules import Doubt, RefusalReason, ServiceMethod, ServiceStatus, doubts_of

PAGE = 20
#: Beside the single ones, which are confirmed twenty at a time, the other lists begin short.
SHORT_PAGE = 5
GROUP_FROM = 2
#: Written out, so that both databases take the partial indexes made for them.
WAITS: ColumnElement[bool] = ServiceRecord.status == literal_column("'pending'")
CLEAR: ColumnElement[bool] = ServiceRecord.doubts == literal_column("''")
DOUBTFUL: ColumnElement[bool] = ServiceRecord.doubts != literal_column("''")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of a record."""

    code: str
    title: str
    served_on: date
    minutes: int
    method: ServiceMethod
    doubts: str
    refusal: RefusalReason | None
    submitted_at: datetime
    person_id: int
    submitted_by_id: int | None
    name: str
    organization: str
    born_on: date | None
    organization_id: int

    @property
    def doubt_list(self) -> list[Doubt]:
        return doubts_of(self.doubts)


_LISTED: Select[*tuple[Any, ...]] = (
    select(
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
        Person.name,
        Organization.short_name,
        Person.born_on,
        ServiceRecord.organization_id,
    )
    .join(ServiceRecord.person)
    .join(Organization, Organization.id == ServiceRecord.organization_id)
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
    first_method: str
    last_method: str
    ways: int

    @property
    def methods(self) -> list[ServiceMethod]:
        """Return how the records were made: two ways at most, the rest is told by ``ways``."""
        return [ServiceMethod(one) for one in sorted({self.first_method, self.last_method})]

    @property
    def has_more_methods(self) -> bool:
        return self.ways > len(self.methods)


def _of(person: Any, user: Any) -> ColumnElement[bool]:
    """Return the condition that leaves out what a reader may not confirm: his own (LED-04)."""
    submitter = ServiceRecord.submitted_by_id
    return and_(ServiceRecord.person_id != person, or_(submitter.is_(None), submitter != user))


#: What was entered for others waits with its sheet (LED-05), objections to it as all others.
_HANDLED = and_(
    ServiceRecord.handler_id == bindparam("handler"),
    or_(ServiceRecord.sheet_id.is_(None), ServiceRecord.status == ServiceStatus.OBJECTED),
)
_OF_OTHERS = _of(bindparam("person"), bindparam("user"))


@cache
def _groups(*, has_anchor: bool) -> Kept:
    """Return the statement of a page of groups, put together once per process."""
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
            func.min(record.method).label("first_method"),
            func.max(record.method).label("last_method"),
            func.count(record.method.distinct()).label("ways"),
        )
        .where(_HANDLED, WAITS, CLEAR, _OF_OTHERS)
        .group_by(record.served_on, record.title)
        .having(func.count() >= GROUP_FROM)
    )
    if has_anchor:
        anchor = select(record.served_on, record.title).where(record.code == bindparam("after"))
        key = tuple_(record.served_on, record.title)
        statement = statement.where(key > anchor.scalar_subquery())
    found = statement.order_by(record.served_on, record.title).limit(SHORT_PAGE + 1).subquery()
    facts = ("title", "served_on", "size", "people", "minutes", "since")
    shown = (found.c[name] for name in (*facts, "first_method", "last_method", "ways"))
    return Kept(
        select(record.code, *shown)
        .join(found, found.c.first_id == record.id)
        .order_by(found.c.served_on, found.c.title)
    )


def groups(handler_id: int, reader: Principal, after: str = "") -> Page[Group]:
    """Return groups of at least two, oldest service first: one statement.

    Rows of the reader himself belong to no group: he may not confirm them.
    """
    asked = {"handler": handler_id, "after": after, **_reading(reader)}
    rows = _groups(has_anchor=bool(after)).rows(asked)
    return page_of([Group(*row) for row in rows], SHORT_PAGE)


def waiting(
    handler_id: int, reader: Principal, singles_after: str = "", doubtful_after: str = ""
) -> tuple[Page[Listed], Page[Listed]]:
    """Return a page of records that stand alone and one of doubtful ones: one statement.

    Single ones come in the order of their service, the reader's own among them, so that he sees
    where they are. Doubtful ones, to be looked at one by one, come in the order they came in.
    """
    statement = _waiting(after_single=bool(singles_after), after_doubtful=bool(doubtful_after))
    asked = {"handler": handler_id, "after": singles_after, "after_doubtful": doubtful_after}
    rows = [Listed(*row) for row in statement.rows({**asked, **_reading(reader)})]
    clear = [row for row in rows if not row.doubts]
    return page_of(clear, PAGE), page_of(rows[len(clear) :], SHORT_PAGE)


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
) -> Sequence[Listed]:
    """Return the waiting records of a group without the reader's own: one statement."""
    asked = {"handler": handler_id, "day": day, "title": title, "limit": limit, **_reading(reader)}
    return [Listed(*row) for row in db.session.execute(_GROUP, asked)]


_GROUP = (
    _LISTED.where(
        _HANDLED,
        WAITS,
        CLEAR,
        _OF_OTHERS,
        ServiceRecord.served_on == bindparam("day"),
        ServiceRecord.title == bindparam("title"),
    )
    .order_by(ServiceRecord.id)
    .limit(bindparam("limit"))
)


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
    return _of(*_reading(reader).values())


def _reading(reader: Principal) -> dict[str, int]:
    return {"person": reader.person_id or 0, "user": reader.user_id}


def is_own(record: ServiceRecord | Listed, reader: Principal) -> bool:
    """Return whether a record is about the reader or was entered by him."""
    return record.person_id == reader.person_id or record.submitted_by_id == reader.user_id


@cache
def _waiting(*, after_single: bool, after_doubtful: bool) -> Kept:
    """Return the statement of both lists, put together once per process.

    Names are read for the rows of the page only, not for all that wait.
    """
    record, is_doubtful = ServiceRecord, DOUBTFUL
    doubtful = _in_turn(
        and_(WAITS, is_doubtful), SHORT_PAGE, "after_doubtful" if after_doubtful else None
    )
    found = union_all(
        select(_singles(has_anchor=after_single).subquery()), select(doubtful.subquery())
    ).subquery()
    return Kept(
        _LISTED.join(found, found.c.id == record.id).order_by(
            is_doubtful,
            case((is_doubtful, None), else_=record.served_on),
            case((is_doubtful, None), else_=record.title),
            case((is_doubtful, record.submitted_at)),
            record.id,
        )
    )


def _in_turn(condition: ColumnElement[bool], limit: int, anchor: str | None) -> Select[int]:
    """Return the keys of a page of what a handler answers one by one, in the order it came in."""
    record = ServiceRecord
    statement = select(record.id).where(_HANDLED, condition)
    key = (record.submitted_at, record.id)
    if anchor is not None:
        begin = select(*key).where(record.code == bindparam(anchor))
        statement = statement.where(tuple_(*key) > begin.scalar_subquery())
    return statement.order_by(*key).limit(limit + 1)


def _singles(*, has_anchor: bool) -> Select[int]:
    """Return the keys of a page of single records.

    What others did alone is read in the order of the index and no further than the page; what
    the reader did himself or entered is found by him.
    """
    record = ServiceRecord
    service = (record.served_on, record.title)
    alone = (
        select(func.min(record.id).label("id"), *service)
        .where(_HANDLED, WAITS, CLEAR, _OF_OTHERS)
        .group_by(*service)
        .having(func.count() < GROUP_FROM)
        .order_by(*service)
        .limit(PAGE + 2)  # the page, the first of the next, and the one it begins after
    )
    own = select(record.id, *service).where(_HANDLED, WAITS, CLEAR)
    is_own = record.person_id == bindparam("person")
    parts = [
        own.where(is_own),
        own.where(~is_own, record.submitted_by_id == bindparam("user")),
    ]
    if has_anchor:
        anchor = select(*service).where(record.code == bindparam("after"))
        alone = alone.where(tuple_(*service) >= anchor.scalar_subquery())
    found = union_all(select(alone.subquery()), *parts).subquery()
    key = (found.c.served_on, found.c.title, found.c.id)
    statement = select(found.c.id)
    if has_anchor:
        begin = select(*service, record.id).where(record.code == bindparam("after"))
        statement = statement.where(tuple_(*key) > begin.scalar_subquery())
    return statement.order_by(*key).limit(PAGE + 1)


def _with_people() -> Select[ServiceRecord]:
    return select(ServiceRecord).options(
        joinedload(ServiceRecord.person, innerjoin=True),
        joinedload(ServiceRecord.organization, innerjoin=True),
    )
