"""Coverage by stage and by year, the schools that are missing, shares of youth (SCH-10, SCH-11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from accounts.models import Post, User
from core.access.permissions import Role
from core.access.scope import Place
from core.database import db
from core.paging import Page, page_of
from organizations.figures import STOCK
from organizations.models import Figure, Organization
from organizations.queries import numbers, under
from organizations.rules import Discretion, Measure
from schools.models import School, SchoolListing
from schools.rules.classes import school_year_of
from schools.rules.register import Coverage, SchoolStage, SchoolStatus, Share

PAGE = 20


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A school without a branch, and its county; ``code`` is the school's."""

    code: str
    name: str
    stage: SchoolStage
    county_id: int
    county_code: str
    county_name: str


@dataclass(frozen=True, slots=True)
class Youth:
    """Numbers of SCH-11 at a place: members by age, and joined pupils where enrolment is known."""

    youth: int
    adults: int
    joined: Share
    schools_known: int

    @property
    def share(self) -> Share:
        """Return youth members over youth and adult members (SCH-11)."""
        return Share(self.youth, self.youth + self.adults)

    def hidden_by(self, discretion: Discretion, place_id: int) -> bool:
        """Return whether a number here could tell who is meant (security.md AZ-07)."""
        return any(
            discretion.hides(place_id, measure, value)
            for measure, value in (
                (Measure.YOUTH_MEMBERS, self.youth),
                (Measure.YOUTH_MEMBERS, self.joined.members),
                (Measure.ADULT_MEMBERS, self.adults),
            )
        )


def _expected() -> ColumnElement[bool]:
    return and_(School.is_in_scope.is_(True), School.status == SchoolStatus.OPEN)


def coverage_by_stage(place: Place) -> dict[SchoolStage, Coverage]:
    """Return the coverage of every stage at and under a place, in the order of stages."""
    statement = (
        select(School.stage, func.count(School.organization_id), func.count())
        .join(Organization, Organization.id == School.county_id)
        .where(_expected(), under(place.path))
        .group_by(School.stage)
    )
    found = {
        stage: Coverage(covered, listed) for stage, covered, listed in db.session.execute(statement)
    }
    return {stage: found[stage] for stage in SchoolStage if stage in found}


def coverage_by_year(place: Place) -> dict[int, Coverage]:
    """Return the coverage of every school year that was listed, the newest first."""
    covered = func.sum(case((SchoolListing.is_covered.is_(True), 1), else_=0))
    statement = (
        select(SchoolListing.year, covered, func.count())
        .join(School, School.id == SchoolListing.school_id)
        .join(Organization, Organization.id == School.county_id)
        .where(SchoolListing.is_in_scope.is_(True), under(place.path))
        .group_by(SchoolListing.year)
        .order_by(SchoolListing.year.desc())
    )
    return {year: Coverage(int(one), listed) for year, one, listed in db.session.execute(statement)}


def missing_at(
    place: Place, stage: SchoolStage | None, after: str = "", limit: int = PAGE
) -> Page[MissingRow]:
    """Return a page of the schools without a branch at and under a place, county by county."""
    order = Organization.path, School.name, School.code
    county = Organization
    statement = (
        select(School.code, School.name, School.stage, county.id, county.code, county.short_name)
        .join(county, county.id == School.county_id)
        .where(_expected(), School.organization_id.is_(None), under(place.path))
        .order_by(*order)
        .limit(limit + 1)
    )
    if stage is not None:
        statement = statement.where(School.stage == stage)
    if after:
        anchor = select(School.name).where(School.code == after).scalar_subquery()
        path = (
            select(Organization.path)
            .join(School, School.county_id == Organization.id)
            .where(School.code == after)
            .correlate(None)
            .scalar_subquery()
        )
        named = or_(School.name > anchor, and_(School.name == anchor, School.code > after))
        statement = statement.where(or_(county.path > path, and_(county.path == path, named)))
    rows = db.session.execute(statement)
    return page_of([MissingRow(*row) for row in rows], limit)


def officers_of(county_ids: Collection[int], day: date) -> Mapping[int, Sequence[str]]:
    """Return who is in charge at counties on a day: the names of their officers, one statement."""
    rows = db.session.execute(
        select(Post.organization_id, User.display_name)
        .join(Post.user)
        .where(
            Post.organization_id.in_(county_ids),
            Post.role == Role.OFFICER,
            Post.starts_on <= day,
            or_(Post.ends_on.is_(None), Post.ends_on >= day),
            User.suspended_at.is_(None),
        )
        .order_by(Post.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for county_id, name in rows:
        found[county_id].append(name)
    return found


def youth_at(place: Place, day: date) -> Youth:
    """Return the numbers of SCH-11 at a place; joined pupils of schools that told enrolment."""
    stock = numbers([place.id], (Measure.YOUTH_MEMBERS, Measure.ADULT_MEMBERS))[place.id]
    here = and_(
        Figure.organization_id == School.organization_id,
        Figure.measure == Measure.YOUTH_MEMBERS,
        Figure.period == STOCK,
    )
    known = SchoolListing.enrolled.is_not(None)
    statement = (
        select(
            func.count(),
            func.coalesce(func.sum(SchoolListing.enrolled), 0),
            func.coalesce(func.sum(Figure.value), 0),
        )
        .select_from(SchoolListing)
        .join(School, School.id == SchoolListing.school_id)
        .join(Organization, Organization.id == School.county_id)
        .outerjoin(Figure, here)
        .where(SchoolListing.year == school_year_of(day), known, under(place.path))
    )
    schools, enrolled, members = db.session.execute(statement).one()
    return Youth(
        stock.get((Measure.YOUTH_MEMBERS, STOCK), 0),
        stock.get((Measure.ADULT_MEMBERS, STOCK), 0),
        Share(int(members or 0), int(enrolled or 0)),
        schools,
    )
