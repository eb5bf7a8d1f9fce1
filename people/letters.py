"""Whom a death or a merge of records is told of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import select

from accounts.models import User
from accounts.operations.letters import News, tell_accounts, tell_strangers
from accounts.rules.letters import LetterKind
from core import clock
from core.database import db
from organizations.models import Organization
from people.models import ConsentRequest, Death, Person, PersonMerge
from people.queries import guardians_who_agreed
from people.queries.persons import phone_of_account
from people.rules import is_minor_on, mask_name


def tell_guardians(person: Person, place_id: int, now: datetime) -> None:
    """Tell the guardians of a minor that what they agreed to has ended, and not why."""
    if person.born_on is None or not is_minor_on(person.born_on, clock.local(now).date()):
        return
    asked = select(ConsentRequest.id).where(ConsentRequest.person_id == person.id)
    users = {user.id: user for _, user in guardians_who_agreed(db.session.scalars(asked).all())}
    news = News(
        LetterKind.WARD_ENDED,
        db.session.get_one(Organization, place_id),
        f"ward:{person.code}:ended:{now:%Y%m%d%H%M%S}",
        {"ward": mask_name(person.name)},
        person.id,
    )
    tell_accounts([(user, news) for user in users.values()], now=now)


def tell_alive(death: Death, user: User, now: datetime) -> None:
    """Tell somebody whose account is open again that his death was recorded by mistake."""
    place = db.session.get_one(Organization, death.organization_id)
    news = News(LetterKind.DEATH_UNDONE, place, f"death:{death.code}:undone")
    tell_accounts([(user, news)], now=now)


def tell_merge(done: PersonMerge, kind: LetterKind, phones: Iterable[str], now: datetime) -> None:
    """Tell the accounts of both records, and by phone whoever has no account, or none any more."""
    both = User.person_id.in_((done.survivor_id, done.merged_id))
    users = db.session.scalars(select(User).where(both, User.suspended_at.is_(None))).all()
    place = db.session.get_one(Organization, done.organization_id)
    topic, details = f"merge:{done.code}:{kind}", {"day": done.undo_until.isoformat()}
    tell_accounts([(user, News(kind, place, topic, details)) for user in users], now=now)
    others = sorted(set(phones) - {phone_of_account(user) for user in users})
    tell_strangers(
        News(kind, place, f"{topic}:{number}", details, phone=partial(str, phone))
        for number, phone in enumerate(others)
    )
