"""What the jobs are about: codes and words of one world, read from its database once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from accounts.models import Post
from activities.models import Venue
from bench.worlds import World
from core import clock
from core.database import db
from members.models import Application, Membership
from members.operations.memberships import card_token
from members.rules import ApplicationKind, ApplicationStatus, MembershipStatus
from organizations.models import Organization
from people.models import Person
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import ServiceStatus

FIRST_POSTS = ("secretary", "coordinator", "county", "city", "province")
BACK_DAYS = 85


@dataclass(slots=True)
class Subjects:
    """Codes for addresses; queues of rows that a job uses up."""

    unit: Organization
    county: Organization
    city: Organization
    province: Organization
    member: str
    application: str
    volunteer: str
    record: str
    own_record: str
    card: str
    name: str
    pinyin: str
    tail: str
    venue: str
    division: str
    waiting: deque[str] = field(default_factory=deque)
    hours: deque[str] = field(default_factory=deque)
    filings: deque[str] = field(default_factory=deque)
    logged: int = 0

    def next_service(self) -> list[tuple[str, str]]:
        """Return the form of a service that was not entered yet: another day each time."""
        self.logged += 1
        day: date = clock.today() - timedelta(days=1 + self.logged % BACK_DAYS)
        return [
            ("other_day", day.isoformat()),
            ("title", f"社区服务 {self.logged}"),
            ("field", "health"),
            ("length", "30"),
        ]

    def take(self, number: int) -> list[tuple[str, str]]:
        """Return so many waiting applications as ticked rows."""
        return [("ids", self.waiting.popleft()) for _ in range(number)]

    def take_hours(self, number: int) -> list[tuple[str, str]]:
        """Return so many waiting service records as ticked rows."""
        return [("ids", self.hours.popleft()) for _ in range(number)]

    def take_filings(self, number: int) -> list[tuple[str, str]]:
        """Return so many waiting filings as ticked rows."""
        return [("ids", self.filings.popleft()) for _ in range(number)]


def subjects_of(world: World) -> Subjects:
    """Return what the jobs of a world are about."""
    with world.app.app_context():
        found = _read()
        db.session.remove()
        return found


def _read() -> Subjects:
    statement = select(Organization).join(Post).order_by(Post.id).limit(len(FIRST_POSTS))
    unit, _, county, city, province = db.session.scalars(statement).all()
    member = _first_member(unit)
    person = db.session.get_one(Person, member.person_id)
    waiting = _waiting_codes(unit)
    records = _record_codes(unit)
    volunteer = db.session.scalars(select(Volunteer).order_by(Volunteer.id).limit(1)).one()
    venue = db.session.scalars(
        select(Venue).where(Venue.division_code.is_not(None)).order_by(Venue.id).limit(1)
    ).one()
    own = select(ServiceRecord.code).where(ServiceRecord.volunteer_id == volunteer.id)
    db.session.expunge_all()
    return Subjects(
        unit=unit,
        county=county,
        city=city,
        province=province,
        member=member.code,
        application=waiting.pop(),
        volunteer=volunteer.code,
        record=records.pop(),
        own_record=db.session.scalars(own.order_by(ServiceRecord.id).limit(1)).one(),
        card=card_token(member.code),
        name=person.name[:2],
        pinyin=person.pinyin[:4],
        tail=person.plain_phone[-4:],
        venue=venue.code,
        division=venue.division_code or "",
        waiting=deque(waiting),
        hours=deque(records),
        filings=deque(_filing_codes(county)),
    )


def _first_member(unit: Organization) -> Membership:
    statement = select(Membership).where(
        Membership.organization_id == unit.id, Membership.status == MembershipStatus.ACTIVE
    )
    return db.session.scalars(statement.order_by(Membership.id).limit(1)).one()


def _waiting_codes(unit: Organization) -> list[str]:
    statement = select(Application.code).where(
        Application.handler_id == unit.id,
        Application.kind == ApplicationKind.MEMBER,
        Application.status == ApplicationStatus.SUBMITTED,
        Application.is_doubtful.is_(False),
    )
    return list(db.session.scalars(statement.order_by(Application.id)))


def _record_codes(unit: Organization) -> list[str]:
    statement = select(ServiceRecord.code).where(
        ServiceRecord.handler_id == unit.id,
        ServiceRecord.status == ServiceStatus.PENDING,
        ServiceRecord.doubts == "",
    )
    return list(db.session.scalars(statement.order_by(ServiceRecord.id)))


def _filing_codes(county: Organization) -> list[str]:
    statement = select(Membership.code).where(
        Membership.county_id == county.id, Membership.status == MembershipStatus.APPROVED
    )
    return list(db.session.scalars(statement.order_by(Membership.id)))
