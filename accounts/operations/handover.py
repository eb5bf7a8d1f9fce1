"""A post is handed over: a list of what is open, signed by both; old rights end at once or by day.

Whoever names a successor gives him nothing: the level that gives such posts agrees, and the
successor signs. Where the holder is away that level signs for him, with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.handing_over import open_work
from accounts.models import Handover, HandoverEvent, Post, PostGrant, User
from accounts.operations import grants
from accounts.operations.grant_steps import void_grants
from accounts.operations.letters import News, tell_accounts
from accounts.operations.posts import POST_CLOSED, end_post
from accounts.operations.users import check_open, find_or_create_user
from accounts.queries import GONE, phone_of, terms_of
from accounts.queries.grants import dangers_for, verdict_on
from accounts.queries.handover import (
    handover_of_grant,
    has_recent,
    leaving_of,
    open_handover_of,
    packed,
)
from accounts.rules import is_in_force
from accounts.rules.grants import OPEN_GRANTS, Verdict, check_reason
from accounts.rules.handover import (
    HANDOVER_TRANSITIONS,
    HandoverAction,
    HandoverStatus,
    check_taker,
)
from accounts.rules.letters import LetterKind
from core import clock, crypto
from core.access.scope import HeldPost
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation


@dataclass(frozen=True, slots=True)
class Leave:
    """What the holder, or the level above for him, fills in."""

    phone: str = ""
    last_on: date | None = None
    reason: str = ""
    is_aware: bool = False


def begin(post: Post, leave: Leave, *, by: Actor, now: datetime) -> Handover:
    """Return the draft of the hand-over of one's own post; nothing is signed yet."""
    if by.user_id != post.user_id or post.deputy_for_id is not None:
        raise RuleViolation("", N_("只能交接自己的职务"))
    return _draft(post, leave, by=by, now=now)


def begin_for(post: Post, leave: Leave, giver: HeldPost, *, by: Actor, now: datetime) -> Handover:
    """Return the draft for a holder who is away, by a post that may give his; with a reason."""
    if verdict_on(giver, post.role, post.organization) is Verdict.REFUSED:
        raise RuleViolation("", N_("您的职务不能办这个交接"))
    if by.user_id == post.user_id:
        raise RuleViolation("", N_("自己的职务请在“职务交接”里办"))
    why = check_reason(leave.reason)
    return _draft(post, replace(leave, reason=why), by=by, now=now)


def give(
    found: Handover, giver: HeldPost, *, by: Actor, now: datetime, is_aware: bool = True
) -> None:
    """Sign for what is left open; from now on the successor is asked."""
    db.session.refresh(found, with_for_update=True)
    post = found.post
    if post is None:
        raise RuleViolation("", N_("这个职务已经结束"))
    today = clock.local(now).date()
    found.status = HANDOVER_TRANSITIONS.next(found.status, HandoverAction.GIVE)
    is_holder = by.user_id == post.user_id
    if not is_holder and verdict_on(giver, post.role, post.organization) is Verdict.REFUSED:
        raise RuleViolation("", N_("您的职务不能办这个交接"))
    found.counts = packed(open_work(leaving_of(post, today)))
    found.given_at, found.given_by_id, found.given_post_id = now, by.user_id, by.post_id
    successor = found.successor
    if successor is not None and not _holds(found, successor.id, today):
        wish = _wish(found, post, today, is_aware=is_aware)
        place = post.organization
        grant = (
            grants.nominate(wish, place, by=by, now=now)
            if is_holder
            else grants.propose(wish, place, giver, by=by, now=now)
        )
        found.grant_id = grant.id
    elif successor is not None:
        _tell(found, [successor.id], now)
    _note(found, HandoverAction.GIVE, by, now)


def take(found: Handover, post: Post, *, by: Actor, now: datetime) -> None:
    """Sign as the one who holds the role from now on; the old rights end."""
    db.session.refresh(found, with_for_update=True)
    check_taker(found.given_by_id, by.user_id)
    if found.post is not None:
        check_taker(found.post.user_id, by.user_id)
    fits = (post.role, post.organization_id) == (found.role, found.organization_id)
    is_named = found.successor_id in {None, by.user_id}
    if not fits or not is_named or post.deputy_for_id is not None:
        raise RuleViolation("", N_("交接要由接手的人签收"))
    found.status = HANDOVER_TRANSITIONS.next(found.status, HandoverAction.TAKE)
    found.taken_at, found.taken_by_id, found.taken_post_id = now, by.user_id, post.id
    _note(found, HandoverAction.TAKE, by, now)
    _end_old(found, now)
    _tell(found, [one for one in (found.given_by_id, by.user_id) if one], now)


def accept_named(grant: PostGrant, name: str, *, by: Actor, now: datetime) -> Post | None:
    """Take an offered post, and with it the hand-over in which one was named."""
    post = grants.accept(grant, name, by=by, now=now)
    if post is None:
        return None
    found = handover_of_grant(grant.id)
    if found is not None:
        signer = Actor(by.user_id, by.person_id, post.id, post.role, post.organization_id)
        take(found, post, by=signer, now=now)
    return post


