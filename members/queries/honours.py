"""Honours: of one member, of oneself, and one that may be revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from core.access.scope import Scope
from core.database import db
from core.statements import Kept
from members.models import Honour, Membership
from members.queries.roster import visible
from members.rules.honours import HonourLevel

MOST = 100
_IN_FORCE = Honour.revoked_at.is_(None)
_ORDER = Honour.granted_on.desc(), Honour.id.desc()


class Honoured(NamedTuple):
    """One line of a member's honours."""

    code: str
    name: str
    level: HonourLevel
    granted_by: str
    granted_on: date
    document: str
    revoked_at: datetime | None
    revoked_note: str


_OF_MEMBER = Kept(
    select(*(getattr(Honour, name) for name in Honoured._fields))
    .where(Honour.membership_id == bindparam("membership"))
    .order_by(Honour.revoked_at.is_not(None), *_ORDER)
    .limit(MOST)
)


def honours_of(membership_id: int) -> list[Honoured]:
    """Return what a member was honoured with, newest first, at the end what was taken back."""
    return [Honoured(*row) for row in _OF_MEMBER.rows({"membership": membership_id})]


def honours_of_person(person_id: int) -> Sequence[Honour]:
    """Return the honours of all memberships of a person, newest first: they stay for life."""
    return db.session.scalars(
        select(Honour)
        .join(Honour.membership)
        .where(Membership.person_id == person_id, _IN_FORCE)
        .order_by(*_ORDER)
        .limit(MOST)
    ).all()


def honour_at(scope: Scope, code: str) -> Honour | None:
    """Return an honour in force of a member inside a scope, with the member."""
    membership = contains_eager(Honour.membership)
    return db.session.scalars(
        select(Honour)
        .join(Honour.membership)
        .options(membership.options(joinedload(Membership.person, innerjoin=True)))
        .where(Honour.code == code, _IN_FORCE, visible(scope))
    ).one_or_none()
