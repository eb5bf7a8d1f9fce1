"""Reading venues: lists inside a scope, one file, its hours, pictures, reviews and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from activities.models import (
    Venue,
    VenueDay,
    VenueEvent,
    VenueFundEntry,
    VenueHours,
    VenueInspection,
    VenuePhoto,
    VenueReview,
)
from activities.rules.venue_hours import OtherDay, Period, Standing, standing_at
from activities.rules.venue_kinds import KINDS
from activities.rules.venues import VenueKind, VenueStatus
from core import clock, settings
from core.access.permissions import Level
from core.access.scope import Principal, Scope
from core.database import db
from core.files.models import StoredFile
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.rules import subtree_range

PAGE = 20
HISTORY = 50
#: What the list may be narrowed to by who is in charge.
LACKS = ("keeper", "leader", "overdue")
_LED = [kind for kind in VenueKind if KINDS[kind].has_leader]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the list of venues is narrowed to; without a state all that are not closed."""

    kind: VenueKind | None = None
    status: VenueStatus | None = None
    stars: int | None = None
    lacks: str = ""
    text: str = ""


class VenueRow(NamedTuple):
    """A venue as the list shows it; ``way`` is the organization whose page of it is opened."""

    code: str
    name: str
    kind: VenueKind
    status: VenueStatus
    owner: str
    way: str
    stars: int | None
    has_keeper: bool
    needs_leader: bool
    leader_lost_on: date | None


