"""Posts: who holds which role where, from which day to which day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Post, User
from accounts.operations.letters import News, tell_accounts
from accounts.operations.sessions import end_sessions
from accounts.queries import GONE, KEEPERS, posts_in_force, terms_of
from accounts.rules import check_term, is_in_force, terms_overlap
from accounts.rules.letters import LetterKind
from core import clock, settings
from core.access.permissions import Role
from core.access.rights import RIGHTS
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from organizations.models import Organization
from organizations.operations.closing import (
    HANGING,
    ORGANIZATION_CLOSED,
    ORGANIZATION_REOPENED,
    ClosedOrganization,
)
from organizations.rules import Hanging

#: Called with the id of an organization whose keeper (secretary, coordinator) began or ended:
#: whoever keeps queues finds the handler anew (accounts.queries.handler_of).
POST_STARTED: list[Callable[[int], None]] = []
POST_ENDED: list[Callable[[int], None]] = []
#: Called with every post whose last day changed, whatever its role: what rests on it follows.
POST_CLOSED: list[Callable[[Post, Actor, datetime], None]] = []


TOPIC_MAX = 60


def grant_post(
    user: User,
    role: Role,
    organization: Organization,
    starts_on: date,
    ends_on: date | None,
    *,
    by: Actor,
    now: datetime,
    letter: LetterKind | None = LetterKind.POST_GRANTED,
) -> Post:
    """Return a new post. Raises RuleViolation where the role is not held at such a place.

    Nobody grants to himself (security.md AZ-09); two terms of one post do not overlap.
    """
    check_place(role, organization)
    if by.user_id is not None and by.user_id == user.id:
        raise RuleViolation("user", N_("不能给自己授权"))
    check_term(starts_on, ends_on)
    _lock(user)
    for term in terms_of(user.id, role, organization.id):
        if terms_overlap((starts_on, ends_on), (term.starts_on, term.ends_on)):
            raise RuleViolation("starts_on", N_("这段时间已经有同样的职务"))
    post = Post(
        user_id=user.id,
        role=role,
        organization_id=organization.id,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by_id=by.user_id,
        granted_at=now,
    )
    db.session.add(post)
    db.session.flush()
    record("post_granted", "post", post.id, by=by, user=user.id, role=role, at=organization.id)
    if letter is not None:
        granted = News(letter, organization, f"post:{post.id}:granted", {"role": role})
        tell_accounts([(user, granted)], now=now)
    if is_in_force(starts_on, ends_on, clock.local(now).date()):
        _tell(POST_STARTED, role, organization.id)
    return post


def check_place(role: Role, organization: Organization) -> None:
    """Raise RuleViolation where a role is not held at such a place, or the place is gone."""
    if (role, organization.level) not in RIGHTS:
        raise RuleViolation("role", N_("这个职务不能设在这一级"))
    if organization.status in GONE:
        raise RuleViolation("organization", N_("这个组织已经撤销或合并"))


def extend_post(post: Post, on: date, *, by: Actor, now: datetime) -> None:
    """Let a later day be the last one of a post that has not ended."""
    today = clock.local(now).date()
    _lock(post.user)
    db.session.refresh(post, with_for_update=True)
    if post.ends_on is None or post.ends_on < today or on <= post.ends_on:
        raise RuleViolation("ends_on", N_("这个职务不能延长"))
    for term in terms_of(post.user_id, post.role, post.organization_id):
        theirs = (term.starts_on, term.ends_on)
        if term.id != post.id and terms_overlap((post.starts_on, on), theirs):
            raise RuleViolation("ends_on", N_("这段时间已经有同样的职务"))
    post.ends_on, post.ended_by_id = on, None
    db.session.flush()
    record("post_extended", "post", post.id, by=by, user=post.user_id, on=on)
    details = {"role": post.role, "day": on.isoformat()}
    topic = f"post:{post.id}:extended:{on}"
    news = News(LetterKind.POST_EXTENDED, post.organization, topic, details)
    tell_accounts([(post.user, news)], now=now)


def end_post(post: Post, on: date, *, by: Actor, now: datetime) -> None:
    """Let ``on`` be the last day of a post; a day before today ends it with this request.

    Then every session of its holder ends as well (security.md AU-11, AZ-10).
    """
    today = clock.local(now).date()
    if post.ends_on is not None and post.ends_on < today:
        raise RuleViolation("", N_("这个职务已经结束"))
    if on < post.starts_on - timedelta(days=1):
        raise RuleViolation("ends_on", N_("结束日期不能早于开始日期"))
    _lock(post.user)
    post.ends_on, post.ended_by_id = on, by.user_id
    db.session.flush()
    record("post_ended", "post", post.id, by=by, user=post.user_id, on=on)
    details = {"role": post.role, "day": on.isoformat()}
    kind = LetterKind.POST_ENDED if post.deputy_for_id is None else LetterKind.DEPUTY_ENDED
    ended = News(kind, post.organization, f"post:{post.id}:ended:{on}", details)
    tell_accounts([(post.user, ended)], now=now)
    for follow in POST_CLOSED:
        follow(post, by, now)
    if on < today:
        end_sessions(post.user, by=by, now=now)
        _tell(POST_ENDED, post.role, post.organization_id)


def announce_terms(day: date) -> tuple[int, int]:
    """Tell whoever keeps queues of terms that began on a day or ended the day before.

    Run once a day; returns how many began and how many ended. Doing it twice does no harm.
    """
    began = db.session.scalars(select(Post).where(Post.starts_on == day, Post.role.in_(KEEPERS)))
    yesterday = day - timedelta(days=1)
    ended = db.session.scalars(
        select(Post).where(Post.ends_on == yesterday, Post.role.in_(KEEPERS))
    )
    started, finished = began.all(), ended.all()
    _close_all(yesterday)
    for post in finished:
        _tell(POST_ENDED, post.role, post.organization_id)
    for post in started:
        _tell(POST_STARTED, post.role, post.organization_id)
    return len(started), len(finished)


def _close_all(last: date) -> None:
    """Let what rests on posts follow those whose term ran out on a day."""
    now = clock.now()
    statement = select(Post).where(Post.ends_on == last).order_by(Post.id)
    for post in db.session.scalars(statement).all():
        for follow in POST_CLOSED:
            follow(post, SYSTEM, now)


def warn_of_ends(day: date, now: datetime) -> int:
    """Tell holders whose posts end so many days from a day, as the settings say; return how many.

    Once for each of the two days, however often it runs; deputies know their last day.
    """
    written = 0
    for name in ("grants.warn_days", "grants.warn_again_days"):
        last = day + timedelta(days=settings.value(name, day))
        statement = (
            select(Post)
            .options(joinedload(Post.user), joinedload(Post.organization))
            .where(Post.ends_on == last, Post.deputy_for_id.is_(None))
            .order_by(Post.id)
        )
        news = [(post.user, _warning(post, last, name)) for post in db.session.scalars(statement)]
        written += tell_accounts(news, now=now) if news else 0
    return written


def _warning(post: Post, last: date, name: str) -> News:
    details = {"role": post.role, "day": last.isoformat()}
    topic = f"post:{post.id}:ends:{last}:{name}"[:TOPIC_MAX]
    return News(LetterKind.POST_ENDS_SOON, post.organization, topic, details)


def tell_of_keeper(user: User, listeners: list[Callable[[int], None]], day: date) -> None:
    """Tell the listeners of every organization whose keeper this account is on a day."""
    for post in posts_in_force(user.id, day):
        _tell(listeners, post.role, post.organization_id)


def _lock(user: User) -> None:
    """Let one at a time change the posts of an account; rows that only name it do not wait."""
    only_id = select(User.id).where(User.id == user.id)
    db.session.execute(only_id.with_for_update(key_share=True))


def _tell(listeners: list[Callable[[int], None]], role: Role, organization_id: int) -> None:
    if role in KEEPERS:
        for listener in listeners:
            listener(organization_id)


def end_posts_of(closed: ClosedOrganization) -> None:
    """Let today be the last day of every post at a closed organization (MEM-45).

    Its last days before are kept with the closing. From the next request on they are none: a
    post at a dissolved organization counts no more (security.md AZ-10).
    """
    today = clock.local(closed.now).date()
    posts = _posts_at(closed.organization.id, today)
    # before any ends: with a post end those who act for its holder
    terms = {str(one.id): one.ends_on.isoformat() if one.ends_on else "" for one in posts}
    for post in posts:
        last = max(today, post.starts_on - timedelta(days=1))
        if post.ends_on != last or post.deputy_for_id is None:
            end_post(post, last, by=closed.by, now=closed.now)
    closed.row.keep("posts", terms)


def restore_posts_of(closed: ClosedOrganization) -> None:
    """Give posts the last days they had before a closing that was a mistake."""
    for post_id, last in (closed.row.recall("posts") or {}).items():
        post = db.session.get_one(Post, int(post_id), with_for_update=True)
        post.ends_on = date.fromisoformat(last) if last else None
        post.ended_by_id = None
        record("post_restored", "post", post.id, by=closed.by, user=post.user_id)
        _tell(POST_STARTED, post.role, post.organization_id)
    db.session.flush()


def _posts_at(organization_id: int, day: date) -> list[Post]:
    still = or_(Post.ends_on.is_(None), Post.ends_on >= day)
    statement = select(Post).where(Post.organization_id == organization_id, still)
    return list(db.session.scalars(statement.order_by(Post.id)))


def _count_posts(organization: Organization) -> dict[Hanging, int]:
    still = or_(Post.ends_on.is_(None), Post.ends_on >= clock.today())
    statement = select(func.count(Post.id)).where(Post.organization_id == organization.id, still)
    return {Hanging.POSTS: db.session.scalar(statement) or 0}


ORGANIZATION_CLOSED.append(end_posts_of)
ORGANIZATION_REOPENED.append(restore_posts_of)
HANGING.append(_count_posts)
