"""Objections and appeals that wait for an answer, the longest first, and where they are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    func,
    literal_column,
    select,
    tuple_,
)

from core import clock, settings
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.queries import under
from people.models import Person
from volunteers.models import ServiceRecord
from volunteers.queries.registering import shown_name
from volunteers.rules import RefusalReason, ServiceMethod

PAGE = 20
MOST = 50
_RECORD = ServiceRecord
#: Written out, so that both databases take the partial index made for it.
_OBJECTED: ColumnElement[bool] = _RECORD.status == literal_column("'objected'")


@dataclass(frozen=True, slots=True)
class Objection:
    """One line of the desk; ``late_days`` is 0 while there is time."""

    code: str
    name: str
    title: str
    served_on: date
    minutes: int
    method: ServiceMethod
    refusal: RefusalReason | None
    organization: str
    is_appeal: bool
    due_on: date
    late_days: int


_LISTED: Select[*tuple[Any, ...]] = (
    select(
        _RECORD.code,
        Person.name,
        _RECORD.title,
        _RECORD.served_on,
        _RECORD.minutes,
        _RECORD.method,
        _RECORD.refusal,
        Organization.short_name,
        _RECORD.objected_at,
        _RECORD.appealed_at,
        Person.born_on,
        _RECORD.organization_id,
    )
    .join(_RECORD.person)
    .join(Organization, Organization.id == _RECORD.organization_id)
)


def objections_at(scope: Scope, after: str = "") -> Page[Objection]:
    """Return a page of what waits for an answer here, the longest first: one statement."""
    key = (_RECORD.objected_at, _RECORD.id)
    statement = _LISTED.where(_RECORD.handler_id == scope.place.id, _OBJECTED)
    if after:
        begin = select(*key).where(_RECORD.code == after).scalar_subquery()
        statement = statement.where(tuple_(*key) > begin)
    rows = db.session.execute(statement.order_by(*key).limit(PAGE + 1))
    today = clock.today()
    return page_of([_objection(scope, row, today) for row in rows], PAGE)


def _objection(scope: Scope, row: Any, today: date) -> Objection:
    due_on = due_of(row.objected_at)
    return Objection(
        code=row.code,
        name=shown_name(scope, row.name, row.born_on, row.organization_id),
        title=row.title,
        served_on=row.served_on,
        minutes=row.minutes,
        method=row.method,
        refusal=row.refusal,
        organization=row.short_name,
        is_appeal=row.appealed_at is not None,
        due_on=due_on,
        late_days=max(0, (today - due_on).days),
    )


def due_of(objected_at: datetime) -> date:
    """Return the last day for the answer to an objection or an appeal (domain.md VOL-29)."""
    day = clock.local(objected_at).date()
    return clock.add_working_days(day, settings.value("hours.answer_working_days", day))


def asked_before(today: date) -> datetime:
    """Return the instant before which a question must have come to be late today."""
    day = today
    while clock.add_working_days(day, settings.value("hours.answer_working_days", day)) >= today:
        day -= timedelta(days=1)
    return clock.day_bounds(day)[1]


def is_late(before: Any) -> ColumnElement[bool]:
    """Return the condition for what came before an instant and was not answered."""
    asked = func.coalesce(_RECORD.appealed_at, _RECORD.objected_at)
    return and_(_OBJECTED, asked < before)


def count_late(handler_id: Any, before: Any) -> ScalarSelect[int]:
    """Return what counts the answers that an organization owes for too long."""
    return (
        select(func.count())
        .select_from(_RECORD)
        .where(_RECORD.handler_id == handler_id, is_late(before))
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Late:
    """How many answers a lower organization owes; it names nobody."""

    code: str
    name: str
    count: int


def late_below(scope: Scope) -> list[Late]:
    """Return who below owes answers that are late: one statement over what waits."""
    rows = db.session.execute(
        select(Organization.code, Organization.short_name, func.count())
        .join(_RECORD, _RECORD.handler_id == Organization.id)
        .where(under(scope.place.path), Organization.id != scope.place.id)
        .where(is_late(asked_before(clock.today())))
        .group_by(Organization.code, Organization.short_name, Organization.path)
        .order_by(Organization.path)
        .limit(MOST)
    )
    return [Late(*row) for row in rows]
