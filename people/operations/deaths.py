"""Recording that somebody died, and taking back what was recorded by mistake (MEM-45)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from accounts.models import Post, User
from accounts.operations import end_post, resume_user, suspend_user
from core import clock, crypto, keyring, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from people import endings
from people.letters import tell_alive, tell_guardians
from people.models import ConsentRequest, Death, Person
from people.operations.consents import close_request
from people.queries import death_of
from people.rules.consents import ConsentStatus
from people.rules.deaths import (
    DEATH_TRANSITIONS,
    DeathAction,
    DeathFacts,
    DeathStatus,
    check_death,
    check_undo_of_death,
)

BATCH = 200


def record_death(
    person: Person, facts: DeathFacts, *, place_id: int, by: Actor, now: datetime
) -> Death:
    """Return the record of a death: memberships and service end, the account is closed.

    Hours and honours stay. Raises UnknownRowError for somebody whom others have in charge,
    RuleViolation for wrong facts, for one recorded before and for oneself.
    """
    today = clock.local(now).date()
    if not endings.is_in_charge(person.id, place_id, today):
        raise UnknownRowError(person.code)
    if by.user_id is None or by.person_id == person.id:
        raise RuleViolation("", N_("不能登记自己，请别人办"))
    known = check_death(facts, person.born_on, today)
    if death_of(person.id) is not None:
        raise RuleViolation("", N_("已经登记过了"))
    days = settings.value("deaths.undo_working_days", on=today)
    death = Death(
        code=crypto.opaque_code(8),
        person_id=person.id,
        organization_id=place_id,
        status=DeathStatus.RECORDED,
        died_on=known.died_on,
        proof=known.proof,
        reference=known.reference,
        recorded_at=now,
        recorded_by_id=by.user_id,
        undo_until=clock.add_working_days(today, days),
    )
    db.session.add(death)
    _flush()
    tell_guardians(person, place_id, now)
    death.standings = json.dumps(endings.end_all(person.id, by=by, now=now), sort_keys=True)
    death.closed_account = _close_account(person.id, by, now)
    _end_guardianship(person)
    record("deaths.record", "death", death.id, by=by, person=person.id)
    db.session.flush()
    return death


def undo_death(code: str, *, place_id: int, by: Actor, now: datetime) -> Death:
    """Return the record of a death taken back: everything is what it was (MEM-45).

    Raises UnknownRowError for one that others recorded, RuleViolation after the last day.
    """
    death = db.session.scalars(
        select(Death)
        .where(Death.code == code, Death.organization_id == place_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if death is None:
        raise UnknownRowError(code)
    reached = next_state(DEATH_TRANSITIONS, death.status, DeathAction.UNDO)
    check_undo_of_death(death.undo_until, clock.local(now).date())
    death.status, death.undone_at, death.undone_by_id = reached, now, by.user_id
    endings.restore_all(death.person_id, json.loads(death.standings), by=by, now=now)
    user = _account_of(death.person_id)
    if death.closed_account and user is not None:
        resume_user(user, by=by, now=now)
        tell_alive(death, user, now)
    record("deaths.undo", "death", death.id, by=by, person=death.person_id)
    db.session.flush()
    return death


def settle_deaths(now: datetime) -> int:
    """Settle records that can no longer be taken back: posts end; return how many."""
    today = clock.local(now).date()
    found = db.session.scalars(
        select(Death)
        .where(Death.status == DeathStatus.RECORDED, Death.undo_until < today)
        .order_by(Death.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for death in found:
        death.status = next_state(DEATH_TRANSITIONS, death.status, DeathAction.SETTLE)
        death.settled_at = now
        _end_posts(death.person_id, today, now)
        record("deaths.settle", "death", death.id, by=SYSTEM)
    db.session.flush()
    return len(found)


def is_silent(phone: str) -> bool:
    """Return whether a phone is only that of somebody who died: nothing is sent there."""
    found = db.session.execute(
        select(Person.id, Death.id)
        .outerjoin(Death, (Death.person_id == Person.id) & (Death.status != DeathStatus.UNDONE))
        .where(Person.phone_index == keyring.index_of(phone, "phone"))
    ).all()
    return bool(found) and all(row[1] is not None for row in found)


def _close_account(person_id: int, by: Actor, now: datetime) -> bool:
    """Close the account of a person; return whether it was open until now."""
    user = _account_of(person_id)
    if user is None or user.suspended_at is not None:
        return False
    suspend_user(user, by=by, now=now)
    return True


def _account_of(person_id: int) -> User | None:
    return db.session.scalars(
        select(User).where(User.person_id == person_id).with_for_update()
    ).one_or_none()


def _end_guardianship(person: Person) -> None:
    """Let links end that wait for an answer of somebody who died; answers given stay."""
    if person.phone_index is None:
        return
    waiting = select(ConsentRequest.id).where(
        ConsentRequest.guardian_phone_index == person.phone_index,
        ConsentRequest.status == ConsentStatus.REQUESTED,
    )
    for request_id in db.session.scalars(waiting.order_by(ConsentRequest.id)).all():
        close_request(request_id)


def _end_posts(person_id: int, today: date, now: datetime) -> None:
    still = or_(Post.ends_on.is_(None), Post.ends_on >= today)
    statement = (
        select(Post).join(Post.user).where(User.person_id == person_id, still).order_by(Post.id)
    )
    for post in db.session.scalars(statement).all():
        yesterday = today - timedelta(days=1)
        end_post(post, max(yesterday, post.starts_on - timedelta(days=1)), by=SYSTEM, now=now)


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
