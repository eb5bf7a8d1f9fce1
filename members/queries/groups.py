"""Units at the Red Cross that keeps them: list, queue, one of them with files and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from core.access.scope import Principal, Scope
from core.database import db, escaped
from core.files.models import StoredFile
from core.paging import Page, page_of
from core.rules import RuleViolation
from core.statements import Kept
from members.models import GradeChange, GroupEvent, GroupFile, GroupMembership
from members.rules import MemberGrade
from members.rules.groups import (
    GROUP_LIVE,
    GROUP_WAITING,
    GroupKind,
    GroupSearch,
    GroupSearchKind,
    GroupStatus,
)
from organizations.models import Organization
from people.rules import check_credit_code

PAGE = 20
MOST = 100
#: What stands in the queue of a county: its own work first in mind, then what the unit owes it.
QUEUED = (
    *GROUP_WAITING,
    GroupStatus.DUES_PENDING,
    GroupStatus.RETURNED,
    GroupStatus.DRAFT,
)
#: What a list of group members shows: those who are, and those who were.
LISTED = (*GROUP_LIVE, GroupStatus.LAPSED, GroupStatus.WITHDRAWN, GroupStatus.DISSOLVED)

#: States in which the contact may change the form.
OWN_FORM = (GroupStatus.DRAFT, GroupStatus.RETURNED)

_G = GroupMembership


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """What a list says of a unit."""

    code: str
    name: str
    kind: GroupKind
    status: GroupStatus
    grade: MemberGrade
    number: str | None
    joined_on: date | None


@dataclass(frozen=True, slots=True)
class QueuedGroup:
    """What the queue says of a unit."""

    code: str
    name: str
    kind: GroupKind
    status: GroupStatus
    submitted_at: datetime | None
    dues_due_on: date | None


def is_credit_code(text: str) -> bool:
    """Return whether a text is a unified social credit code, whatever spaces it has."""
    try:
        return bool(check_credit_code(text))
    except RuleViolation:
        return False


def kept_groups(scope: Scope) -> ColumnElement[bool]:
    """Return the condition for units that a Red Cross sees: handed in to it, or entered by it."""
    seen = or_(_G.submitted_at.is_not(None), _G.owner_id.is_(None))
    return and_(_G.organization_id == scope.place.id, seen)


def own_groups(principal: Principal) -> ColumnElement[bool]:
    """Return the condition for units whose contact an account is."""
    return _G.owner_id == principal.user_id


def own_forms(principal: Principal) -> ColumnElement[bool]:
    """Return the condition for own units whose form may still be changed by their contact."""
    return and_(own_groups(principal), _G.status.in_(OWN_FORM))


def groups_page(
    scope: Scope, states: Sequence[GroupStatus], search: GroupSearch | None, after: str = ""
) -> Page[ListedGroup]:
    """Return a page of the group members of a Red Cross, newest first: one statement."""
    statement = (
        select(_G.code, _G.name, _G.kind, _G.status, _G.grade, _G.number, _G.joined_on)
        .where(kept_groups(scope), _G.status.in_(states))
        .order_by(_G.id.desc())
        .limit(PAGE + 1)
    )
    if search is not None:
        statement = statement.where(_named(search))
    if after:
        statement = statement.where(_G.id < _anchor(scope, after))
    return page_of([ListedGroup(*row) for row in db.session.execute(statement)], PAGE)


def group_queue(scope: Scope, after: str = "") -> Page[QueuedGroup]:
    """Return a page of the units on their way to become a member, longest first: one statement."""
    statement = (
        select(_G.code, _G.name, _G.kind, _G.status, _G.submitted_at, _G.dues_due_on)
        .where(kept_groups(scope), _G.status.in_(QUEUED))
        .order_by(_G.id)
        .limit(PAGE + 1)
    )
    if after:
        statement = statement.where(_G.id > _anchor(scope, after))
    return page_of([QueuedGroup(*row) for row in db.session.execute(statement)], PAGE)


def _anchor(scope: Scope, after: str) -> Any:
    return select(_G.id).where(_G.code == after, kept_groups(scope)).scalar_subquery()


def _named(search: GroupSearch) -> ColumnElement[bool]:
    if search.kind is GroupSearchKind.NUMBER:
        return _G.number == search.text
    if search.kind is GroupSearchKind.CREDIT_CODE:
        return _G.credit_code == search.text
    return _G.search_text.contains(escaped(search.text), escape="/")


def group_at(scope: Scope, code: str) -> GroupMembership | None:
    """Return a unit that a Red Cross keeps."""
    return _one(_G.code == code, kept_groups(scope))


def own_group(principal: Principal, code: str) -> GroupMembership | None:
    """Return a unit whose contact an account is."""
    return _one(_G.code == code, own_groups(principal))


def _one(*conditions: ColumnElement[bool]) -> GroupMembership | None:
    statement = select(_G).options(joinedload(_G.organization, innerjoin=True))
    return db.session.scalars(statement.where(*conditions)).one_or_none()


def groups_of_account(principal: Principal) -> Sequence[GroupMembership]:
    """Return the units whose contact an account is, newest first."""
    statement = select(_G).options(joinedload(_G.organization, innerjoin=True))
    ordered = statement.where(own_groups(principal)).order_by(_G.id.desc()).limit(PAGE)
    return db.session.scalars(ordered).all()


def files_of(group_id: int) -> Sequence[StoredFile]:
    """Return the licence files of a unit, oldest first."""
    statement = select(StoredFile).join(GroupFile, GroupFile.file_id == StoredFile.id)
    return db.session.scalars(
        statement.where(GroupFile.group_id == group_id).order_by(StoredFile.id)
    ).all()


def file_of(file_code: str, inside: ColumnElement[bool]) -> StoredFile | None:
    """Return a licence file of a unit inside a condition."""
    return db.session.scalars(
        select(StoredFile)
        .join(GroupFile, GroupFile.file_id == StoredFile.id)
        .join(GroupFile.group)
        .where(StoredFile.code == file_code, inside)
    ).one_or_none()


def group_events(group_id: int) -> Sequence[GroupEvent]:
    """Return the history of a unit, newest first."""
    statement = select(GroupEvent).where(GroupEvent.group_id == group_id)
    return db.session.scalars(statement.order_by(GroupEvent.id.desc()).limit(MOST)).all()


class Regrading(NamedTuple):
    """One change of a grade: from which day, from which to which, and why."""

    valid_from: date
    from_grade: MemberGrade
    to_grade: MemberGrade
    reason: str


_REGRADINGS = (
    select(GradeChange.valid_from, GradeChange.from_grade, GradeChange.to_grade, GradeChange.reason)
    .order_by(GradeChange.id.desc())
    .limit(MOST)
)
_OF_GROUP = Kept(_REGRADINGS.where(GradeChange.group_id == bindparam("one")))
_OF_MEMBER = Kept(_REGRADINGS.where(GradeChange.membership_id == bindparam("one")))


def grades_of_group(group_id: int) -> list[Regrading]:
    """Return the changes of a unit's grade, newest first."""
    return [Regrading(*row) for row in _OF_GROUP.rows({"one": group_id})]


def grades_of_member(membership_id: int) -> list[Regrading]:
    """Return the changes of a member's grade, newest first."""
    return [Regrading(*row) for row in _OF_MEMBER.rows({"one": membership_id})]


def twins_of(group: GroupMembership) -> Sequence[str]:
    """Return the Red Crosses where the same credit code is on its way or a member, this one too."""
    states = (GroupStatus.SUBMITTED, GroupStatus.VISITED, GroupStatus.RETURNED)
    held = (GroupStatus.APPROVED, GroupStatus.DUES_PENDING, *GROUP_LIVE)
    return db.session.scalars(
        select(Organization.short_name)
        .join(_G, _G.organization_id == Organization.id)
        .where(
            _G.credit_code == group.credit_code,
            _G.status.in_((*states, *held)),
            _G.id != group.id,
        )
        .order_by(_G.id)
        .limit(PAGE)
    ).all()
