"""Writing letters in the transaction of the fact they tell of, and reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select, tuple_, update
from sqlalchemy.orm import load_only

from accounts.letters import Contents, Details, Sender, sms_of, written
from accounts.models import Letter, User
from accounts.queries import phone_of
from accounts.queries.letters import names_of
from accounts.rules.letters import FORMS, LetterKind
from core import clock, crypto, messages
from core.database import db, insert_or
from core.jobs.models import FILLING, Job
from core.jobs.rules import JobStatus
from core.rules import UnknownRowError
from organizations.models import Organization

NO_HOLD = timedelta()
DIGESTS = frozenset({LetterKind.DIGEST, LetterKind.DIGEST_OF_MANY})


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell.

    ``topic`` names the fact, at most 60 characters, so that nobody is told of it twice; ``details``
    are codes, numbers, days and masked names, never sent anywhere but to the reader. ``about_id``
    is the ward that a guardian is told of. ``phone`` finds the number of a person without an
    account; it is asked only where the kind goes there, and then the topic must be of one person.
    """

    kind: LetterKind
    organization: Organization
    topic: str
    details: Details = field(default_factory=dict)
    about_id: int | None = None
    phone: Callable[[], str] = str


def tell_people(
    news: Sequence[tuple[int, News]], *, now: datetime, hold: timedelta = NO_HOLD
) -> None:
    """Write to people by person id: two statements, and one more for phones without an account.

    ``hold``: how long the fact may still be undone; so long neither list nor phone tells of it.
    """
    if not news:
        return
    ids = {person_id for person_id, _ in news}
    found = db.session.scalars(select(User).options(_needed()).where(User.person_id.in_(ids)))
    users = {user.person_id: user for user in found}
    tell_accounts(
        [(users[person_id], one) for person_id, one in news if person_id in users],
        now=now,
        hold=hold,
    )
    tell_strangers((one for person_id, one in news if person_id not in users), hold)


def tell_strangers(news: Iterable[News], hold: timedelta = NO_HOLD) -> None:
    """Tell those by phone who have no account, of the kinds that the table names (ux.md 2.9)."""
    texts, said = [], dict[tuple[LetterKind, int, str], str]()
    for one in news:
        phone = one.phone() if FORMS[one.kind].reaches_strangers else ""
        if phone:
            alike = one.kind, one.organization.id, written(one.details)
            text = said.get(alike) or said.setdefault(alike, _text(one))
            texts.append((phone, text, one.topic))
    messages.queue_many(texts, hold)


def tell_accounts(
    news: Sequence[tuple[User, News]], *, now: datetime, hold: timedelta = NO_HOLD
) -> int:
    """Write to accounts; return how many letters are new. A closed account gets none."""
    pairs = [(user, one) for user, one in news if user.suspended_at is None]
    letters = [
        {
            "code": crypto.opaque_code(12),
            "user_id": user.id,
            "kind": one.kind,
            "topic": one.topic,
            "organization_id": one.organization.id,
            "about_id": one.about_id,
            "details": written(one.details),
            "shown_at": now + hold,
        }
        for user, one in pairs
    ]
    if not letters:
        return 0
    db.session.flush()
    insert = insert_or(Letter).values(letters).on_conflict_do_nothing()
    written_now = set(db.session.scalars(insert.returning(Letter.code)))
    for letter, (user, one) in zip(letters, pairs, strict=True):
        if letter["code"] in written_now:
            _send(user, one, str(letter["code"]), hold)
    return len(written_now)


def tell_job_ended(job: Job) -> None:
    """Tell the owner of a job that it is done, or why it stopped."""
    is_done, now = job.status is JobStatus.DONE, clock.now()
    kind = LetterKind.JOB_DONE if is_done else LetterKind.JOB_STOPPED
    details = {"code": job.code, "job": job.kind}
    if not is_done:
        details["problem"] = job.problem
        details["filling"] = job.result.get(FILLING, {})
    owner = db.session.get(User, job.user_id)
    place = db.session.get(Organization, job.organization_id)
    if owner is not None and place is not None:
        topic = f"job:{job.code}:{now:%Y%m%d%H%M%S}"
        tell_accounts([(owner, News(kind, place, topic, details))], now=now)


def call_back(topics: Sequence[str], *, now: datetime) -> None:
    """Forget letters that nobody could read yet, and their short messages: the fact is undone."""
    gone = delete(Letter).where(Letter.topic.in_(topics), Letter.shown_at >= now)
    codes = db.session.scalars(gone.returning(Letter.code)).all()
    messages.call_back(*topics, *(_purpose(code) for code in codes))


def hold_back(topics: Select[str], until: datetime) -> None:
    """Show letters about these topics, and send their short messages, no sooner than then.

    Only those that nobody could read yet: a fact that may still be undone is being undone.
    """
    waiting = Letter.topic.in_(topics), Letter.shown_at >= clock.now()
    codes = db.session.scalars(select(Letter.code).where(*waiting)).all()
    messages.hold_back([_purpose(code) for code in codes], until)
    db.session.execute(
        update(Letter)
        .where(Letter.code.in_(codes))
        .values(shown_at=until)
        .execution_options(synchronize_session=False)
    )


def open_letter(user_id: int, code: str, *, now: datetime) -> Letter:
    """Return a letter of an account, read from now on. Raises UnknownRowError for another's."""
    letter = db.session.scalars(
        select(Letter).where(Letter.code == code, Letter.user_id == user_id, Letter.shown_at <= now)
    ).one_or_none()
    if letter is None:
        raise UnknownRowError(code)
    if letter.read_at is None:
        letter.read_at = now
        db.session.flush()
    return letter


def read_up_to(user_id: int, code: str, *, now: datetime) -> None:
    """Note all letters up to one of them as read; a newer one that nobody saw stays unread."""
    last = db.session.execute(
        select(Letter.shown_at, Letter.id).where(
            Letter.code == code, Letter.user_id == user_id, Letter.shown_at <= now
        )
    ).one_or_none()
    if last is None:
        raise UnknownRowError(code)
    db.session.execute(
        update(Letter)
        .where(
            Letter.user_id == user_id,
            Letter.read_at.is_(None),
            tuple_(Letter.shown_at, Letter.id) <= tuple_(last.shown_at, last.id),
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def forget_letters_about(person_id: int) -> None:
    """Remove what guardians were told of a ward who is removed."""
    db.session.execute(delete(Letter).where(Letter.about_id == person_id))


def forget_letters_of(user_id: int) -> None:
    """Remove the letters of an account that is removed."""
    db.session.execute(delete(Letter).where(Letter.user_id == user_id))


def _needed() -> Any:
    return load_only(User.code, User.person_id, User.phone, User.suspended_at, User.digest_by_sms)


def _send(user: User, news: News, code: str, hold: timedelta) -> None:
    if not FORMS[news.kind].by_sms or (news.kind in DIGESTS and not user.digest_by_sms):
        return
    messages.queue(phone_of(user), _text(news), _purpose(code), hold)


def _text(news: News) -> str:
    sender = Sender(news.organization.code, news.organization.name)
    names = names_of(place for place, _ in news.details.get("places", ()))
    return sms_of(Contents(news.kind, sender, news.details, names))


def _purpose(code: str) -> str:
    return f"letter:{code}"
