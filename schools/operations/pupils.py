"""The steps of a pupil on a roster: each with history row, membership and audit event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, next_state
from members.operations.memberships import create_membership
from members.rules import MembershipKind, MembershipStatus
from people.models import Person
from schools.models import Pupil, PupilEvent, SchoolClass
from schools.operations.roster_numbers import count_graduates, count_pupils
from schools.queries.consents import consents_stand
from schools.rules.pupils import (
    ON_ROSTER,
    PUPIL_TRANSITIONS,
    ConsentState,
    PupilAction,
    PupilStatus,
)


def enter_pupil(
    person: Person,
    school_class: SchoolClass,
    *,
    by: Actor,
    now: datetime,
    import_code: str | None = None,
) -> Pupil:
    """Return a draft on the roster of a class; nobody is a member by it (domain.md MEM-14).

    The unique index on rosters has the last word on "one child, one roster".
    """
    pupil = Pupil(
        code=crypto.opaque_code(8),
        person=person,
        organization=school_class.organization,
        school_class=school_class,
        status=PupilStatus.DRAFT,
        consent=ConsentState.UNASKED,
        import_code=import_code,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(pupil)
    note_step(pupil, None, by=by, now=now)
    db.session.flush()
    count_pupils(pupil.organization_id, 1)
    record("pupil.enter", "person", person.id, by=by, import_code=import_code or "")
    return pupil


def step(pupil: Pupil, action: PupilAction, *, by: Actor, now: datetime) -> None:
    """Take a pupil through the table of states, with history. Raises IllegalTransition."""
    before = pupil.status
    pupil.status = next_state(PUPIL_TRANSITIONS, before, action)
    count_pupils(pupil.organization_id, (pupil.status in ON_ROSTER) - (before in ON_ROSTER))
    graduates = pupil.status is PupilStatus.GRADUATED
    count_graduates(pupil.organization_id, int(graduates), clock.local(now).date())
    note_step(pupil, action, by=by, now=now)
    db.session.flush()
    record(f"pupil.{action}", "person", pupil.person_id, by=by)


def hold(pupil_id: int) -> Pupil:
    """Return a pupil as he is now, the row locked: who admits and who withdraws wait for another.

    Consents are read behind this lock, so that one withdrawn meanwhile admits nobody (RACE-13).
    """
    db.session.flush()
    statement = select(Pupil).where(Pupil.id == pupil_id).with_for_update(of=Pupil)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def admit(pupil: Pupil, *, by: Actor, now: datetime) -> None:
    """Make a youth member of a draft whose every consent is given (scenario 21).

    The roster was the school's approval; the county counts, and files no pupil (domain.md SCH-05).
    Raises IllegalTransition where it is no draft any more, RuleViolation where a consent that the
    age needs does not stand (security.md PRV-09): this is the only door, whoever opens it.
    """
    pupil = hold(pupil.id)
    if not consents_stand(pupil.person, clock.local(now).date()):
        raise RuleViolation("", N_("还没有监护人的同意，不能成为会员"))
    step(pupil, PupilAction.ADMIT, by=by, now=now)
    pupil.membership = create_membership(
        pupil.person,
        pupil.organization,
        MembershipKind.YOUTH,
        by=by,
        now=now,
        status=MembershipStatus.ACTIVE,
    )
    db.session.flush()


def note_step(pupil: Pupil, action: PupilAction | None, *, by: Actor, now: datetime) -> None:
    """Write into the history of a pupil what happened and where he is now."""
    event = PupilEvent(
        pupil=pupil,
        action=action,
        to_status=pupil.status,
        at=now,
        by_user_id=by.user_id,
        by_post_id=by.post_id,
    )
    db.session.add(event)