def call_off(found: Handover, *, by: Actor, now: datetime) -> None:
    """Take back a hand-over that the successor has not signed."""
    db.session.refresh(found, with_for_update=True)
    is_own_draft = found.status is HandoverStatus.DRAFT and found.post_id == by.post_id
    if found.given_by_id != by.user_id and not is_own_draft:
        raise RuleViolation("", N_("只有交出的人能撤回"))
    _call_off(found, by=by, now=now)


def note_ended_post(post: Post, by: Actor, now: datetime) -> None:
    """Leave a record for the next holder where a post ended and nobody handed over.

    Only where something is open; a deputy's end leaves nothing behind.
    """
    today = clock.local(now).date()
    has_ended = post.ends_on is not None and post.ends_on < today
    if not has_ended or post.deputy_for_id is not None or post.organization.status in GONE:
        return
    begun = open_handover_of(post.id)
    if begun is not None and begun.status is HandoverStatus.DRAFT:
        _call_off(begun, by=by, now=now)
    if has_recent(post.id):
        return
    lines = open_work(leaving_of(post, today))
    if not any(line.count for line in lines):
        return
    found = _new(post, by=SYSTEM, now=now)
    found.status, found.counts, found.given_at = HandoverStatus.GIVEN, packed(lines), now
    _note(found, HandoverAction.GIVE, SYSTEM, now)


# ------------------------------------------------------------------------------------- inside


def _draft(post: Post, leave: Leave, *, by: Actor, now: datetime) -> Handover:
    today = clock.local(now).date()
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update())
    if not is_in_force(post.starts_on, post.ends_on, today):
        raise RuleViolation("", N_("这个职务已经结束"))
    if leave.last_on is not None and not today <= leave.last_on <= (post.ends_on or leave.last_on):
        raise RuleViolation("last_on", N_("最后一天要从今天起，不晚于任期结束"))
    found = open_handover_of(post.id)
    if found is not None and found.status is HandoverStatus.GIVEN:
        raise RuleViolation("", N_("已经有一份交接等接手"))
    found = found or _new(post, by=by, now=now)
    found.last_on, found.reason, found.successor_id = leave.last_on, leave.reason, None
    if leave.phone:
        user = find_or_create_user(leave.phone, by=by, now=now)
        if user.id in {by.user_id, post.user_id}:
            raise RuleViolation("phone", N_("不能交给自己"))
        check_open(user)
        dangers = dangers_for(user, post.role, post.organization, today)
        if dangers and not leave.is_aware:
            raise grants.DangerousError(dangers)
        found.successor_id = user.id
    db.session.flush()
    return found


def _new(post: Post, *, by: Actor, now: datetime) -> Handover:
    found = Handover(
        code=crypto.opaque_code(8),
        organization_id=post.organization_id,
        role=post.role,
        post_id=post.id,
        status=HandoverStatus.DRAFT,
    )
    try:
        with db.session.begin_nested():
            db.session.add(found)
            db.session.flush()
    except IntegrityError as error:
        raise RuleViolation("", N_("已经有一份交接等接手")) from error
    _note(found, HandoverAction.BEGIN, by, now)
    return found


def _wish(found: Handover, post: Post, today: date, *, is_aware: bool) -> grants.Wish:
    successor = found.successor
    phone = phone_of(successor) if successor is not None else ""
    longest = grants.last_day(today, today) - timedelta(days=1)
    ends_on = post.ends_on if post.ends_on is not None and post.ends_on > today else longest
    return grants.Wish(phone, post.role, today, min(ends_on, longest), is_aware)


def _holds(found: Handover, user_id: int, today: date) -> bool:
    """Return whether somebody holds the role at the place already."""
    return any(
        is_in_force(term.starts_on, term.ends_on, today) and term.deputy_for_id is None
        for term in terms_of(user_id, found.role, found.organization_id)
    )


def _end_old(found: Handover, now: datetime) -> None:
    post, today = found.post, clock.local(now).date()
    if post is None or not is_in_force(post.starts_on, post.ends_on, today):
        return
    yesterday = today - timedelta(days=1)
    last = found.last_on if found.last_on is not None and found.last_on >= today else yesterday
    end_post(post, last, by=Actor(found.given_by_id, None, found.given_post_id), now=now)


def _call_off(found: Handover, *, by: Actor, now: datetime) -> None:
    found.status = HANDOVER_TRANSITIONS.next(found.status, HandoverAction.CALL_OFF)
    _note(found, HandoverAction.CALL_OFF, by, now)
    if found.grant_id is not None:
        grant = db.session.get_one(PostGrant, found.grant_id, with_for_update=True)
        if grant.status in OPEN_GRANTS:
            void_grants([grant], by=by, now=now)


def _tell(found: Handover, user_ids: list[int], now: datetime) -> None:
    details = {"code": found.code, "role": found.role}
    topic = f"handover:{found.id}:{found.status}"
    news = News(LetterKind.HANDOVER_SIGNED, found.organization, topic, details)
    users = [db.session.get_one(User, one) for one in user_ids]
    tell_accounts([(user, news) for user in users], now=now)


def _note(found: Handover, action: HandoverAction, by: Actor, now: datetime) -> None:
    db.session.flush()
    db.session.add(
        HandoverEvent(
            handover_id=found.id,
            action=action,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
        )
    )
    db.session.flush()
    record(f"handover.{action}", "handover", found.id, by=by, post=found.post_id)


POST_CLOSED.append(note_ended_post)