def venues_in(scope: Scope, narrowed: Narrowed, after: str, day: date) -> Page[VenueRow]:
    """Return a page of the venues inside a scope, by name."""
    statement: Any = (
        select(Venue, Organization.short_name, Organization.code)
        .join(Organization, Organization.id == Venue.organization_id)
        .where(inside(scope), *_conditions(narrowed, day))
        .order_by(Venue.name, Venue.code)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(Venue.name).where(Venue.code == after).scalar_subquery()
        later = and_(Venue.name == anchor, Venue.code > after)
        statement = statement.where(or_(Venue.name > anchor, later))
    place = scope.place
    rows = [
        _row(venue, owner, place.code if venue.decider_id == place.id else code)
        for venue, owner, code in db.session.execute(statement)
    ]
    return page_of(rows, PAGE)


def inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a venue stands at the place of a scope or below it."""
    place = scope.place
    if place.level is Level.COUNTY:
        return Venue.county_id == place.id
    if place.level is Level.CITY:
        return Venue.city_id == place.id
    first, end = subtree_range(place.path)
    below = select(Organization.id).where(Organization.path >= first, Organization.path < end)
    return Venue.organization_id.in_(below)


def venue_in(scope: Scope, code: str) -> Venue | None:
    """Return a venue that the place of a scope owns or names; levels above go to it there."""
    found, here = _file_of(code), scope.place.id
    return (
        found if found is not None and here in (found.organization_id, found.decider_id) else None
    )


def venue_of_owner(organization_id: int, code: str) -> Venue | None:
    """Return a venue that an organization owns, None for others."""
    found = _file_of(code)
    return found if found is not None and found.organization_id == organization_id else None


def venue_of_decider(organization_id: int, code: str) -> Venue | None:
    """Return a venue that an organization inspects and names, None for others."""
    found = _file_of(code)
    return found if found is not None and found.decider_id == organization_id else None


def _file_of(code: str) -> Venue | None:
    return db.session.scalars(
        select(Venue)
        .options(
            joinedload(Venue.organization),
            joinedload(Venue.decider),
            joinedload(Venue.keeper),
            joinedload(Venue.leader),
        )
        .where(Venue.code == code)
    ).one_or_none()


def own_venues(principal: Principal) -> Sequence[Venue]:
    """Return the open venues that somebody validly keeps."""
    return db.session.scalars(_kept_by(principal).order_by(Venue.name)).all()


def own_venue(principal: Principal, code: str) -> Venue | None:
    """Return a venue that somebody validly keeps, None for any other."""
    return db.session.scalars(_kept_by(principal).where(Venue.code == code)).one_or_none()


def _kept_by(principal: Principal) -> Any:
    return (
        select(Venue)
        .options(joinedload(Venue.organization))
        .where(
            Venue.keeper_id == (principal.person_id or 0),
            Venue.keeper_lost_on.is_(None),
            Venue.status != VenueStatus.CLOSED,
        )
    )


def week_of(venue_id: int) -> dict[int, list[Period]]:
    """Return the hours of a week, weekday by weekday."""
    found = select(VenueHours).where(VenueHours.venue_id == venue_id)
    week: dict[int, list[Period]] = {}
    for one in db.session.scalars(found.order_by(VenueHours.weekday, VenueHours.opens)):
        week.setdefault(one.weekday, []).append(Period(one.opens, one.closes))
    return week


def other_days_of(venue_id: int, since: date) -> list[OtherDay]:
    """Return the days that differ, from a day on."""
    found = select(VenueDay).where(VenueDay.venue_id == venue_id, VenueDay.day >= since)
    days = []
    for one in db.session.scalars(found.order_by(VenueDay.day)):
        is_open = one.opens is not None and one.closes is not None
        periods = (Period(one.opens or 0, one.closes or 0),) if is_open else ()
        days.append(OtherDay(one.day, periods, one.note))
    return days


def standing_of(venue_id: int, now: datetime) -> Standing:
    """Return whether a venue is open at an instant, and when it opens next."""
    there = clock.local(now)
    return standing_at(there, week_of(venue_id), other_days_of(venue_id, there.date()))


def photos_of(venue_id: int) -> Sequence[VenuePhoto]:
    """Return the pictures of a venue in order."""
    found = select(VenuePhoto).where(VenuePhoto.venue_id == venue_id)
    return db.session.scalars(found.order_by(VenuePhoto.position, VenuePhoto.id)).all()


def file_of_photo(code: str) -> tuple[StoredFile, str] | None:
    """Return the file of a picture, and the code of the venue that it is of."""
    found = db.session.execute(
        select(StoredFile, Venue.code)
        .join(VenuePhoto, VenuePhoto.file_id == StoredFile.id)
        .join(Venue, Venue.id == VenuePhoto.venue_id)
        .where(VenuePhoto.code == code)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def fund_entry(code: str) -> tuple[VenueFundEntry, str] | None:
    """Return an entry of a mutual-aid fund, and the code of its venue."""
    found = db.session.execute(
        select(VenueFundEntry, Venue.code)
        .join(Venue, Venue.id == VenueFundEntry.venue_id)
        .where(VenueFundEntry.code == code)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def review_coded(code: str) -> tuple[VenueReview, str] | None:
    """Return a star review with its points, and the code of its venue."""
    found = db.session.scalars(
        select(VenueReview)
        .options(selectinload(VenueReview.items), joinedload(VenueReview.venue))
        .where(VenueReview.code == code)
    ).one_or_none()
    return (found, found.venue.code) if found is not None else None


def history_of(venue_id: int) -> Sequence[VenueEvent]:
    """Return the latest steps of a venue."""
    found = select(VenueEvent).where(VenueEvent.venue_id == venue_id)
    return db.session.scalars(found.order_by(VenueEvent.id.desc()).limit(HISTORY)).all()


def inspections_of(venue_id: int) -> Sequence[VenueInspection]:
    """Return the inspections of a venue with what was found, the latest first."""
    found = select(VenueInspection).options(selectinload(VenueInspection.findings))
    mine = VenueInspection.venue_id == venue_id
    return db.session.scalars(
        found.where(mine).order_by(VenueInspection.id.desc()).limit(HISTORY)
    ).all()


def reviews_of(venue_id: int) -> Sequence[VenueReview]:
    """Return the star reviews of a venue with their points, the latest first."""
    found = select(VenueReview).options(selectinload(VenueReview.items))
    mine = VenueReview.venue_id == venue_id
    return db.session.scalars(
        found.where(mine).order_by(VenueReview.id.desc()).limit(HISTORY)
    ).all()


def fund_of(venue_id: int) -> Sequence[VenueFundEntry]:
    """Return the latest entries of a mutual-aid fund."""
    found = select(VenueFundEntry).where(VenueFundEntry.venue_id == venue_id)
    return db.session.scalars(found.order_by(VenueFundEntry.id.desc()).limit(HISTORY)).all()


def leader_deadline(lost_on: date, day: date) -> date:
    """Return until when a workshop without a leader is named anew or closed (scenario 35)."""
    return lost_on + timedelta(days=settings.value("venues.leader_days", day))


def _row(venue: Venue, owner: str, way: str) -> VenueRow:
    is_led = KINDS[venue.kind].has_leader
    lost = venue.leader_id is None or venue.leader_lost_on is not None
    return VenueRow(
        venue.code,
        venue.name,
        venue.kind,
        venue.status,
        owner,
        way,
        venue.stars,
        venue.keeper_id is not None and venue.keeper_lost_on is None,
        is_led and lost,
        venue.leader_lost_on,
    )


def _conditions(narrowed: Narrowed, day: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.status is None:
        found.append(Venue.status != VenueStatus.CLOSED)
    else:
        found.append(Venue.status == narrowed.status)
    if narrowed.kind is not None:
        found.append(Venue.kind == narrowed.kind)
    if narrowed.stars is not None:
        found.append(Venue.stars == narrowed.stars)
    if narrowed.lacks == "keeper":
        found.append(or_(Venue.keeper_id.is_(None), Venue.keeper_lost_on.is_not(None)))
    elif narrowed.lacks == "leader":
        found.append(Venue.kind.in_(_LED))
        found.append(or_(Venue.leader_id.is_(None), Venue.leader_lost_on.is_not(None)))
    elif narrowed.lacks == "overdue":
        days = timedelta(days=settings.value("venues.leader_days", day))
        found.append(Venue.leader_lost_on < day - days)
    for word in narrowed.text.split()[:5]:
        named = Venue.name.contains(word, autoescape=True)
        found.append(or_(named, Venue.address.contains(word, autoescape=True)))
    return found
