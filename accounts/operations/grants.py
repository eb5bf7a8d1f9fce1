"""Posts on their way: proposed, seconded by another, accepted by whom they are for (AZ-09)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from accounts.models import Post, PostGrant, User
from accounts.operations.deputies import Standing, deputise, fitting, seat_seconded
from accounts.operations.grant_steps import end_grant, note_step, tell_giver
from accounts.operations.letters import News, tell_accounts
from accounts.operations.posts import check_place, extend_post, grant_post
from accounts.operations.users import check_open, find_or_create_user
from accounts.queries.grants import (
    dangers_for,
    seconders_of,
    stands,
    verdict_on,
)
from accounts.rules.grants import (
    GRANT_TRANSITIONS,
    Danger,
    GrantAction,
    GrantStatus,
    Verdict,
    check_reason,
    check_seconder,
    check_span,
)
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.access.permissions import Role
from core.access.scope import HeldPost
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import N_, RuleViolation, check_line
from organizations.models import Organization

NAME_MAX = 50
NOT_YOURS = N_("您的职务不能改这个授权")
YEAR_DAYS = 366


class DangerousError(RuleViolation):
    """The post combines badly with what its receiver holds; whoever gives it has to know."""

    def __init__(self, dangers: list[Danger]) -> None:
        super().__init__("aware", N_("这个职务和他现有的职务放在一起有风险，请看清楚再决定"))
        self.dangers = dangers


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to give: to which phone, which role, from and to which day."""

    phone: str
    role: Role
    starts_on: date
    ends_on: date
    is_aware: bool = False


def last_day(starts_on: date, today: date) -> date:
    """Return the last day that the longest term allows."""
    years = settings.value("grants.max_years", today)
    return starts_on + timedelta(days=years * YEAR_DAYS)


def propose(
    wish: Wish, place: Organization, giver: HeldPost, *, by: Actor, now: datetime
) -> PostGrant:
    """Return a post on its way. Raises RuleViolation where the lattice refuses it.

    One that needs no second person is offered at once.
    """
    said = verdict_on(giver, wish.role, place)
    if said is Verdict.REFUSED:
        raise RuleViolation("role", N_("您的职务不能给这个授权"))
    return _begin(wish, place, needs_second=said is Verdict.WITH_SECOND, by=by, now=now)


def nominate(wish: Wish, place: Organization, *, by: Actor, now: datetime) -> PostGrant:
    """Return a post that its holder wants to leave to somebody: the level above has to agree.

    Who names his successor gives nothing: who seconds does (AZ-09).
    """
    grant = _begin(wish, place, needs_second=True, by=by, now=now)
    grant.is_nominated = True
    return grant


def propose_extension(
    post: Post, ends_on: date, giver: HeldPost, *, by: Actor, now: datetime
) -> PostGrant:
    """Return a later last day of a post on its way; nobody extends his own (ux.md S50)."""
    place, today = post.organization, clock.local(now).date()
    said = verdict_on(giver, post.role, place)
    if said is Verdict.REFUSED or by.user_id == post.user_id:
        raise RuleViolation("ends_on", N_("您不能延长这个职务"))
    if post.deputy_for_id is not None or post.ends_on is None or post.ends_on < today:
        raise RuleViolation("ends_on", N_("这个职务不能延长"))
    if ends_on <= post.ends_on:
        raise RuleViolation("ends_on", N_("要晚于现在的最后一天"))
    check_span(today, ends_on, today, last_day(today, today))
    grant = _written(post.user, post.role, place, (today, ends_on), by=by, now=now)
    grant.extends_id = post.id
    _open(grant, needs_second=said is Verdict.WITH_SECOND, by=by, now=now)
    return grant


def propose_deputy(
    post: Post, told: Standing, giver: HeldPost, *, by: Actor, now: datetime
) -> PostGrant | None:
    """Return a deputy on his way who needs a second signature as the post does, None for none.

    Where one person gives the post alone he names a deputy alone. Raises RuleViolation.
    """
    said = verdict_on(giver, post.role, post.organization)
    if said is Verdict.REFUSED:
        raise RuleViolation("", NOT_YOURS)
    if said is Verdict.ALONE:
        deputise(post, told, by=by, now=now)
        return None
    user, reason = fitting(post, told, by=by, now=now)
    span = (told.starts_on, told.ends_on)
    grant = _written(user, post.role, post.organization, span, by=by, now=now)
    grant.acts_for_id, grant.reason = post.id, reason
    _open(grant, needs_second=True, by=by, now=now)
    return grant


