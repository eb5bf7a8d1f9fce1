"""The daily digest: one letter to whoever has work waiting, at most one a day (ux.md 2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from accounts.operations.letters import News, tell_accounts
from accounts.queries.digests import duties_of, keepers_after
from accounts.rules.letters import LetterKind
from core import clock
from core.database import db
from organizations.models import Organization

BATCH = 200


def send_digests(now: datetime, after: int = 0) -> tuple[int | None, int]:
    """Write to the next keepers by id; return the last of them and how many letters are new.

    None means that nobody is left. What was committed stays: a batch that runs again finds the
    letters of the day there and writes to nobody twice, neither to the list nor to the phone.
    """
    day = clock.local(now).date()
    keepers = keepers_after(after, day, digest_topic(day), BATCH)
    if not keepers:
        return None, 0
    duties = duties_of([user.id for user in keepers], day)
    news = [(user, _news(duties[user.id], day)) for user in keepers if duties.get(user.id)]
    written = tell_accounts(news, now=now)
    db.session.flush()
    return keepers[-1].id, written


def digest_topic(day: date) -> str:
    """Return what a letter about a day's duties is known by, so that there is one of it."""
    return f"digest:{day.isoformat()}"


def _news(waiting: Sequence[tuple[Organization, int]], day: date) -> News:
    """Return the letter over all organizations at which something waits, most of it first."""
    first, count = waiting[0]
    if len(waiting) == 1:
        return News(LetterKind.DIGEST, first, digest_topic(day), {"count": count})
    places = [[organization.id, number] for organization, number in waiting]
    return News(LetterKind.DIGEST_OF_MANY, first, digest_topic(day), {"places": places})
