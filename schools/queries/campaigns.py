"""Reading campaigns: what a school is called to, and who takes part below; never a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.queries import under
from organizations.rules import OPEN_STATES, ids_of_path
from schools.models import Campaign, CampaignSchool, School
from schools.rules.campaigns import is_for_stage
from schools.rules.register import Coverage, SchoolStage

PAGE = 20


@dataclass(frozen=True, slots=True)
class Participation:
    """Schools with a branch that are called, those that take part, activities, person-times."""

    called: int
    schools: int
    activities: int
    times: int

    @property
    def missing(self) -> int:
        return self.called - self.schools


@dataclass(frozen=True, slots=True)
class CityTurn:
    """The schools of a city in a campaign of the province: called, taking part, and the share."""

    code: str
    name: str
    called: int
    schools: int
    activities: int

    @property
    def per_ten_thousand(self) -> int | None:
        """Return the share in 1/100 percent, rounded half up; None where nobody is called."""
        return Coverage(self.schools, self.called).per_ten_thousand


@dataclass(frozen=True, slots=True)
class SchoolTurn:
    """A school in a campaign; without activities it has not taken part yet."""

    code: str
    name: str
    county: str
    activities: int
    times: int


@dataclass(frozen=True, slots=True)
class Called:
    """A campaign as a school sees it: what it did so far."""

    campaign: Campaign
    activities: int


def campaigns_of(scope: Scope, after: str = "", limit: int = PAGE) -> Page[Campaign]:
    """Return what an office set, the last to end first."""
    one = Campaign
    statement = (
        select(one)
        .where(one.organization_id == scope.place.id)
        .order_by(one.last_on.desc(), one.id.desc())
        .limit(limit + 1)
    )
    if after:
        last = select(one.last_on, one.id).where(one.code == after).subquery()
        day, key = (select(column).scalar_subquery() for column in (last.c.last_on, last.c.id))
        statement = statement.where(or_(one.last_on < day, and_(one.last_on == day, one.id < key)))
    return page_of(db.session.scalars(statement).all(), limit)


def campaign_of(organization_id: int, code: str) -> Campaign | None:
    """Return a campaign that an office set."""
    return db.session.scalars(
        select(Campaign)
        .options(joinedload(Campaign.organization, innerjoin=True))
        .where(Campaign.code == code, Campaign.organization_id == organization_id)
    ).one_or_none()


def calls_to(path: str, organization_id: int, day: date) -> list[Called]:
    """Return the campaigns that call a school on a day, with what it did: one statement.

    Nothing where the organization is no school of the list, or the campaign is for other stages.
    """
    above = ids_of_path(path)[:-1]
    own = and_(
        CampaignSchool.campaign_id == Campaign.id,
        CampaignSchool.organization_id == organization_id,
    )
    statement = (
        select(Campaign, School.stage, func.coalesce(CampaignSchool.activities, 0))
        .select_from(Campaign)
        .join(School, School.organization_id == organization_id)
        .outerjoin(CampaignSchool, own)
        .where(
            Campaign.organization_id.in_(above),
            Campaign.first_on <= day,
            Campaign.last_on >= day,
            Campaign.closed_at.is_(None),
        )
        .order_by(Campaign.last_on, Campaign.id)
    )
    return [
        Called(campaign, done)
        for campaign, stage, done in db.session.execute(statement)
        if is_for(campaign, stage)
    ]


def is_for(campaign: Campaign, stage: SchoolStage) -> bool:
    """Return whether a campaign is for schools of a stage."""
    return is_for_stage(campaign.stages, stage)


def participation(campaign: Campaign) -> Participation:
    """Return how many schools are called, take part, and what they did: two statements."""
    called = db.session.scalar(select(func.count()).select_from(School).where(*_called(campaign)))
    taking = CampaignSchool.activities > 0
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(CampaignSchool.activities), 0),
            func.coalesce(func.sum(CampaignSchool.times), 0),
        ).where(CampaignSchool.campaign_id == campaign.id, taking)
    ).one()
    return Participation(called or 0, row[0], int(row[1]), int(row[2]))


def cities_in(campaign: Campaign) -> list[CityTurn]:
    """Return the cities whose schools are called, in the order of the tree: one statement."""
    county, city = aliased(Organization), aliased(Organization)
    own = and_(
        CampaignSchool.campaign_id == campaign.id,
        CampaignSchool.organization_id == School.organization_id,
        CampaignSchool.activities > 0,
    )
    statement = (
        select(
            city.code,
            city.short_name,
            func.count(),
            func.count(CampaignSchool.organization_id),
            func.coalesce(func.sum(CampaignSchool.activities), 0),
        )
        .select_from(School)
        .join(county, county.id == School.county_id)
        .join(city, city.id == county.parent_id)
        .outerjoin(CampaignSchool, own)
        .where(*_called(campaign))
        .group_by(city.id)
        .order_by(city.id)
    )
    return [CityTurn(*row[:4], int(row[4])) for row in db.session.execute(statement)]


def _called(campaign: Campaign) -> list[ColumnElement[bool]]:
    """Return what makes a school one that is called: an open branch below, of the stages."""
    branch = Organization
    standing = exists().where(
        branch.id == School.organization_id,
        branch.status.in_(OPEN_STATES),
        under(campaign.organization.path),
    )
    found: list[ColumnElement[bool]] = [School.organization_id.is_not(None), standing]
    if campaign.stage_list:
        found.append(School.stage.in_(campaign.stage_list))
    return found


def turns_in(
    campaign: Campaign, *, missing: bool, city: str = "", after: str = "", limit: int = PAGE
) -> Page[SchoolTurn]:
    """Return a page of the schools that take part, or of those that do not, by name.

    ``city`` names the one whose schools alone are wanted.
    """
    own = and_(
        CampaignSchool.campaign_id == campaign.id,
        CampaignSchool.organization_id == School.organization_id,
    )
    done = func.coalesce(CampaignSchool.activities, 0)
    county = select(Organization.short_name).where(Organization.id == School.county_id)
    statement = (
        select(
            School.code,
            School.name,
            county.correlate(School).scalar_subquery(),
            done,
            func.coalesce(CampaignSchool.times, 0),
        )
        .select_from(School)
        .outerjoin(CampaignSchool, own)
        .where(*_called(campaign))
        .where(done == 0 if missing else done > 0)
        .order_by(School.name, School.code)
        .limit(limit + 1)
    )
    if city:
        above, here = aliased(Organization), aliased(Organization)
        of_city = select(here.id).join(above, above.id == here.parent_id).where(above.code == city)
        statement = statement.where(School.county_id.in_(of_city))
    if after:
        name = select(School.name).where(School.code == after).scalar_subquery()
        later = and_(School.name == name, School.code > after)
        statement = statement.where(or_(School.name > name, later))
    rows: Sequence[SchoolTurn] = [SchoolTurn(*row) for row in db.session.execute(statement)]
    return page_of(rows, limit)