def second(grant: PostGrant, giver: HeldPost, *, by: Actor, now: datetime) -> None:
    """Agree to what somebody else proposed. Raises RuleViolation for the same or the receiver."""
    today = clock.local(now).date()
    if verdict_on(giver, grant.role, grant.organization) is Verdict.REFUSED:
        raise RuleViolation("", N_("您的职务不能给这个授权"))
    is_alive = _first_stands(grant, today)
    _locked(grant)
    check_seconder(by.user_id, grant.proposed_by_id, grant.user_id)
    if not is_alive or today > grant.answer_by:
        end_grant(grant, GrantAction.VOID if not is_alive else GrantAction.LAPSE, SYSTEM, now)
        return
    grant.status = GRANT_TRANSITIONS.next(grant.status, GrantAction.SECOND)
    grant.seconded_by_id, grant.seconded_post_id = by.user_id, by.post_id
    note_step(grant, GrantAction.SECOND, by, now)
    _offer(grant, by=by, now=now)


def accept(grant: PostGrant, name: str, *, by: Actor, now: datetime) -> Post | None:
    """Return the post that its receiver takes, or None where it is on its way no more.

    Who gave and who seconded must be able to do so still.
    """
    today = clock.local(now).date()
    is_alive = _first_stands(grant, today) and _second_stands(grant, today)
    _locked(grant)
    check_open(grant.user)
    if grant.status is GrantStatus.OFFERED and (not is_alive or today > grant.answer_by):
        end_grant(grant, GrantAction.LAPSE if is_alive else GrantAction.VOID, SYSTEM, now)
        return None
    reached = GRANT_TRANSITIONS.next(grant.status, GrantAction.ACCEPT)
    if not grant.user.display_name:
        grant.user.display_name = check_line(name, "name", NAME_MAX, N_("请填写姓名"))
    grantor = _grantor(grant)
    post = grant_post(
        grant.user,
        grant.role,
        grant.organization,
        max(grant.starts_on, today),
        grant.ends_on,
        by=grantor,
        now=now,
    )
    grant.status, grant.post_id = reached, post.id
    note_step(grant, GrantAction.ACCEPT, by, now)
    tell_giver(grant, LetterKind.POST_TAKEN, now)
    return post


def decline(grant: PostGrant, *, by: Actor, now: datetime) -> None:
    """Say no to an offered post."""
    _locked(grant)
    end_grant(grant, GrantAction.DECLINE, by, now)


def refuse(grant: PostGrant, giver: HeldPost, reason: str, *, by: Actor, now: datetime) -> None:
    """Say no to what somebody else proposed, with a reason."""
    if verdict_on(giver, grant.role, grant.organization) is Verdict.REFUSED:
        raise RuleViolation("", N_("您的职务不能给这个授权"))
    why = check_reason(reason)
    _locked(grant)
    if by.user_id == grant.user_id:
        raise RuleViolation("", N_("不能决定给自己的授权"))
    end_grant(grant, GrantAction.REFUSE, by, now, why)


def withdraw(grant: PostGrant, *, by: Actor, now: datetime) -> None:
    """Take back what oneself proposed and nobody accepted yet."""
    _locked(grant)
    if by.user_id != grant.proposed_by_id:
        raise RuleViolation("", N_("只有提出的人能撤回"))
    end_grant(grant, GrantAction.WITHDRAW, by, now)


# ------------------------------------------------------------------------------------- inside


def _locked(grant: PostGrant) -> PostGrant:
    """Return a post on its way as it is now; nobody else acts on it meanwhile."""
    db.session.refresh(grant, with_for_update=True)
    return grant


