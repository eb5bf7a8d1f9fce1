"""Venues: entered by who owns them, and their file kept (domain.md CTR-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select

from activities.models import Venue, VenueEvent
from activities.queries.venue_rules import decider_of
from activities.rules.venue_kinds import check_details
from activities.rules.venues import (
    VenueAction,
    VenueFacts,
    VenueKind,
    VenueStatus,
    check_facts,
    check_phone,
    check_text,
)
from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from organizations.models import Organization

CODE_LENGTH = 8
ENTERED, CHANGED, CONTACT = N_("登记场所"), N_("修改资料"), N_("修改联系方式")


def create(
    kind: VenueKind, owner: Organization, facts: VenueFacts, *, by: Actor, now: datetime
) -> Venue:
    """Return a venue that an organization plans. Raises RuleViolation."""
    venue = Venue(
        code=crypto.opaque_code(CODE_LENGTH),
        kind=kind,
        organization=owner,
        county_id=owner.county_id,
        city_id=owner.city_id,
        decider=decider_of(kind, owner, clock.local(now).date()),
        division_code=owner.division_code,
        status=VenueStatus.PLANNED,
        created_at=now,
        created_by_id=by.user_id,
        fund_fen=0,
    )
    venue.tell(checked(kind, facts))
    db.session.add(venue)
    db.session.flush()
    note(venue, None, by=by, now=now, words=ENTERED)
    record("venue.create", "venue", venue.id, by=by)
    return venue


def change(code: str, facts: VenueFacts, *, owner_id: int, by: Actor, now: datetime) -> Venue:
    """Return a venue whose file was written anew. Raises RuleViolation, UnknownRowError."""
    venue = held_by_owner(code, owner_id)
    if venue.status is VenueStatus.CLOSED:
        raise RuleViolation("", N_("已经摘牌，不能再改"))
    venue.tell(checked(venue.kind, facts))
    note(venue, None, by=by, now=now, words=CHANGED)
    record("venue.change", "venue", venue.id, by=by)
    db.session.flush()
    return venue


def checked(kind: VenueKind, facts: VenueFacts) -> VenueFacts:
    """Return what is told of a venue of a kind in canonical form. Raises RuleViolation."""
    return replace(check_facts(facts), details=check_details(kind, facts.details))


def locked(*wanted: ColumnElement[bool]) -> Venue:
    """Return a venue, its row locked. Raises UnknownRowError."""
    venue = db.session.scalars(
        select(Venue)
        .where(*wanted)
        .with_for_update(of=Venue)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if venue is None:
        raise UnknownRowError
    return venue


def held_by_owner(code: str, owner_id: int) -> Venue:
    """Return a venue of an organization, its row locked. Raises UnknownRowError."""
    return locked(Venue.code == code, Venue.organization_id == owner_id)


def held_by_keeper(code: str, person_id: int) -> Venue:
    """Return an open venue that a person validly keeps, its row locked (domain.md 1.4).

    Raises UnknownRowError.
    """
    return locked(
        Venue.code == code,
        Venue.keeper_id == person_id,
        Venue.keeper_lost_on.is_(None),
        Venue.status != VenueStatus.CLOSED,
    )


def change_contact(venue: Venue, phone: str, services: str, *, by: Actor, now: datetime) -> None:
    """Write phone and services of a venue whose row is locked anew. Raises RuleViolation."""
    venue.phone, venue.services = check_phone(phone), check_text(services, "services")
    note(venue, None, by=by, now=now, words=CONTACT)
    record("venue.contact", "venue", venue.id, by=by)
    db.session.flush()


def note(
    venue: Venue, action: VenueAction | None, *, by: Actor, now: datetime, words: str = ""
) -> None:
    """Keep one step of a venue's history."""
    db.session.add(
        VenueEvent(
            venue_id=venue.id,
            action=action,
            to_status=venue.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=words,
        )
    )
