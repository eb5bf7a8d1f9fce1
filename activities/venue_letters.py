"""Whom changes of venues are told of: who keeps the owner, and who inspects and names."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.operations.letters import News, tell_accounts
from accounts.queries.posts import KEEPERS, holders_at
from accounts.rules.letters import LetterKind
from activities.models import Venue
from core import settings
from core.access.permissions import Role
from core.clock import local
from organizations.models import Organization

ROLES = (*KEEPERS, Role.OFFICER)


def tell_decider(venue: Venue, now: datetime) -> None:
    """Tell who names a venue that it applies."""
    _tell(venue, venue.decider, LetterKind.VENUE_APPLIED, f"applied:{now:%y%m%d%H%M%S}", now)


def tell_owner(venue: Venue, what: str, now: datetime) -> None:
    """Tell who keeps a venue that something was decided about it."""
    topic = f"{what}:{now:%y%m%d%H%M%S}"
    _tell(venue, venue.organization, LetterKind.VENUE_ANSWERED, topic, now)


def tell_keeper_lost(venue: Venue, now: datetime) -> None:
    """Tell owner and decider that nobody validly keeps a venue."""
    _tell_both(venue, LetterKind.VENUE_NO_KEEPER, f"keeper:{venue.keeper_lost_on}", now)


def tell_leader_lost(venue: Venue, now: datetime) -> None:
    """Tell owner and decider until when a workshop needs another leader (scenario 35)."""
    _tell_both(venue, LetterKind.VENUE_NO_LEADER, f"leader:{venue.leader_lost_on}", now)


def tell_overdue(venue: Venue, now: datetime) -> int:
    """Tell owner and decider once that the time to find another leader is over."""
    return _tell_both(venue, LetterKind.VENUE_OVERDUE, f"over:{venue.leader_lost_on}", now)


def tell_review_due(venue: Venue, now: datetime) -> None:
    """Tell owner and decider that a venue is to be reviewed."""
    _tell_both(venue, LetterKind.VENUE_REVIEW_DUE, f"review:{local(now).date()}", now)


def _tell_both(venue: Venue, kind: LetterKind, topic: str, now: datetime) -> int:
    told = _tell(venue, venue.organization, kind, topic, now)
    if venue.decider_id != venue.organization_id:
        told += _tell(venue, venue.decider, kind, topic, now)
    return told


def _tell(venue: Venue, place: Organization, kind: LetterKind, topic: str, now: datetime) -> int:
    day = local(now).date()
    details = {"title": venue.name, "code": venue.code}
    if venue.leader_lost_on is not None:
        last = venue.leader_lost_on + timedelta(days=settings.value("venues.leader_days", day))
        details["day"] = last.isoformat()
    news = News(kind, place, f"venue:{venue.code}:{topic}", details)
    posts = holders_at(place.id, ROLES, day)
    return tell_accounts([(post.user, news) for post in posts], now=now)