def _begin(
    wish: Wish, place: Organization, *, needs_second: bool, by: Actor, now: datetime
) -> PostGrant:
    today = clock.local(now).date()
    check_place(wish.role, place)
    check_span(wish.starts_on, wish.ends_on, today, last_day(wish.starts_on, today))
    user = find_or_create_user(wish.phone, by=by, now=now)
    if by.user_id is None or by.user_id == user.id:
        raise RuleViolation("phone", N_("不能给自己授权"))
    check_open(user)
    dangers = dangers_for(user, wish.role, place, today)
    if dangers and not wish.is_aware:
        raise DangerousError(dangers)
    span = (wish.starts_on, wish.ends_on)
    grant = _written(user, wish.role, place, span, by=by, now=now)
    grant.dangers = " ".join(dangers)
    _open(grant, needs_second=needs_second, by=by, now=now)
    return grant


def _written(
    user: User,
    role: Role,
    place: Organization,
    span: tuple[date, date],
    *,
    by: Actor,
    now: datetime,
) -> PostGrant:
    today = clock.local(now).date()
    return PostGrant(
        code=crypto.opaque_code(8),
        user=user,
        user_id=user.id,
        role=role,
        organization=place,
        organization_id=place.id,
        starts_on=span[0],
        ends_on=span[1],
        status=GrantStatus.PROPOSED,
        answer_by=_answer_by(today),
        proposed_at=now,
        proposed_by_id=by.user_id,
        proposed_post_id=by.post_id,
    )


def _open(grant: PostGrant, *, needs_second: bool, by: Actor, now: datetime) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(grant)
            db.session.flush()
    except IntegrityError as error:
        raise RuleViolation("phone", N_("给他的同样授权还在办理中")) from error
    note_step(grant, GrantAction.PROPOSE, by, now)
    if not needs_second:
        grant.status = GrantStatus.OFFERED
        _offer(grant, by=by, now=now)
        return
    asked = News(
        LetterKind.POST_TO_SECOND,
        grant.organization,
        f"grant:{grant.id}:second",
        {
            "code": grant.code,
            "role": grant.role,
        },
    )
    today = clock.local(now).date()
    tell_accounts([(user, asked) for user in seconders_of(grant, today)], now=now)


def _answer_by(today: date) -> date:
    return today + timedelta(days=settings.value("grants.answer_days", today))


def _offer(grant: PostGrant, *, by: Actor, now: datetime) -> None:
    """Tell the receiver; a later last day holds without his answer."""
    grant.answer_by = _answer_by(clock.local(now).date())
    if grant.extends is not None:
        extend_post(grant.extends, grant.ends_on, by=by, now=now)
        grant.status = GRANT_TRANSITIONS.next(grant.status, GrantAction.ACCEPT)
        grant.post_id = grant.extends_id
        note_step(grant, GrantAction.ACCEPT, by, now)
        return
    if grant.acts_for is not None:  # who acts for another accepted a post of this Red Cross once
        span, why = (grant.starts_on, grant.ends_on), grant.reason
        held = seat_seconded(grant.acts_for, grant.user, span, why, by=_grantor(grant), now=now)
        grant.status = GRANT_TRANSITIONS.next(grant.status, GrantAction.ACCEPT)
        grant.post_id = held.id
        note_step(grant, GrantAction.ACCEPT, by, now)
        return
    details = {"code": grant.code, "role": grant.role, "day": grant.answer_by.isoformat()}
    topic = f"grant:{grant.id}:offered"
    news = News(LetterKind.POST_OFFERED, grant.organization, topic, details)
    tell_accounts([(grant.user, news)], now=now)


def _first_stands(grant: PostGrant, today: date) -> bool:
    """Return whether who proposed still may: who named his successor must hold the post still."""
    if grant.is_nominated:
        return True
    who = grant.proposed_by_id, grant.proposed_post_id
    return stands(*who, grant.role, grant.organization, today)


def _second_stands(grant: PostGrant, today: date) -> bool:
    if grant.seconded_by_id is None or grant.seconded_post_id is None:
        return True
    who = grant.seconded_by_id, grant.seconded_post_id
    return stands(*who, grant.role, grant.organization, today)


def _grantor(grant: PostGrant) -> Actor:
    """Return who gives the post: who proposed it, or who agreed to what its holder named."""
    first = Actor(grant.proposed_by_id, None, grant.proposed_post_id)
    if grant.is_nominated and grant.seconded_by_id is not None:
        return replace(first, user_id=grant.seconded_by_id, post_id=grant.seconded_post_id)
    return first
