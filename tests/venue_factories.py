"""Plain functions that make venues; they flush and return the row."""

from __future__ import annotations

from datetime import date

from activities.models import Venue, VenueCharge, VenueHours
from activities.queries.venue_rules import decider_of
from activities.rules.venues import BEARS_NAME, OPEN_TO_PEOPLE, Charge, VenueKind, VenueStatus
from core import clock, crypto
from core.database import db
from organizations.models import Organization
from people.models import Person

WORKDAYS = range(5)
MORNING, EVENING = 9 * 60, 17 * 60


def make_venue(
    organization: Organization,
    kind: VenueKind = VenueKind.MEMBER_HOME,
    status: VenueStatus = VenueStatus.RUNNING,
    *,
    name: str = "试验会员之家",
    keeper: Person | None = None,
    leader: Person | None = None,
) -> Venue:
    """Return a venue, open on workdays from nine to five."""
    today = clock.today()
    venue = Venue(
        code=crypto.opaque_code(8),
        kind=kind,
        organization=organization,
        county_id=organization.county_id,
        city_id=organization.city_id,
        decider=decider_of(kind, organization, today),
        division_code=organization.division_code,
        status=status,
        name=name,
        address="试验路 1 号",
        phone="0571-00000002",
        services="咨询、急救培训",
        seats=30,
        plaque_number="试 001" if status in BEARS_NAME else "",
        named_on=date(2026, 3, 2) if status in BEARS_NAME else None,
        opened_on=date(2026, 3, 3) if status in OPEN_TO_PEOPLE else None,
        created_at=clock.now(),
        fund_fen=0,
    )
    db.session.add(venue)
    db.session.flush()
    for weekday in WORKDAYS:
        hours = VenueHours(venue_id=venue.id, weekday=weekday, opens=MORNING, closes=EVENING)
        db.session.add(hours)
    for charge, person in ((Charge.KEEPER, keeper), (Charge.LEADER, leader)):
        if person is not None:
            put_in_charge(venue, charge, person)
    db.session.flush()
    return venue


def put_in_charge(venue: Venue, charge: Charge, person: Person) -> None:
    """Make a person keeper or leader of a venue since it was named."""
    started = venue.named_on or clock.today()
    row = VenueCharge(venue_id=venue.id, charge=charge, person_id=person.id, starts_on=started)
    db.session.add(row)
    setattr(venue, f"{charge}_id", person.id)
