"""Transfers: the own one, and those an organization has to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from core.database import db
from core.paging import Page, page_of
from members.models import Membership, Transfer
from members.rules import OPEN_TRANSFERS, MembershipKind, TransferStatus
from organizations.models import Organization
from people.models import Person

PAGE = 20
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Moving:
    """What the queue says of a transfer."""

    code: str
    status: TransferStatus
    name: str
    number: str
    joined_on: date
    from_name: str
    to_name: str
    requested_at: datetime
    due_on: date
    person_id: int


_FROM, _TO = aliased(Organization), aliased(Organization)
_WAITING: Select[*tuple[Any, ...]] = (
    select(
        Transfer.code,
        Transfer.status,
        Person.name,
        Membership.number,
        Membership.joined_on,
        _FROM.name,
        _TO.name,
        Transfer.requested_at,
        Transfer.due_on,
        Membership.person_id,
    )
    .join(Transfer.membership)
    .join(Membership.person)
    .join(_FROM, _FROM.id == Transfer.from_organization_id)
    .join(_TO, _TO.id == Transfer.to_organization_id)
    .where(
        Transfer.handler_id == bindparam("handler"),
        Transfer.status.in_(OPEN_TRANSFERS),
        Membership.kind != MembershipKind.YOUTH,  # schools take pupils over on a page of theirs
    )
    .order_by(Transfer.requested_at, Transfer.id)
    .limit(PAGE + 1)
)


def transfers_at(handler_id: int) -> Page[Moving]:
    """Return those an organization has to answer, longest first: the first page of them."""
    rows = db.session.execute(_WAITING, {"handler": handler_id})
    return page_of([Moving(*row) for row in rows], PAGE)


def count_of_transfers(handler_id: Any) -> ScalarSelect[int]:
    """Return the number of those, a hundred at most, for a statement about an organization."""
    found = (
        select(Transfer.id)
        .join(Transfer.membership)
        .where(
            Transfer.handler_id == handler_id,
            Transfer.status.in_(OPEN_TRANSFERS),
            Membership.kind != MembershipKind.YOUTH,
        )
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def open_transfer_of(person_id: int, *, lock: bool = False) -> Transfer | None:
    """Return the transfer of a person that is still on its way."""
    statement = _of_person(person_id).where(Transfer.status.in_(OPEN_TRANSFERS))
    if lock:
        statement = statement.with_for_update(of=Transfer).execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def latest_transfer_of(person_id: int) -> Transfer | None:
    """Return the newest transfer of a person, open or settled."""
    statement = _of_person(person_id).order_by(Transfer.id.desc()).limit(1)
    return db.session.scalars(statement).one_or_none()


def transfer_at(handler_id: int, code: str) -> Transfer | None:
    """Return a transfer that an organization has to answer."""
    return db.session.scalars(
        select(Transfer)
        .options(
            joinedload(Transfer.membership, innerjoin=True).joinedload(
                Membership.person, innerjoin=True
            ),
            joinedload(Transfer.from_organization, innerjoin=True),
            joinedload(Transfer.to_organization, innerjoin=True),
        )
        .where(
            Transfer.code == code,
            Transfer.handler_id == handler_id,
            Transfer.status.in_(OPEN_TRANSFERS),
        )
    ).one_or_none()


def _of_person(person_id: int) -> Select[Transfer]:
    return (
        select(Transfer)
        .join(Transfer.membership)
        .options(
            joinedload(Transfer.from_organization, innerjoin=True),
            joinedload(Transfer.to_organization, innerjoin=True),
            joinedload(Transfer.handler, innerjoin=True),
        )
        .where(Membership.person_id == person_id)
    )
