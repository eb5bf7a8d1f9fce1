"""Deputies: somebody acts for the holder of a post, for a time, under his own name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from accounts.models import Post, User
from accounts.operations.letters import News, tell_accounts
from accounts.operations.posts import POST_CLOSED, end_post, grant_post
from accounts.operations.users import USER_SUSPENDED, check_open
from accounts.queries import find_user_by_phone
from accounts.queries.names import is_colleague
from accounts.rules.deputies import check_deputy
from accounts.rules.grants import check_reason
from accounts.rules.letters import LetterKind
from core import clock, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation

NO_COLLEAGUE = N_("代理人要在本地红十字会有职务，没有的请先授权")


@dataclass(frozen=True, slots=True)
class Standing:
    """Who acts for somebody: by phone, from and to which day, and why."""

    phone: str
    starts_on: date
    ends_on: date
    reason: str


def deputise(post: Post, told: Standing, *, by: Actor, now: datetime) -> Post:
    """Return the post of a deputy: the same role at the same place, for a time.

    Raises RuleViolation where it may not be: a deputy has no deputy, nobody is his own. Only who
    holds a post of the same Red Cross acts for another: somebody gave him that and he accepted it,
    and one answer for all others tells nobody whose phone it is (security.md PRV-06).
    """
    user, reason = fitting(post, told, by=by, now=now)
    return seat(post, user, (told.starts_on, told.ends_on), reason, by=by, now=now)


def fitting(post: Post, told: Standing, *, by: Actor, now: datetime) -> tuple[User, str]:
    """Return who is to act for the holder of a post, and why. Raises RuleViolation."""
    today = clock.local(now).date()
    db.session.refresh(post, with_for_update=True)
    if post.deputy_for_id is not None:
        raise RuleViolation("", N_("代理人不能再找人代理"))
    most = settings.value("deputies.max_days", today)
    check_deputy(told.starts_on, told.ends_on, today, post.ends_on, most)
    reason = check_reason(told.reason)
    user = find_user_by_phone(told.phone)
    if user is not None and user.id in {post.user_id, by.user_id}:
        raise RuleViolation("phone", N_("不能找自己代理"))
    if user is None or not is_colleague(user, post.organization, today):
        raise RuleViolation("phone", NO_COLLEAGUE)
    check_open(user)
    return user, reason


def seat(
    post: Post, user: User, span: tuple[date, date], reason: str, *, by: Actor, now: datetime
) -> Post:
    """Return the post of who acts for another from a day to a day, and tell both."""
    first, last = span
    held = grant_post(user, post.role, post.organization, first, last, by=by, now=now, letter=None)
    held.deputy_for_id, held.reason = post.id, reason
    db.session.flush()
    record("deputy_given", "post", held.id, by=by, deputy_for=post.id, user=user.id)
    details = {"role": post.role, "day": last.isoformat()}
    news = News(LetterKind.DEPUTY_GIVEN, post.organization, f"post:{held.id}:deputy", details)
    tell_accounts([(user, news), (post.user, news)], now=now)
    return held


def seat_seconded(
    post: Post, user: User, span: tuple[date, date], reason: str, *, by: Actor, now: datetime
) -> Post:
    """Return the post of a deputy whom a second person agreed to, as far as it may be still.

    Raises RuleViolation where the post is over by now, or he holds none here any more.
    """
    today = clock.local(now).date()
    db.session.refresh(post, with_for_update=True)
    last = min(span[1], post.ends_on or span[1])
    if last < today:
        raise RuleViolation("", N_("代理的日子已经过了，请重新提出"))
    if not is_colleague(user, post.organization, today):
        raise RuleViolation("", NO_COLLEAGUE)
    return seat(post, user, (max(span[0], today), last), reason, by=by, now=now)


def end_deputies(post: Post, by: Actor, now: datetime) -> None:
    """Let who acts for a post stop no later than its last day, in the same transaction."""
    today = clock.local(now).date()
    last = post.ends_on if post.ends_on is not None else today - timedelta(days=1)
    for deputy in _running(post, today):
        if deputy.ends_on is None or deputy.ends_on > last:
            end_post(deputy, max(last, deputy.starts_on - timedelta(days=1)), by=by, now=now)


def _running(post: Post, today: date) -> list[Post]:
    still = or_(Post.ends_on.is_(None), Post.ends_on >= today)
    statement = select(Post).where(Post.deputy_for_id == post.id, still).order_by(Post.id)
    return list(db.session.scalars(statement.with_for_update()))


def _stop_all(user: User, by: Actor, now: datetime) -> None:
    """Nobody acts for who is suspended."""
    today = clock.local(now).date()
    for post in list(user.posts):
        for deputy in _running(post, today):
            last = max(today, deputy.starts_on) - timedelta(days=1)
            end_post(deputy, last, by=by, now=now)


POST_CLOSED.append(end_deputies)
USER_SUSPENDED.append(_stop_all)
