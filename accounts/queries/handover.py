"""Hand-overs: what is open, who signed, what waits for whom."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from accounts import handing_over
from accounts.handing_over import Leaving, OpenLine, Part
from accounts.models import Handover, Post, PostGrant, User
from accounts.queries.names import shown_names
from accounts.queries.posts import WAITING
from accounts.rules.grants import OPEN_GRANTS
from accounts.rules.handover import HandoverStatus, OpenWork
from core.access.permissions import Permission
from core.database import db
from organizations import figures

SHOWN = 10
OPEN = (HandoverStatus.DRAFT, HandoverStatus.GIVEN)
#: What waits for a decision is counted already: right -> line of the list, where it is decided.
_QUEUES = {
    Permission.APPLICATIONS_DECIDE: (OpenWork.APPLICATIONS, "members.queue"),
    Permission.FILINGS_DECIDE: (OpenWork.FILINGS, "members.filings"),
    Permission.HOURS_CONFIRM: (OpenWork.SERVICE_HOURS, "volunteers.confirm_queue"),
    Permission.OBJECTIONS_DECIDE: (OpenWork.OBJECTIONS, "volunteers.objections"),
    Permission.HOLDS_REVIEW: (OpenWork.HOLDS, "volunteers.holds"),
    Permission.GROUPS_DECIDE: (OpenWork.GROUPS, "members.group_queue"),
    Permission.CHANGES_DECIDE: (OpenWork.CHANGES, "people.change_queue"),
    Permission.ACTIVITIES_REVIEW: (OpenWork.REVIEWS, "activities.reviews"),
}


def _queue(right: Permission) -> Part:
    kind, endpoint = _QUEUES[right]

    def count(leaving: Leaving) -> int:
        place, measure = leaving.organization.id, WAITING[right]
        found = figures.values({place}, (measure,), (figures.OWN,))
        return found.get((place, measure, figures.OWN), 0)

    return Part(kind, right, count, endpoint)


def _deputies(leaving: Leaving) -> int:
    still = or_(Post.ends_on.is_(None), Post.ends_on >= leaving.today)
    statement = select(func.count(Post.id)).where(Post.deputy_for_id == leaving.post_id, still)
    return db.session.scalar(statement) or 0


def _offers(leaving: Leaving) -> int:
    statement = select(func.count(PostGrant.id)).where(
        PostGrant.proposed_post_id == leaving.post_id,
        PostGrant.status.in_(OPEN_GRANTS),
        PostGrant.is_nominated.is_(False),
    )
    return db.session.scalar(statement) or 0


handing_over.register(
    *(_queue(right) for right in _QUEUES),
    Part(OpenWork.DEPUTIES, Permission.POSTS_OWN, _deputies, "accounts.deputies"),
    Part(OpenWork.OFFERS, Permission.GRANTS_GIVE, _offers, "accounts.grants"),
)


def leaving_of(post: Post, today: date) -> Leaving:
    """Return the post that is left, as those who count see it."""
    return Leaving(post.role, post.organization, post.id, today)


def packed(lines: Iterable[OpenLine]) -> str:
    """Return a list as the text that both sign for."""
    return json.dumps({str(one.kind): one.count for one in lines}, sort_keys=True)


def unpacked(text: str) -> dict[OpenWork, int]:
    """Return the list that both signed for, in the order of the page."""
    counts = json.loads(text)
    return {kind: counts[kind] for kind in OpenWork if kind in counts}


def handover_at(organization_id: int, code: str) -> Handover | None:
    """Return a hand-over at an organization."""
    return db.session.scalars(
        select(Handover).where(Handover.code == code, Handover.organization_id == organization_id)
    ).one_or_none()


def handover_for(user_id: int, code: str) -> Handover | None:
    """Return a hand-over that an account signed, signs for, or is named in."""
    parties = (Handover.given_by_id, Handover.taken_by_id, Handover.successor_id)
    return db.session.scalars(
        select(Handover).where(
            Handover.code == code,
            Handover.status.in_((HandoverStatus.GIVEN, HandoverStatus.TAKEN)),
            or_(*(party == user_id for party in parties)),
        )
    ).one_or_none()


def own_handovers(user_id: int) -> Sequence[Handover]:
    """Return the last hand-overs that an account signed on either side, the newest first."""
    signed = or_(Handover.given_by_id == user_id, Handover.taken_by_id == user_id)
    return db.session.scalars(
        select(Handover)
        .options(joinedload(Handover.organization))
        .where(signed, Handover.status.in_((HandoverStatus.GIVEN, HandoverStatus.TAKEN)))
        .order_by(Handover.id.desc())
        .limit(SHOWN)
    ).all()


def handover_of_grant(grant_id: int) -> Handover | None:
    """Return the hand-over in which a post on its way was named, while it waits."""
    return db.session.scalars(
        select(Handover).where(
            Handover.grant_id == grant_id, Handover.status == HandoverStatus.GIVEN
        )
    ).one_or_none()


def open_handover_of(post_id: int) -> Handover | None:
    """Return the hand-over of a post that is not signed by both."""
    return db.session.scalars(
        select(Handover).where(Handover.post_id == post_id, Handover.status.in_(OPEN))
    ).one_or_none()


def waiting_for(post: Post) -> Sequence[Handover]:
    """Return what waits for the next holder of a role at a place, others' posts only."""
    return db.session.scalars(
        select(Handover)
        .where(
            Handover.organization_id == post.organization_id,
            Handover.role == post.role,
            Handover.status == HandoverStatus.GIVEN,
            or_(Handover.post_id.is_(None), Handover.post_id != post.id),
            or_(Handover.successor_id.is_(None), Handover.successor_id == post.user_id),
        )
        .order_by(Handover.id)
    ).all()


def handovers_at(post: Post) -> Sequence[Handover]:
    """Return the last hand-overs of a role at a place, the newest first."""
    return db.session.scalars(
        select(Handover)
        .where(
            Handover.organization_id == post.organization_id,
            Handover.role == post.role,
            Handover.status.in_((HandoverStatus.GIVEN, HandoverStatus.TAKEN)),
        )
        .order_by(Handover.id.desc())
        .limit(SHOWN)
    ).all()


def has_recent(post_id: int) -> bool:
    """Return whether a post was handed over already."""
    done = exists().where(Handover.post_id == post_id, Handover.status != HandoverStatus.CALLED_OFF)
    return bool(db.session.scalar(select(done)))


def names_of(handovers: Sequence[Handover]) -> dict[int, str]:
    """Return ``account -> how it is shown`` of who signed or is to sign, all at one place."""
    if not handovers:
        return {}
    ids = {
        one
        for found in handovers
        for one in (found.given_by_id, found.taken_by_id, found.successor_id)
        if one
    }
    users = db.session.scalars(select(User).where(User.id.in_(ids)))
    return shown_names(users, handovers[0].organization)
