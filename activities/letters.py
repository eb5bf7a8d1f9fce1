"""Whom changes of activities and sign-ups are told of, and in which kind of letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import User
from accounts.operations.letters import News, tell_accounts, tell_people
from accounts.queries.posts import KEEPERS, holders_at
from accounts.rules.letters import LetterKind
from activities.models import Activity, Shift, Signup
from core import settings
from core.access.permissions import Role
from core.clock import local
from core.database import db

SOON = {
    LetterKind.ACTIVITY_CHANGED: LetterKind.ACTIVITY_CHANGED_SOON,
    LetterKind.ACTIVITY_CANCELLED: LetterKind.ACTIVITY_CANCELLED_SOON,
}


def tell_signups(
    signups: Iterable[Signup], activity: Activity, kind: LetterKind, now: datetime
) -> None:
    """Tell who signed up; of a change shortly before the start by a short message as well."""
    hours = settings.value("activities.sms_hours", local(now).date())
    news = []
    for signup in signups:
        is_soon = signup.starts_at < now + timedelta(hours=hours)
        chosen = SOON.get(kind, kind) if is_soon else kind
        topic = f"signup:{signup.code}:{chosen}:{now:%m%d%H%M%S}"
        details = {"title": activity.title, "code": signup.code}
        news.append((signup.person_id, News(chosen, activity.organization, topic, details)))
    tell_people(news, now=now)


def tell_keepers(shift: Shift, activity: Activity, now: datetime) -> None:
    """Tell who keeps the organization that somebody cancelled late (peers.md 3.2, 30)."""
    topic = f"shift:{shift.code}:late:{now:%m%d%H%M%S}"
    details = {"title": activity.title, "code": shift.code}
    kind = LetterKind.SIGNUP_CANCELLED_LATE
    roles = (*KEEPERS, Role.OFFICER)
    posts = holders_at(activity.organization_id, roles, local(now).date())
    news = News(kind, activity.organization, topic, details)
    tell_accounts([(post.user, news) for post in posts], now=now)


def tell_reviewers(activity: Activity, now: datetime) -> None:
    """Tell the officers above that an activity waits for their word."""
    posts = holders_at(activity.reviewer_id or 0, (Role.OFFICER,), local(now).date())
    topic = f"activity:{activity.code}:asked:{now:%m%d%H%M%S}"
    news = [
        (post.user, News(LetterKind.ACTIVITY_ASKED, post.organization, topic)) for post in posts
    ]
    tell_accounts(news, now=now)


def tell_asker(activity: Activity, kind: LetterKind, now: datetime) -> None:
    """Tell who asked what the level above answered."""
    user = db.session.get(User, activity.asked_by_id) if activity.asked_by_id else None
    if user is None:
        return
    topic = f"activity:{activity.code}:{kind}:{now:%m%d%H%M%S}"
    details = {"title": activity.title, "code": activity.code}
    tell_accounts([(user, News(kind, activity.organization, topic, details))], now=now)
