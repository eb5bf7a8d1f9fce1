"""Holds at a desk, the records behind one, what a branch is asked, and who has an own record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, literal_column, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Post, User
from core import clock
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from people.models import Person
from people.rules import mask_name
from volunteers.models import Hold, HoldEvent, HoldRecord, ServiceRecord
from volunteers.queries.registering import BY_NAME, shown_name
from volunteers.rules import ServiceMethod, ServiceStatus
from volunteers.rules.holds import HOLDING, HoldAction, HoldStatus

PAGE = 20
MOST = 100
_RECORDS = (
    select(func.count())
    .select_from(HoldRecord)
    .where(HoldRecord.hold_id == Hold.id)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the desk; ``late_days`` is 0 while there is time."""

    hold: Hold
    records: int
    late_days: int


def holds_at(scope: Scope, after: str = "") -> Page[Listed]:
    """Return a page of the holds that wait at a desk, by pattern, the oldest first."""
    one, key = Hold, (Hold.pattern, Hold.found_at, Hold.id)
    statement = _listed().where(one.desk_id == scope.place.id, one.status.in_(HOLDING))
    if after:
        begin = select(*key).where(one.code == after).scalar_subquery()
        statement = statement.where(tuple_(*key) > begin)
    rows = db.session.execute(statement.order_by(*key).limit(PAGE + 1))
    return page_of([_of(row) for row in rows], PAGE)


def asked_of(scope: Scope, after: str = "") -> Page[Listed]:
    """Return a page of the holds that an organization is asked about, the longest first."""
    one, key = Hold, (Hold.asked_at, Hold.id)
    asked = one.status == literal_column("'asked'")
    statement = _listed().where(one.organization_id == scope.place.id, asked)
    if after:
        begin = select(*key).where(one.code == after).scalar_subquery()
        statement = statement.where(tuple_(*key) > begin)
    rows = db.session.execute(statement.order_by(*key).limit(PAGE + 1))
    return page_of([_of(row) for row in rows], PAGE)


def _listed() -> Select[Hold, int]:
    return select(Hold, _RECORDS).options(
        joinedload(Hold.organization, innerjoin=True), joinedload(Hold.desk, innerjoin=True)
    )


def _of(row: Any) -> Listed:
    return Listed(row[0], row[1], max(0, (clock.today() - row[0].due_on).days))


def hold_at(scope: Scope, code: str) -> Listed | None:
    """Return a hold of a desk, whatever its state."""
    return _one(_listed().where(Hold.code == code, Hold.desk_id == scope.place.id))


def hold_asked(scope: Scope, code: str) -> Listed | None:
    """Return a hold that an organization is or was asked about."""
    was_asked = (Hold.organization_id == scope.place.id, Hold.asked_at.is_not(None))
    return _one(_listed().where(Hold.code == code, *was_asked))


def _one(statement: Select[Hold, int]) -> Listed | None:
    row = db.session.execute(statement).one_or_none()
    return None if row is None else _of(row)


@dataclass(frozen=True, slots=True)
class Proof:
    """One record as the desk compares it: names as the viewer may read them."""

    code: str
    name: str
    organization: str
    title: str
    day: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    method: ServiceMethod
    status: ServiceStatus
    is_own_word: bool
    confirmed_by: str


def proofs_of(scope: Scope, hold_id: int) -> Sequence[Proof]:
    """Return the records of a hold side by side, at most a hundred: one statement."""
    record, submitter, decider, hand = ServiceRecord, aliased(User), aliased(User), aliased(Person)
    rows = db.session.execute(
        select(
            record.code,
            Person.name,
            Person.born_on,
            record.organization_id,
            Organization.short_name,
            record.title,
            record.served_on,
            record.starts_at,
            record.ends_at,
            record.minutes,
            record.method,
            record.status,
            (submitter.person_id == record.person_id).label("is_own_word"),
            hand.name.label("hand"),
        )
        .join(HoldRecord, HoldRecord.record_id == record.id)
        .join(record.person)
        .join(Organization, Organization.id == record.organization_id)
        .outerjoin(submitter, submitter.id == record.submitted_by_id)
        .outerjoin(decider, decider.id == record.decided_by_id)
        .outerjoin(hand, hand.id == decider.person_id)
        .where(HoldRecord.hold_id == hold_id)
        .order_by(record.starts_at, record.id)
        .limit(MOST)
    )
    return [_proof(scope, row) for row in rows]


def _proof(scope: Scope, row: Any) -> Proof:
    hand = row.hand or ""
    return Proof(
        code=row.code,
        name=shown_name(scope, row.name, row.born_on, row.organization_id),
        organization=row.short_name,
        title=row.title,
        day=row.served_on,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        minutes=row.minutes,
        method=row.method,
        status=row.status,
        is_own_word=bool(row.is_own_word),
        confirmed_by=hand if scope.place.level in BY_NAME else mask_name(hand),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a hold's history; ``place`` is where the one who acted holds his post."""

    at: datetime
    action: HoldAction | None
    status: HoldStatus
    note: str
    place: str


_STEPS = (
    select(HoldEvent.at, HoldEvent.action, HoldEvent.to_status, HoldEvent.note)
    .add_columns(func.coalesce(Organization.short_name, ""))
    .outerjoin(Post, Post.id == HoldEvent.by_post_id)
    .outerjoin(Organization, Organization.id == Post.organization_id)
    .where(HoldEvent.hold_id == bindparam("hold"))
    .order_by(HoldEvent.id.desc())
)


def steps_of_hold(hold_id: int) -> list[Step]:
    """Return the history of a hold, newest first: one statement."""
    return [Step(*row) for row in db.session.execute(_STEPS, {"hold": hold_id})]


def hold_over(record: ServiceRecord) -> Hold | None:
    """Return the hold that decides longest over a record, with its desk; None for a free one."""
    if not record.is_held:
        return None
    return db.session.scalars(
        select(Hold)
        .join(HoldRecord, HoldRecord.hold_id == Hold.id)
        .options(joinedload(Hold.desk, innerjoin=True))
        .where(HoldRecord.record_id == record.id, Hold.status.in_(HOLDING))
        .order_by(Hold.due_on.desc(), Hold.id.desc())
        .limit(1)
    ).one_or_none()


def count_asked(organization_id: int) -> ScalarSelect[int]:
    """Return what counts the questions that an organization has not answered."""
    asked = Hold.status == literal_column("'asked'")
    return (
        select(func.count())
        .select_from(Hold)
        .where(Hold.organization_id == organization_id, asked)
        .scalar_subquery()
    )


def count_late_holds(desk_id: Any, today: Any) -> ScalarSelect[int]:
    """Return what counts the holds of a desk that should have been decided by now."""
    return (
        select(func.count())
        .select_from(Hold)
        .where(Hold.desk_id == desk_id, Hold.status.in_(HOLDING), Hold.due_on < today)
        .scalar_subquery()
    )
