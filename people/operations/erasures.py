"""Closing one's own account, and removing an identity when its time has come (D4, PRV-16)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Post, User
from accounts.operations import end_sessions, forget_user
from core import clock, keyring, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import changed_rows, db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from people import erasing
from people.models import (
    ChangeRequest,
    ConsentRequest,
    DuplicateCandidate,
    DuplicatePlace,
    Erasure,
    MergedRow,
    Person,
    PersonMerge,
)
from people.operations.checks import forget_checks
from people.operations.duplicate_numbers import pairs_anew
from people.rules.erasures import (
    ERASURE_TRANSITIONS,
    ErasureAction,
    ErasureStatus,
    Matter,
    check_closing,
    year_alone,
)

BATCH = 50
#: The name of somebody who has none any more, the same in every language.
NOBODY = "***"


def matters_of(user: User, today: date) -> list[Matter]:
    """Return what has to end before an account can be closed."""
    still = or_(Post.ends_on.is_(None), Post.ends_on >= today)
    posts = db.session.scalars(
        select(Post.id).where(Post.user_id == user.id, still).limit(1)
    ).first()
    found = [Matter(N_("还有岗位，请先办交接"), "accounts.switch")] if posts else []
    return [*found, *(erasing.waiting_for(user.person_id) if user.person_id else [])]


def ask_erasure(user_id: int, *, by: Actor, now: datetime) -> Erasure:
    """Return the closing of one's own account: every session ends, identity goes later.

    Until the day that the setting gives, signing in and one tap take it back. Raises
    RuleViolation while somebody is still a member, a volunteer, an applicant or holds a post.
    """
    user = _locked_user(user_id)
    today = clock.local(now).date()
    check_closing(matters_of(user, today))
    erasure = Erasure(
        user_id=user.id,
        person_id=user.person_id,
        status=ErasureStatus.ASKED,
        asked_at=now,
        due_on=today + timedelta(days=settings.value("accounts.closing_days", on=today)),
    )
    db.session.add(erasure)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    end_sessions(user, by=by, now=now)
    record("people.close_account", "user", user.id, by=by)
    db.session.flush()
    return erasure


def undo_erasure(user_id: int, *, by: Actor, now: datetime) -> None:
    """Keep an account that was to be closed. Raises UnknownRowError where none is."""
    erasure = db.session.scalars(
        select(Erasure)
        .where(Erasure.user_id == user_id, Erasure.status == ErasureStatus.ASKED)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if erasure is None:
        raise UnknownRowError(str(user_id))
    _end(erasure, ErasureAction.UNDO, now)
    record("people.keep_account", "user", user_id, by=by)
    db.session.flush()


def erase_due(now: datetime) -> int:
    """Remove the identities whose day has come; return how many closings ended, at most a batch.

    Who joined something again meanwhile keeps the account.
    """
    today = clock.local(now).date()
    due = db.session.scalars(
        select(Erasure)
        .where(Erasure.status == ErasureStatus.ASKED, Erasure.due_on <= today)
        .order_by(Erasure.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for erasure in due:
        user = _locked_user(erasure.user_id)
        if matters_of(user, today):
            _end(erasure, ErasureAction.UNDO, now)
            record("people.keep_account", "user", user.id, by=SYSTEM)
            continue
        erasure.rows = erase_account(user, now)
        _end(erasure, ErasureAction.ERASE, now)
        record("people.erase", "user", user.id, by=SYSTEM, rows=erasure.rows)
    db.session.flush()
    return len(due)


def check_kept(person: Person) -> None:
    """Raise RuleViolation for a record that is locked: its identity was removed."""
    if person.erased_at is not None:
        raise RuleViolation("", N_("这个人的账号已注销，记录只保存，不能再改"))


def _end(erasure: Erasure, action: ErasureAction, now: datetime) -> None:
    erasure.status = next_state(ERASURE_TRANSITIONS, erasure.status, action)
    erasure.ended_at = now


def _locked_user(user_id: int) -> User:
    return db.session.scalars(
        select(User)
        .where(User.id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def erase_account(user: User, now: datetime) -> int:
    """Remove what names the owner of an account; return how many rows that took."""
    rows = 0
    for person in _records_of(user.person_id):
        rows += erasing.erase_all(person.id) + _forget_person(person, now)
    db.session.flush()
    return rows + forget_user(user, now=now)


def _records_of(person_id: int | None) -> Sequence[Person]:
    """Return the record of a person and those that were merged into it, locked."""
    if person_id is None:
        return []
    return db.session.scalars(
        select(Person)
        .where(or_(Person.id == person_id, Person.merged_into_id == person_id))
        .order_by(Person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def forget_identity(person: Person, now: datetime) -> int:
    """Return how many rows lost what names somebody who never had an account, everywhere."""
    rows = erasing.erase_all(person.id) + _forget_person(person, now)
    db.session.flush()
    return rows


def _forget_person(person: Person, now: datetime) -> int:
    forget_checks(person.id)
    person.name, person.erased_at = NOBODY, now
    person.match_key = person.pinyin = person.initials = ""
    person.id_type = person.id_number = person.id_index = None
    person.phone = person.phone_index = person.phone_tail_index = None
    person.born_on = year_alone(person.born_on)
    pairs = select(DuplicateCandidate.id).where(
        or_(DuplicateCandidate.low_id == person.id, DuplicateCandidate.high_id == person.id)
    )
    merges = select(PersonMerge.id).where(
        or_(PersonMerge.survivor_id == person.id, PersonMerge.merged_id == person.id)
    )
    asked = update(ChangeRequest).where(ChangeRequest.person_id == person.id)
    listed = delete(DuplicatePlace).where(DuplicatePlace.candidate_id.in_(pairs))
    with pairs_anew(db.session.scalars(pairs).all()):
        left = changed_rows(listed)
    return (
        1
        + left
        + _forget_guardians(person)
        + sum(
            changed_rows(statement)
            for statement in (
                asked.values(value=None, before="", after="", why="", answer=""),
                delete(MergedRow).where(MergedRow.merge_id.in_(merges)),
            )
        )
    )


def _forget_guardians(person: Person) -> int:
    """Keep that a guardian agreed, and to which text; not who it was."""
    requests = db.session.scalars(
        select(ConsentRequest).where(ConsentRequest.person_id == person.id)
    ).all()
    for request in requests:
        request.guardian_name = NOBODY
        request.guardian_phone = keyring.seal("", f"consent_requests.guardian_phone:{request.code}")
        request.guardian_phone_index = secrets.token_bytes(len(request.guardian_phone_index))
    return len(requests)
