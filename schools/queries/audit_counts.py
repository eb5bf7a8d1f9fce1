"""The numbers of an audit pack; no statement reads a name, a phone or a number of anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Post
from core import clock
from core.access.permissions import Level
from core.access.scope import Place
from core.audit.models import ReadEvent
from core.database import db
from members.models import Export, Membership
from organizations.models import Organization
from organizations.queries import under
from people.models import Consent, ConsentRequest, MinorApproval, Person
from people.rules import AgeBand, is_minor_on
from people.rules.reveals import read_reason
from schools.models import MinorIncident, Pupil
from schools.rules.audits import DeletionOutcome, outcome_of
from schools.rules.pupils import PupilStatus
from volunteers.models import Volunteer
from volunteers.queries.roster import latest_birth

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Period:
    """A year at a place, and the day of which numbers of people are told."""

    place: Place
    year: int
    today: date

    @property
    def day(self) -> date:
        return min(date(self.year, 12, 31), self.today)

    @property
    def bounds(self) -> tuple[Any, Any]:
        return clock.days_bounds(date(self.year, 1, 1), date(self.year, 12, 31))

    def within(self, instant: Any) -> ColumnElement[bool]:
        """Return the condition that an instant lies in the year."""
        low, high = self.bounds
        return and_(instant >= low, instant < high)


def _band(day: date) -> ColumnElement[Any]:
    return case(
        (Person.born_on > latest_birth(day, 8), AgeBand.UNDER_8.value),
        (Person.born_on > latest_birth(day, 14), AgeBand.FROM_8_TO_13.value),
        else_=AgeBand.FROM_14_TO_17.value,
    )


def _below(place: Place) -> ColumnElement[Any]:
    """Return the column of the next lower organization: city, county, or itself."""
    if place.level is Level.PROVINCE:
        return func.coalesce(Organization.city_id, Organization.id)
    if place.level is Level.CITY:
        return func.coalesce(Organization.county_id, Organization.id)
    return Organization.id.expression


def minors(period: Period) -> Iterator[tuple[str, str, AgeBand, int]]:
    """Yield (standing, organization below, band, how many): youth members, volunteers, drafts."""
    day = period.day
    _low, high = period.bounds
    standings: tuple[tuple[str, Any, ColumnElement[bool]], ...] = (
        (
            "member",
            Membership,
            and_(
                Membership.joined_on <= day,
                or_(Membership.left_on.is_(None), Membership.left_on > day),
            ),
        ),
        (
            "volunteer",
            Volunteer,
            and_(
                Volunteer.entered_on <= day,
                or_(Volunteer.left_on.is_(None), Volunteer.left_on > day),
                Volunteer.merged_into_id.is_(None),
            ),
        ),
        ("draft", Pupil, and_(Pupil.status == PupilStatus.DRAFT, Pupil.entered_at < high)),
    )
    for standing, model, condition in standings:
        counted = (
            select(_below(period.place).label("below"), _band(day).label("band"), func.count())
            .select_from(model)
            .join(Person, Person.id == model.person_id)
            .join(Organization, Organization.id == model.organization_id)
            .where(under(period.place.path), condition, Person.born_on > latest_birth(day, 18))
            .group_by("below", "band")
            .subquery()
        )
        named = aliased(Organization)
        rows = select(named.short_name, counted).join(named, named.id == counted.c.below)
        for name, _id, band, count in db.session.execute(rows.order_by(named.id, counted.c.band)):
            yield standing, name, AgeBand(band), count


def consents(period: Period) -> list[tuple[Any, ...]]:
    """Return (purpose, channel, text version, status, how many) of what was asked in the year."""
    keys = (Consent.purpose, Consent.channel, Consent.text_version, Consent.status)
    return _counted(
        select(*keys, func.count())
        .join(ConsentRequest, ConsentRequest.id == Consent.request_id)
        .join(Organization, Organization.id == ConsentRequest.organization_id)
        .where(under(period.place.path), period.within(ConsentRequest.requested_at))
        .group_by(*keys)
        .order_by(*keys)
    )


def deletions(period: Period) -> Counter[DeletionOutcome]:
    """Return how many deletions fell due in the year, and what became of them."""
    statement = (
        select(Pupil.due_on, Person.erased_at)
        .join(Pupil.person)
        .join(Organization, Organization.id == Pupil.organization_id)
        .where(under(period.place.path))
        .where(Pupil.due_on >= date(period.year, 1, 1), Pupil.due_on <= date(period.year, 12, 31))
        .execution_options(yield_per=BATCH)
    )
    found: Counter[DeletionOutcome] = Counter()
    for due_on, erased_at in db.session.execute(statement):
        erased_on = clock.local(erased_at).date() if erased_at is not None else None
        if due_on is not None:
            found[outcome_of(due_on, erased_on, period.today)] += 1
    return found


def approvals(period: Period) -> list[tuple[Any, ...]]:
    """Return (role, purpose, standing or not, status, how many) of what was asked in the year."""
    standing = MinorApproval.person_id.is_(None)
    keys = (Post.role, MinorApproval.purpose, standing, MinorApproval.status)
    return _counted(
        select(*keys, func.count())
        .join(MinorApproval.post)
        .join(Organization, Organization.id == MinorApproval.organization_id)
        .where(under(period.place.path), period.within(MinorApproval.asked_at))
        .group_by(*keys)
        .order_by(*keys)
    )


def looks(period: Period) -> Counter[tuple[str, str, str]]:
    """Return (role, field, purpose) -> how many looks at who was under 18 at that moment."""
    eldest = latest_birth(date(period.year, 1, 1), 18)
    statement = (
        select(ReadEvent.role, ReadEvent.field, ReadEvent.reason, ReadEvent.at, Person.born_on)
        .join(Person, Person.id == ReadEvent.person_id)
        .join(Organization, Organization.id == ReadEvent.organization_id)
        .where(under(period.place.path), period.within(ReadEvent.at), Person.born_on > eldest)
        .execution_options(yield_per=BATCH)
    )
    found: Counter[tuple[str, str, str]] = Counter()
    for role, field, reason, at, born_on in db.session.execute(statement):
        day = clock.local(at).date()
        if born_on is not None and is_minor_on(born_on, max(born_on, day)):
            found[role, field, read_reason(reason)[0].value] += 1
    return found


def exports(period: Period) -> list[tuple[Any, ...]]:
    """Return (list, purpose, status, files, minors in them, downloads) of the year."""
    keys = (Export.subject, Export.purpose, Export.status)
    sums = (func.count(), func.sum(Export.minors), func.sum(Export.downloads))
    return _counted(
        select(*keys, *sums)
        .join(Organization, Organization.id == Export.organization_id)
        .where(under(period.place.path), period.within(Export.created_at), Export.minors > 0)
        .group_by(*keys)
        .order_by(*keys)
    )


def incidents(period: Period) -> list[MinorIncident]:
    """Return the lines of the register of the year, oldest first."""
    statement = (
        select(MinorIncident)
        .join(Organization, Organization.id == MinorIncident.organization_id)
        .where(under(period.place.path))
        .where(
            MinorIncident.happened_on >= date(period.year, 1, 1),
            MinorIncident.happened_on <= date(period.year, 12, 31),
        )
        .order_by(MinorIncident.happened_on, MinorIncident.id)
    )
    return list(db.session.scalars(statement))


def _counted(statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(statement)]
