"""Members inside a scope: one of them, and what lists of them read. Youth at their school only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Result, and_, bindparam, literal_column, or_, select, text
from sqlalchemy.orm import contains_eager, joinedload

from core.access.scope import Scope
from core.database import db
from core.statements import Kept
from members.models import Application, Entry, Honour, Membership, MembershipEvent
from members.queries.listing import Shape, Table, add_table
from members.queries.past import past_rows
from members.rules import LIVE_STATES, OPEN_STATES, MembershipAction, MembershipKind
from members.rules.exports import ExportSubject
from members.rules.roster import READERS, Column, Filters
from organizations.queries import Extent, inside, within
from people.models import Person

#: Written out, so that both databases take the partial indexes made for it.
_ADULT: ColumnElement[Any] = literal_column("'adult'")
_IS_LIVE = text(
    "memberships.status IN ('approved', 'filing_returned', 'active', 'arrears', "
    "'expulsion_proposed', 'pending_transfer')"
)
_HONOURED = (
    select(Honour.id)
    .where(Honour.membership_id == Membership.id, Honour.revoked_at.is_(None))
    .correlate(Membership)
    .exists()
)


def sees_youth(scope: Scope) -> bool:
    """Return whether the post of a scope may see youth members by name: at its own school only."""
    return scope.post.place.id == scope.place.id and scope.place.level == "unit"


def seen_by(scope: Scope, filters: Filters) -> Filters:
    """Return filters with the kind of members that the post may see by name (decisions.md D10)."""
    if filters.kind is MembershipKind.YOUTH and sees_youth(scope):
        return filters
    return replace(filters, kind=MembershipKind.ADULT)


def member_at(scope: Scope, code: str) -> Membership | None:
    """Return one member inside a scope; youth members exist for their own school only."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .options(
            contains_eager(Membership.person),
            joinedload(Membership.organization, innerjoin=True),
        )
        .where(Membership.code == code, Person.erased_at.is_(None), visible(scope))
    ).one_or_none()


class Step(NamedTuple):
    """One step in the history of a membership; the first has no action."""

    at: datetime
    action: MembershipAction | None


_STEPS = Kept(
    select(MembershipEvent.at, MembershipEvent.action)
    .where(MembershipEvent.membership_id == bindparam("membership"))
    .order_by(MembershipEvent.id.desc())
)


def events_of(membership_id: int) -> list[Step]:
    """Return the history of a membership, newest first."""
    return [Step(*row) for row in _STEPS.rows({"membership": membership_id})]


class OnBehalf(NamedTuple):
    """That somebody was entered for himself: when, and on which paper; its application's code."""

    code: str
    entered_at: datetime
    witness: str
    paper_number: str
    paper_file_code: str | None


_ENTRY = Kept(
    select(
        Application.code,
        Entry.entered_at,
        Entry.witness,
        Entry.paper_number,
        Entry.paper_file_code,
    )
    .join(Entry.application)
    .where(Entry.application_id == bindparam("application"))
)


def entry_of(application_id: int | None) -> OnBehalf | None:
    """Return when and on which paper somebody was entered on behalf, or None."""
    if application_id is None:
        return None
    row = _ENTRY.row({"application": application_id})
    return OnBehalf(*row) if row else None


def visible(scope: Scope) -> ColumnElement[bool]:
    """Return the condition for memberships that a scope may see by name (decisions.md D10)."""
    adult = and_(within(scope, Membership), Membership.kind == MembershipKind.ADULT)
    if not sees_youth(scope):
        return adult
    own = and_(
        Membership.organization_id == scope.place.id, Membership.kind == MembershipKind.YOUTH
    )
    return or_(adult, own)


def is_present(scope: Scope, person_id: int) -> bool:
    """Return whether a person stands inside a scope as a member or with an open application."""
    belongs = select(Membership.id).where(Membership.person_id == person_id, visible(scope))
    if db.session.scalars(belongs.limit(1)).first() is not None:
        return True
    if scope.post.place.id != scope.place.id:
        return False
    applied = select(Application.id).where(
        Application.person_id == person_id,
        Application.handler_id == scope.place.id,
        Application.status.in_(OPEN_STATES),
    )
    return db.session.scalars(applied.limit(1)).first() is not None


def _inside(shape: Shape, member: Any) -> tuple[ColumnElement[bool], ...]:
    if shape.kind is MembershipKind.ADULT:
        return inside(shape.extent, member), member.kind == _ADULT
    return inside(Extent.OWN, member), member.kind == shape.kind


def _past(scope: Scope, filters: Filters, day: date, after: str, size: int | None) -> Result[Any]:
    return past_rows(scope, filters.kind, day, after, size=size)


add_table(
    ExportSubject.MEMBERS,
    Table(
        model=Membership,
        joined_on=Membership.joined_on,
        live=LIVE_STATES,
        readers=READERS,
        reads=(Membership.grade.label("grade"),),
        more={Column.HONOURS: (_HONOURED.label("has_honours"),)},
        inside=_inside,
        seen=seen_by,
        past=_past,
        hides_minors=lambda _scope: False,  # they are listed at their own school alone
        values=lambda _scope: {},
        grade=Membership.grade,
        honoured=_HONOURED,
        is_live=_IS_LIVE,
    ),
)
