"""Requests for corrections: the own ones, and those that an organization has to answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, tuple_
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from people.models import ChangeRequest, Person
from people.rules.changes import ChangeField, ChangeStatus

PAGE = 20
MOST = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of the queue: who asks for what, since when, until when."""

    code: str
    field: ChangeField
    name: str
    organization: str
    requested_at: datetime
    due_on: date
    born_on: date | None
    organization_id: int


_OPEN = ChangeRequest.status == ChangeStatus.SUBMITTED
_PLACE = ChangeRequest.requested_at, ChangeRequest.id
_QUEUE: Select[*tuple[Any, ...]] = (
    select(
        ChangeRequest.code,
        ChangeRequest.field,
        Person.name,
        Organization.short_name,
        ChangeRequest.requested_at,
        ChangeRequest.due_on,
        Person.born_on,
        ChangeRequest.organization_id,
    )
    .join(ChangeRequest.person)
    .join(Organization, Organization.id == ChangeRequest.organization_id)
    .where(ChangeRequest.handler_id == bindparam("handler"), _OPEN)
    .order_by(*_PLACE)
    .limit(PAGE + 1)
)
_ANCHOR = (
    select(*_PLACE)
    .where(
        ChangeRequest.code == bindparam("after"), ChangeRequest.handler_id == bindparam("handler")
    )
    .subquery()
)
_QUEUE_AFTER = _QUEUE.join(_ANCHOR, tuple_(*_PLACE) > tuple_(_ANCHOR.c.requested_at, _ANCHOR.c.id))


def changes_at(handler_id: int, after: str = "") -> Page[Wish]:
    """Return a page of what an organization has to answer, longest waiting first."""
    asked = {"handler": handler_id, "after": after}
    rows = db.session.execute(_QUEUE_AFTER if after else _QUEUE, asked)
    return page_of([Wish(*row) for row in rows], PAGE)


def next_change(handler_id: int) -> str | None:
    """Return the code of the request that waits longest."""
    rows = changes_at(handler_id).rows
    return rows[0].code if rows else None


def change_at(handler_id: int, code: str) -> ChangeRequest | None:
    """Return a request that an organization has or had to answer, with its person."""
    return db.session.scalars(
        _with_places()
        .options(joinedload(ChangeRequest.person, innerjoin=True))
        .where(ChangeRequest.code == code, ChangeRequest.handler_id == handler_id)
    ).one_or_none()


def own_change(person_id: int, code: str) -> ChangeRequest | None:
    """Return a request of a person."""
    return db.session.scalars(
        _with_places().where(ChangeRequest.code == code, ChangeRequest.person_id == person_id)
    ).one_or_none()


def own_changes(person_id: int) -> Sequence[ChangeRequest]:
    """Return the requests of a person, newest first."""
    return db.session.scalars(
        _with_places()
        .where(ChangeRequest.person_id == person_id)
        .order_by(ChangeRequest.id.desc())
        .limit(MOST)
    ).all()


def wanted_of(request: ChangeRequest) -> Mapping[str, Any]:
    """Return what an open request asks for, in clear; nothing of one that was answered."""
    value: Mapping[str, Any] = json.loads(request.plain_value) if request.value else {}
    return value


def _with_places() -> Select[ChangeRequest]:
    return select(ChangeRequest).options(
        joinedload(ChangeRequest.organization, innerjoin=True),
        joinedload(ChangeRequest.handler, innerjoin=True),
    )
