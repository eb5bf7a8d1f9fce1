"""Stars of venues: points with evidence, confirmed by a second person (CTR-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from activities import venue_letters as letters
from activities.models import Venue, VenueReview, VenueReviewItem
from activities.operations.venues import locked, note
from activities.queries.venue_rules import points_of, thresholds
from activities.rules.venue_reviews import (
    REVIEW_LIFE,
    ReviewAction,
    ReviewStatus,
    Scored,
    check_scores,
    check_second,
    stars_for,
)
from activities.rules.venues import OPEN_TO_PEOPLE, check_day, check_note
from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError

STARS_NOTE = N_("评定星级")


def propose(
    code: str,
    held_on: date,
    scores: Sequence[Scored],
    *,
    decider_id: int,
    by: Actor,
    now: datetime,
) -> VenueReview:
    """Return a review with its points, which another person confirms. Raises RuleViolation."""
    venue, day = locked(Venue.code == code, Venue.decider_id == decider_id), _day(now)
    if venue.status not in OPEN_TO_PEOPLE:
        raise RuleViolation("", N_("开放以后才能评星"))
    if waiting_review(venue.id) is not None:
        raise RuleViolation("", N_("有一次评星还没确认"))
    check_day(held_on, "held_on", venue.opened_on, day)
    known = check_scores(scores, points_of(held_on))
    total = sum(one.points for one in known)
    review = VenueReview(
        code=crypto.opaque_code(8),
        venue=venue,
        status=ReviewStatus.PROPOSED,
        held_on=held_on,
        total=total,
        stars=stars_for(total, thresholds(held_on)),
        proposed_at=now,
        proposed_by_id=by.user_id,
    )
    most = points_of(held_on)
    for position, one in enumerate(known):
        review.items.append(
            VenueReviewItem(
                item=one.item,
                position=position,
                most=most[one.item],
                points=one.points,
                evidence=one.evidence,
            )
        )
    db.session.add(review)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    record("venue.review", "venue", venue.id, by=by, review=review.id)
    return review


def decide(
    code: str, action: ReviewAction, words: str, *, decider_id: int, by: Actor, now: datetime
) -> VenueReview:
    """Return a review that another person confirmed or returned. Raises RuleViolation."""
    wanted = select(VenueReview).where(VenueReview.code == code)
    venue_id = db.session.scalar(wanted.with_only_columns(VenueReview.venue_id))
    if venue_id is None:
        raise UnknownRowError(code)
    venue = locked(Venue.id == venue_id, Venue.decider_id == decider_id)
    found = db.session.scalars(
        wanted.with_for_update(of=VenueReview).execution_options(populate_existing=True)
    ).one()
    check_second(found.proposed_by_id, by.user_id)
    if action is ReviewAction.RETURN:
        found.note = check_note(words)
    found.status = REVIEW_LIFE.next(found.status, action)
    found.decided_at, found.decided_by_id = now, by.user_id
    if action is ReviewAction.CONFIRM:
        venue.stars, venue.starred_on = found.stars, found.held_on
        note(venue, None, by=by, now=now, words=STARS_NOTE)
        letters.tell_owner(venue, "stars", now)
    record(f"venue.review_{action}", "venue", venue.id, by=by, review=found.id)
    db.session.flush()
    return found


def waiting_review(venue_id: int) -> VenueReview | None:
    """Return the review of a venue that waits for the second person."""
    return db.session.scalars(
        select(VenueReview).where(
            VenueReview.venue_id == venue_id, VenueReview.status == ReviewStatus.PROPOSED
        )
    ).one_or_none()


def _day(now: datetime) -> date:
    return clock.local(now).date()
