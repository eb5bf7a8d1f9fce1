"""Making somebody an ordinary, a special or a permanent member (domain.md MEM-02)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from core import clock
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from members.models import GradeChange, GroupMembership, Membership
from members.operations.groups import change, locked_group
from members.operations.memberships import move
from members.rules import GradeFacts, MembershipAction, MembershipKind, check_grade
from members.rules.groups import GroupAction


def set_grade(
    code: str, facts: GradeFacts, *, inside: ColumnElement[bool], by: Actor, now: datetime
) -> Membership:
    """Return an adult member of another grade; the change stands in the history with its reason.

    Raises RuleViolation for wrong facts and for one's own grade, UnknownRowError outside of
    ``inside``, IllegalTransition for somebody who is no member any more.
    """
    membership = _locked(code, inside)
    if by.person_id is not None and membership.person_id == by.person_id:
        raise RuleViolation("", N_("不能改自己的等级，请别人办"))
    today = clock.local(now).date()
    known = check_grade(facts, membership.grade, membership.joined_on, today)
    move(membership, MembershipAction.REGRADE, by=by, now=now, note=known.reason)
    kept = _kept(known, by, now)
    kept.membership_id, kept.from_grade = membership.id, membership.grade
    membership.grade = known.grade
    db.session.add(kept)
    record("grades.set", "membership", membership.id, by=by, grade=known.grade)
    db.session.flush()
    return membership


def set_group_grade(
    code: str, facts: GradeFacts, *, inside: ColumnElement[bool], by: Actor, now: datetime
) -> GroupMembership:
    """Return a group member of another grade, likewise."""
    group = locked_group(code, inside)
    if group.owner_id is not None and group.owner_id == by.user_id:
        raise RuleViolation("", N_("不能改自己的等级，请别人办"))
    today = clock.local(now).date()
    change(group, GroupAction.REGRADE, by=by, now=now, words=facts.reason)
    known = check_grade(facts, group.grade, group.joined_on or today, today)
    kept = _kept(known, by, now)
    kept.group_id, kept.from_grade = group.id, group.grade
    group.grade = known.grade
    db.session.add(kept)
    db.session.flush()
    return group


def _kept(facts: GradeFacts, by: Actor, now: datetime) -> GradeChange:
    if by.user_id is None:
        message = "somebody sets a grade, never a clock"
        raise ValueError(message)
    return GradeChange(
        to_grade=facts.grade,
        valid_from=facts.valid_from,
        reason=facts.reason,
        at=now,
        by_user_id=by.user_id,
    )


def _locked(code: str, inside: ColumnElement[bool]) -> Membership:
    found = db.session.scalars(
        select(Membership)
        .where(Membership.code == code, Membership.kind == MembershipKind.ADULT, inside)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError
    return found
