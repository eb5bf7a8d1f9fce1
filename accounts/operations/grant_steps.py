"""Steps of posts on their way, and what ends them: a deadline, or an authority that is gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import Post, PostGrant, PostGrantEvent, User
from accounts.operations.letters import News, tell_accounts
from accounts.operations.posts import POST_CLOSED
from accounts.operations.users import USER_SUSPENDED
from accounts.queries.grants import grants_of_authority, grants_overdue
from accounts.queries.names import shown_names
from accounts.rules.grants import GRANT_TRANSITIONS, GrantAction
from accounts.rules.letters import LetterKind
from core import clock
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from organizations.operations.closing import ORGANIZATION_CLOSED, ClosedOrganization


def lapse_grants(day: date, now: datetime) -> int:
    """End what nobody answered in time; return how many."""
    late = grants_overdue(day)
    for grant in late:
        end_grant(grant, GrantAction.LAPSE, SYSTEM, now)
    return len(late)


def void_grants(grants: Iterable[PostGrant], *, by: Actor, now: datetime) -> None:
    """End what rests on an authority that is gone, in the transaction in which it went (AZ-09)."""
    for grant in grants:
        end_grant(grant, GrantAction.VOID, by, now)


def end_grant(
    grant: PostGrant, action: GrantAction, by: Actor, now: datetime, reason: str = ""
) -> None:
    grant.status = GRANT_TRANSITIONS.next(grant.status, action)
    note_step(grant, action, by, now, reason)
    if action is not GrantAction.WITHDRAW:
        tell_giver(grant, LetterKind.POST_NOT_TAKEN, now)


def tell_giver(grant: PostGrant, kind: LetterKind, now: datetime) -> None:
    name = shown_names([grant.user], grant.organization)[grant.user_id]
    shown = name if "*" in name else f"{name[:1]}**"
    details = {"role": grant.role, "name": shown}
    news = News(kind, grant.organization, f"grant:{grant.id}:{kind}", details)
    tell_accounts([(grant.proposed_by, news)], now=now)


def note_step(
    grant: PostGrant, action: GrantAction, by: Actor, now: datetime, reason: str = ""
) -> None:
    db.session.flush()
    db.session.add(
        PostGrantEvent(
            grant_id=grant.id,
            action=action,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            reason=reason,
        )
    )
    db.session.flush()
    record(
        f"grant.{action}",
        "post_grant",
        grant.id,
        by=by,
        user=grant.user_id,
        role=grant.role,
        at=grant.organization_id,
    )


def _follow_end(post: Post, by: Actor, now: datetime) -> None:
    """End what rests on a post that is over.

    Who named his successor did it in time: where the term ran out that waits for the level above.
    """
    if post.ends_on is None or post.ends_on >= clock.local(now).date():
        return
    found = grants_of_authority([post.id])
    ran_out = by.user_id is None
    void_grants([one for one in found if not (ran_out and one.is_nominated)], by=by, now=now)


def _follow_suspension(user: User, by: Actor, now: datetime) -> None:
    void_grants(grants_of_authority(user_id=user.id), by=by, now=now)


def _follow_closing(closed: ClosedOrganization) -> None:
    found = grants_of_authority(organization_id=closed.organization.id)
    void_grants(found, by=closed.by, now=closed.now)


POST_CLOSED.append(_follow_end)
USER_SUSPENDED.append(_follow_suspension)
ORGANIZATION_CLOSED.append(_follow_closing)
