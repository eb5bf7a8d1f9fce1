"""What keepers and the levels above read: lists, one activity, the roster of a shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from activities.models import Activity, ActivityEvent, Shift, Signup
from activities.rules import HOLDING, LIVE, ActivityStatus, SignupStatus
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from organizations.queries import within

PAGE = 20
LIKE = 3
ROSTER_LIMIT = 2500


class Show(StrEnum):
    """Which activities a list shows."""

    COMING = "coming"
    DRAFTS = "drafts"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity in a list, with the seats of all its shifts."""

    activity: Activity
    seats: int
    taken: int

    @property
    def code(self) -> str:
        return self.activity.code


def activities_in(scope: Scope, show: Show, now: datetime, after: str = "") -> Page[Listed]:
    """Return a page of the activities in a scope; what comes soonest first: two statements."""
    comes = show is Show.COMING
    key = tuple_(Activity.last_ends_at, Activity.id)
    order = (Activity.last_ends_at, Activity.id)
    statement = (
        select(Activity)
        .join(Activity.organization)
        .options(contains_eager(Activity.organization))
        .where(within(scope, Activity), *_shown(show, now))
        .order_by(*(order if comes else [one.desc() for one in order]))
        .limit(PAGE + 1)
    )
    if after:
        anchor = (
            select(Activity.last_ends_at, Activity.id)
            .where(Activity.code == after, within(scope, Activity))
            .subquery()
        )
        place = tuple_(anchor.c.last_ends_at, anchor.c.id)
        statement = statement.join(anchor, key > place if comes else key < place)
    return page_of(_with_seats(db.session.scalars(statement).all()), PAGE)


def _shown(show: Show, now: datetime) -> list[ColumnElement[bool]]:
    if show is Show.DRAFTS:
        return [Activity.status.in_((ActivityStatus.DRAFT, ActivityStatus.REVIEW))]
    published = Activity.status == ActivityStatus.PUBLISHED
    if show is Show.COMING:
        return [published, Activity.last_ends_at > now]
    over = Activity.status.in_((ActivityStatus.ENDED, ActivityStatus.CANCELLED))
    return [over | (published & (Activity.last_ends_at <= now))]


def _with_seats(activities: Sequence[Activity]) -> list[Listed]:
    """Return activities with their seats, counted over the shifts of a page at once."""
    if not activities:
        return []
    statement = (
        select(Shift.activity_id, func.sum(Shift.seats), func.sum(Shift.taken))
        .where(Shift.activity_id.in_([one.id for one in activities]), Shift.removed_at.is_(None))
        .group_by(Shift.activity_id)
    )
    found = {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(statement)}
    return [Listed(one, *found.get(one.id, (0, 0))) for one in activities]


def activity_in(scope: Scope, code: str) -> Activity | None:
    """Return an activity of the organization of a scope; levels above go to it there."""
    return db.session.scalars(
        select(Activity)
        .options(joinedload(Activity.organization, innerjoin=True))
        .where(Activity.code == code, Activity.organization_id == scope.place.id)
    ).one_or_none()


def shift_in(scope: Scope, code: str) -> Shift | None:
    """Return a shift of the organization of a scope, with its activity."""
    return db.session.scalars(
        select(Shift)
        .join(Shift.activity)
        .join(Activity.organization)
        .options(contains_eager(Shift.activity).contains_eager(Activity.organization))
        .where(
            Shift.code == code,
            Shift.removed_at.is_(None),
            Activity.organization_id == scope.place.id,
        )
    ).one_or_none()


def waiting_by_shift(activity: Activity) -> dict[int, int]:
    """Return ``shift id -> how many wait for a seat``."""
    statement = (
        select(Signup.shift_id, func.count())
        .join(Signup.shift)
        .where(Shift.activity_id == activity.id, Signup.status == SignupStatus.WAITLISTED)
        .group_by(Signup.shift_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def recent_activities(scope: Scope) -> Sequence[Activity]:
    """Return the last three activities of an organization, to hold one again."""
    statement = (
        select(Activity)
        .where(
            Activity.organization_id == scope.place.id, Activity.status != ActivityStatus.CANCELLED
        )
        .order_by(Activity.last_ends_at.desc(), Activity.id.desc())
        .limit(LIKE)
    )
    return db.session.scalars(statement).all()


def steps_of_activity(activity: Activity) -> Sequence[ActivityEvent]:
    """Return the history of an activity, newest first."""
    statement = (
        select(ActivityEvent)
        .where(ActivityEvent.activity_id == activity.id)
        .order_by(ActivityEvent.id.desc())
    )
    return db.session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Roster:
    """Who has a seat at a shift, who waits in which order, and who is out, with the reason."""

    seated: Sequence[Signup]
    waiting: Sequence[Signup]
    out: Sequence[Signup]


def roster_of(shift: Shift) -> Roster:
    """Return the sign-ups of a shift with their people, in the order in which they came."""
    statement = (
        select(Signup)
        .options(joinedload(Signup.person, innerjoin=True))
        .where(Signup.shift_id == shift.id)
        .order_by(Signup.id)
        .limit(ROSTER_LIMIT)
    )
    rows = db.session.scalars(statement).all()
    seated = [one for one in rows if one.status in HOLDING]
    waiting = [one for one in rows if one.status is SignupStatus.WAITLISTED]
    out = [one for one in rows if one.status not in LIVE]
    return Roster(seated, waiting, out)


def signup_in(scope: Scope, code: str) -> Signup | None:
    """Return a sign-up for an activity of the organization of a scope."""
    return db.session.scalars(
        select(Signup)
        .join(Signup.shift)
        .join(Shift.activity)
        .options(
            contains_eager(Signup.shift).contains_eager(Shift.activity),
            joinedload(Signup.person, innerjoin=True),
        )
        .where(Signup.code == code, Activity.organization_id == scope.place.id)
    ).one_or_none()


def reviews_at(reviewer_id: int) -> Sequence[Activity]:
    """Return the activities that wait for the word of a level above, longest waiting first."""
    statement = (
        select(Activity)
        .options(joinedload(Activity.organization, innerjoin=True))
        .where(Activity.reviewer_id == reviewer_id, Activity.status == ActivityStatus.REVIEW)
        .order_by(Activity.id)
    )
    return db.session.scalars(statement).all()


def review_at(reviewer_id: int, code: str) -> Activity | None:
    """Return an activity about which a level above was asked, whatever it said."""
    return db.session.scalars(
        select(Activity)
        .options(joinedload(Activity.organization, innerjoin=True))
        .where(Activity.reviewer_id == reviewer_id, Activity.code == code)
    ).one_or_none()
