"""Removing the identity of who left everything years ago (decisions.md D6, PRV-16)."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, select

from accounts.models import User, UserSession
from core import clock, settings
from core.audit.operations import SYSTEM, record
from core.database import db
from people import erasing, leaving
from people.models import Erasure, Person
from people.operations.erasures import erase_account, forget_identity, matters_of
from people.rules.erasures import ErasureStatus, years_before

BATCH = 50


class Step(NamedTuple):
    """How many identities were removed, and behind which person the next step goes on."""

    forgotten: int
    after: int


def forget_departed(after: int, now: datetime) -> Step | None:
    """Look at the next people who left, remove who is due; None where there is nobody more.

    Due is who is nothing here any more, left the last of it before the years of the setting, and
    has not been signed in since. Doing it twice does no harm.
    """
    today = clock.local(now).date()
    before = years_before(today, settings.value("privacy.identity_years", on=today))
    found = leaving.next_departed(after, BATCH, before)
    if not found:
        return None
    done = sum(_forget(person_id, before, now) for person_id in found)
    db.session.flush()
    return Step(done, found[-1])


def _forget(person_id: int, before: date, now: datetime) -> bool:
    user = db.session.scalars(
        select(User).where(User.person_id == person_id).with_for_update()
    ).one_or_none()
    person = db.session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if not _is_due(person, user, before, clock.local(now).date()):
        return False
    rows = erase_account(user, now) if user is not None else forget_identity(person, now)
    record("people.forget_departed", "person", person.id, by=SYSTEM, rows=rows)
    return True


def _is_due(person: Person, user: User | None, before: date, today: date) -> bool:
    left_on = leaving.left_on(person.id)
    if person.erased_at is not None or person.merged_into_id is not None:
        return False
    if left_on is None or left_on >= before:
        return False
    if user is None:
        return not erasing.waiting_for(person.id)
    return not matters_of(user, today) and not _is_used(user, before)


def _is_used(user: User, before: date) -> bool:
    """Return whether an account was used since a day, or its owner asked himself to close it."""
    since = clock.day_bounds(before)[0]
    seen = exists().where(UserSession.user_id == user.id, UserSession.seen_at >= since)
    asked = exists().where(Erasure.user_id == user.id, Erasure.status == ErasureStatus.ASKED)
    return bool(db.session.scalar(select(seen | asked)))
