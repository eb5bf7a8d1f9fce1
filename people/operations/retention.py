"""Removing the identity of who left everything years ago (decisions.md D6, PRV-16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select

from accounts.models import User, UserSession
from core import clock, retention
from core.audit.operations import SYSTEM, record
from core.database import db
from people import erasing, leaving
from people.models import Erasure, Guardian, MinorApproval, Person
from people.operations.erasures import erase_account, forget_identity, matters_of
from people.rules.erasures import ErasureStatus

BATCH = 50


def forget_departed(now: datetime) -> Iterator[int]:
    """Remove the identity of who is due; yield after each part of the people how many were.

    Due is who is nothing here any more, left the last of it before the years of the settings, and
    has not been signed in since. Doing it twice does no harm.
    """
    after = 0
    while found := leaving.next_departed(after, BATCH, now):
        yield sum(_forget(person_id, now) for person_id in found)
        after = found[-1]


def count_departed(now: datetime) -> int:
    """Return how many identities are due."""
    after = total = 0
    while found := leaving.next_departed(after, BATCH, now):
        for person_id in found:
            user = db.session.scalars(select(User).where(User.person_id == person_id))
            person = db.session.get_one(Person, person_id)
            total += _is_due(person, user.one_or_none(), now)
        after = found[-1]
    return total


def _forget(person_id: int, now: datetime) -> bool:
    user = db.session.scalars(
        select(User).where(User.person_id == person_id).with_for_update()
    ).one_or_none()
    person = db.session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if not _is_due(person, user, now):
        return False
    rows = erase_account(user, now) if user is not None else forget_identity(person, now)
    record("people.forget_departed", "person", person.id, by=SYSTEM, rows=rows)
    db.session.flush()
    return True


def _is_due(person: Person, user: User | None, now: datetime) -> bool:
    if person.erased_at is not None or person.merged_into_id is not None:
        return False
    before = leaving.departed_before(person.id, now)
    if before is None:
        return False
    if user is None:
        return not erasing.waiting_for(person.id)
    return not matters_of(user, clock.local(now).date()) and not _is_used(user, before)


def _is_used(user: User, before: date) -> bool:
    """Return whether an account was used since a day, or its owner asked himself to close it."""
    since = clock.day_bounds(before)[0]
    seen = exists().where(UserSession.user_id == user.id, UserSession.seen_at >= since)
    asked = exists().where(Erasure.user_id == user.id, Erasure.status == ErasureStatus.ASKED)
    return bool(db.session.scalar(select(seen | asked)))


def ended_guardians(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which guardians are kept no longer: their word ended, at eighteen or before.

    That somebody consented, to what and when, stays with the consent (domain.md PRI-12).
    """
    return (Guardian.ended_on < retention.first_day("guardians.ended_days", now),)


def past_approvals(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which approvals to look at a minor are kept no longer: as the read log."""
    return (MinorApproval.expires_at < retention.since("privacy.logs_years", now),)
