"""Whom changes of activities and sign-ups are told of, and in which kind of letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.models import User
from accounts.operations.letters import News, tell_accounts, tell_people
from accounts.queries.posts import KEEPERS, holders_at
from accounts.rules.letters import LetterKind
from activities.models import Activity, Appointment, Shift, Signup, Venue, VenueUse
from activities.rules import ActivityStatus
from activities.rules.holding import UseStatus
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


def tell_leader(activity: Activity, now: datetime) -> None:
    """Tell who leads a published activity on the spot, with the way to the desk that comes next."""
    if activity.leader_id is None or activity.status is not ActivityStatus.PUBLISHED:
        return
    desk = db.session.scalar(
        select(Shift.code)
        .where(Shift.activity_id == activity.id, Shift.removed_at.is_(None))
        .order_by(Shift.ends_at <= now, Shift.starts_at, Shift.id)
        .limit(1)
    )
    _tell_of_leading(activity, activity.leader_id, LetterKind.LEADER_NAMED, desk or "", now)


def tell_released(activity: Activity, person_id: int | None, now: datetime) -> None:
    """Tell who leads an activity no more; of one that nobody could read he was never told."""
    if person_id is not None and activity.published_at is not None:
        _tell_of_leading(activity, person_id, LetterKind.LEADER_RELEASED, activity.code, now)


def _tell_of_leading(
    activity: Activity, person_id: int, kind: LetterKind, code: str, now: datetime
) -> None:
    topic = f"activity:{activity.code}:{kind}:{now:%m%d%H%M%S}"
    details = {"title": activity.title, "code": code}
    tell_people([(person_id, News(kind, activity.organization, topic, details))], now=now)


def tell_venue_asked(activity: Activity, venue: Venue, now: datetime) -> None:
    """Tell who keeps the organization of a venue that another asks for it."""
    posts = holders_at(venue.organization_id, (*KEEPERS, Role.OFFICER), local(now).date())
    topic = f"venue:{venue.code}:{activity.code}:{now:%m%d%H%M%S}"
    news = News(LetterKind.VENUE_ASKED, venue.organization, topic, {"title": venue.name})
    tell_accounts([(post.user, news) for post in posts], now=now)


def tell_venue_answered(use: VenueUse, now: datetime) -> None:
    """Tell who asked for a venue what its organization answered."""
    user = db.session.get(User, use.asked_by_id) if use.asked_by_id else None
    if user is None:
        return
    is_agreed = use.status is UseStatus.AGREED
    kind = LetterKind.VENUE_AGREED if is_agreed else LetterKind.VENUE_REFUSED
    activity = use.activity
    details = {"title": use.venue.name, "code": activity.code}
    news = News(kind, activity.organization, f"use:{use.id}:{kind}:{now:%m%d%H%M%S}", details)
    tell_accounts([(user, news)], now=now)


def tell_appointments(appointments: Iterable[Appointment], kind: LetterKind, now: datetime) -> None:
    """Tell people with an appointment; a caller is called back by the keeper."""
    news = []
    for one in appointments:
        if one.person_id is None:
            continue
        begins = local(one.starts_at)
        details = {
            "title": one.slot.venue.name,
            "day": begins.date().isoformat(),
            "time": f"{begins:%H:%M}",
        }
        place = one.slot.venue.organization
        news.append((one.person_id, News(kind, place, f"appointment:{one.code}:{kind}", details)))
    tell_people(news, now=now)
