"""Single pupils: entered by hand, moved between classes, taken off."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from core import clock, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from members.operations.memberships import move as move_membership
from members.rules import LIVE_STATES, MembershipAction
from people.operations.consents import close_request
from schools.models import Pupil, SchoolClass
from schools.operations.drafts import Desk, enter_drafts
from schools.operations.erasing import forget_lists
from schools.operations.intake import Child
from schools.operations.pupils import step
from schools.rules.pupils import ON_ROSTER, PupilAction, PupilStatus
from schools.rules.taking_off import OffReason

NO_CLASS = N_("请选一个班级")
SAME_CLASS = N_("已经在这个班")
OTHER_YEAR = N_("只能换到本学年的班级")
OFF = N_("已经不在名册上")


def enter_child(child: Child, organization_id: int, year: int, *, by: Actor, now: datetime) -> str:
    """Return the code of the draft of a child who was entered by hand. Raises TryAgainError."""
    (key,) = enter_drafts([child], Desk(organization_id, year, by, now))
    return db.session.get_one(Pupil, key).code


def change_place(pupil: Pupil, target: SchoolClass | None, *, by: Actor) -> None:
    """Put a pupil in another class of the same school and year; consent and state stay.

    Raises RuleViolation.
    """
    if target is None:
        raise RuleViolation("school_class", NO_CLASS)
    locked = _locked(pupil.id)
    if locked.status not in ON_ROSTER:
        raise RuleViolation("", OFF)
    if locked.class_id == target.id:
        raise RuleViolation("school_class", SAME_CLASS)
    if locked.school_class is not None and locked.school_class.year != target.year:
        raise RuleViolation("school_class", OTHER_YEAR)
    locked.school_class = target
    db.session.flush()
    record("pupil.change_class", "person", locked.person_id, by=by, to=target.code)


def take_off(pupil: Pupil, reason: OffReason, *, by: Actor, now: datetime) -> None:
    """Take a pupil off the roster: a draft is removed and forgotten, a member leaves the school.

    An open link to a guardian ends at once. Raises IllegalTransition where it was done before.
    """
    locked = _locked(pupil.id)
    is_draft = locked.status is PupilStatus.DRAFT
    if locked.request_id is not None:
        close_request(locked.request_id)
    action = PupilAction.REMOVE if is_draft else PupilAction.LEAVE
    step(locked, action, by=by, now=now)
    today = clock.local(now).date()
    if is_draft:
        forget_lists([locked])
        locked.due_on = today + timedelta(days=settings.value("consents.kept_days", on=today))
    membership = locked.membership
    if membership is not None and membership.status in LIVE_STATES:
        move_membership(membership, MembershipAction.WITHDRAW, by=by, now=now, note=locked.code)
        membership.left_on = today
    db.session.flush()
    record("pupil.take_off", "person", locked.person_id, by=by, reason=reason.value)


def _locked(pupil_id: int) -> Pupil:
    """Return a pupil that nobody changes until the transaction ends."""
    return db.session.scalars(
        select(Pupil)
        .where(Pupil.id == pupil_id)
        .with_for_update(of=Pupil)
        .execution_options(populate_existing=True)
    ).one()
