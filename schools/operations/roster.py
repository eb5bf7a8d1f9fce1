"""Single pupils: entered by hand, moved between classes, taken off, given another guardian."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, crypto, keyring, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from members.operations.memberships import move as move_membership
from members.rules import LIVE_STATES, MembershipAction
from people.models import Guardian
from people.operations.consents import close_request
from people.rules import check_mobile, check_name
from people.rules.guardians import Relation
from schools.models import Pupil, SchoolClass
from schools.operations.drafts import Desk, enter_drafts
from schools.operations.erasing import forget_lists
from schools.operations.intake import Child
from schools.operations.pupils import step
from schools.queries.intake import staff_phones
from schools.roster_words import check_guardian_phone
from schools.rules.pupils import ON_ROSTER, PupilAction, PupilStatus
from schools.rules.taking_off import OffReason

NO_CLASS = N_("请选一个班级")
SAME_CLASS = N_("已经在这个班")
OTHER_YEAR = N_("只能换到本学年的班级")
OFF = N_("已经不在名册上")
SAME_PHONE = N_("这位监护人已经登记过")


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


def name_guardian(
    pupil: Pupil,
    name: str,
    relation: Relation,
    phone: str,
    *,
    replaces: str,
    by: Actor,
    now: datetime,
) -> Guardian:
    """Return the guardian of a child who is told anew; the one he replaces ends.

    A link that the other one has not answered ends too. Raises RuleViolation for the child's own
    phone, a teacher's, and one that stands already (security.md PRV-11).
    """
    locked, today = _locked(pupil.id), clock.local(now).date()
    named, number = check_name(name), check_mobile(phone, "phone")
    index = keyring.index_of(number, "phone")
    staff, ward = staff_phones(pupil.organization_id, today), locked.person.phone_index
    check_guardian_phone(index, staff=staff, ward=ward, field="phone")
    if replaces:
        _end(locked, replaces, by=by, now=now)
    guardian = Guardian(
        code=crypto.opaque_code(8),
        person_id=locked.person_id,
        name=named,
        relation=relation,
        named_at=now,
        named_by_id=by.user_id,
    )
    guardian.set_phone(number)
    standing = select(Guardian.id).where(
        Guardian.person_id == locked.person_id,
        Guardian.phone_index == index,
        Guardian.ended_on.is_(None),
    )
    if db.session.scalars(standing).first() is not None:
        raise RuleViolation("phone", SAME_PHONE)
    db.session.add(guardian)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    record("guardian.name", "person", locked.person_id, by=by, relation=relation.value)
    return guardian


def end_guardian(pupil: Pupil, code: str, *, by: Actor, now: datetime) -> None:
    """Let a guardian who was named by mistake end. Raises UnknownRowError."""
    _end(_locked(pupil.id), code, by=by, now=now)


def _end(pupil: Pupil, code: str, *, by: Actor, now: datetime) -> None:
    which = (
        Guardian.person_id == pupil.person_id,
        Guardian.code == code,
        Guardian.ended_on.is_(None),
    )
    guardian = db.session.scalars(select(Guardian).where(*which).with_for_update()).one_or_none()
    if guardian is None:
        raise UnknownRowError(code)
    guardian.ended_on = clock.local(now).date()
    request = pupil.request
    if request is not None and request.guardian_phone_index == guardian.phone_index:
        close_request(request.id)
    db.session.flush()
    record("guardian.end", "person", pupil.person_id, by=by)


def _locked(pupil_id: int) -> Pupil:
    """Return a pupil that nobody changes until the transaction ends."""
    return db.session.scalars(
        select(Pupil)
        .where(Pupil.id == pupil_id)
        .with_for_update(of=Pupil)
        .execution_options(populate_existing=True)
    ).one()
