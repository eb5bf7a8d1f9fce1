"""Grassroots organizations on the real divisions: townships, villages, schools and units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count, cycle, islice, zip_longest

from sqlalchemy import delete, func, insert, select

from activities.models import Venue
from activities.rules.venues import VenueKind, VenueStatus
from core.access.permissions import Level
from core.clock import at
from core.database import db
from datasets.scale.codes import codes
from datasets.scale.sizes import BRANCHES, GRASSROOTS, SCHOOLS, Size
from organizations.models import Division, Organization, OrganizationCouncil
from organizations.operations.founding import search_text_of
from organizations.rules import (
    DivisionLevel,
    OrganizationKind,
    OrganizationStatus,
    branch_name,
    child_path,
    level_of,
    short_name_of,
)
from organizations.rules.life import CouncilStatus
from schools.models import School, SchoolListing
from schools.operations.counting import open_year
from schools.rules.register import TYPE_OF_STAGE as TYPES
from schools.rules.register import SchoolStage

PHONE = "0571-00000000"
AGE_DAYS = 3650  # organizations were founded within ten years
TERM_DAYS, LATE_DAYS = 5 * 365, 120  # of a council: one in fifteen is late with its election
VENUE_EVERY, NAMED, SEATED = 20, 300, 301
#: What most organizations have; a workshop needs a person to lead it.
VENUE_KINDS = (VenueKind.MEMBER_HOME, VenueKind.SERVICE_STATION, VenueKind.FRATERNITY_HOME)
DIRECT = "直辖村级区划"  # the statistics' stand-in where villages hang under a county (ORG-05)
UNIT_KINDS = (
    (OrganizationKind.HOSPITAL, "第{n}医院"),
    (OrganizationKind.COMPANY, "第{n}集团公司"),
    (OrganizationKind.AGENCY, "第{n}机关"),
    (OrganizationKind.ASSOCIATION, "第{n}协会"),
)
STAGES = (
    (SchoolStage.PRIMARY, "第{n}小学"),
    (SchoolStage.JUNIOR, "第{n}中学"),
    (SchoolStage.PRIMARY, "第{n}实验小学"),
    (SchoolStage.NINE_YEAR, "第{n}学校"),
    (SchoolStage.PRIMARY, "第{n}中心小学"),
    (SchoolStage.SENIOR, "第{n}高级中学"),
    (SchoolStage.VOCATIONAL, "第{n}职业学校"),
)


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole numbers in proportion to the weights that add up to the total."""
    whole = sum(weights)
    found, spent, given = [], 0, 0
    for weight in weights:
        spent += weight
        upto = total * spent // whole
        found.append(upto - given)
        given = upto
    return found


def portions(total: int, weights: Sequence[int], least: int) -> list[int]:
    """Return shares of which none is below the least, whatever the total."""
    return [least + more for more in shares(max(total - least * len(weights), 0), weights)]


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """How many of each kind one county gets."""

    townships: int
    villages: int
    units: int
    schools: int
    branches: int


def county_plans(size: Size, townships: Sequence[int], villages: Sequence[int]) -> list[CountyPlan]:
    """Return the plan of every county, in proportion to its real villages; a few in the smallest.

    The arguments are the numbers of real townships and villages of each county.
    """
    counties = len(townships)
    organizations = max(size.grassroots, 6 * counties)
    listed = max(size.schools, 3 * counties)
    schools = portions(listed, villages, 3)
    branches = portions(listed * BRANCHES // SCHOOLS, villages, 2)
    units = portions(organizations // 30, villages, 1)
    spare = [max(real - 1, 0) for real in townships]
    towns = portions(organizations * sum(townships) // GRASSROOTS, spare, 1)
    towns = [min(wanted, real) for wanted, real in zip(towns, townships, strict=True)]
    rest = organizations - sum(towns) - sum(branches) - sum(units)
    rows = zip(towns, portions(rest, villages, 1), units, schools, branches, strict=True)
    return [CountyPlan(*numbers) for numbers in rows]


class Forest:
    """Founds the organizations of a size under the counties that stand already."""

    def __init__(self, size: Size, seed: int, today: date) -> None:
        self.size = size
        self.today = today
        self.last = db.session.scalar(select(func.max(Organization.id))) or 0
        self.ids = count(self.last + 1)
        self.codes = codes(3, seed)
        self.added: list[Organization] = []
        self.listed: list[dict[str, object]] = []
        self.townships = _divisions(DivisionLevel.TOWNSHIP)
        self.villages = _divisions(DivisionLevel.VILLAGE)

    def grow(self) -> None:
        """Write organizations and the register of schools."""
        counties = _counties()
        real = [self._real(county) for county in counties]
        plans = county_plans(self.size, [one for one, _ in real], [other for _, other in real])
        for county, plan in zip(counties, plans, strict=True):
            self._county(county, plan)
        names = [column.key for column in Organization.__table__.columns]
        rows = [{name: getattr(one, name) for name in names} for one in self.added]
        db.session.execute(insert(Organization), rows)
        db.session.execute(insert(School), self.listed)
        db.session.execute(insert(OrganizationCouncil), self._councils())
        db.session.execute(insert(Venue), self._venues())
        open_year()

    def _councils(self) -> list[dict[str, object]]:
        """Return the council of each organization: one term, its head a made-up name."""
        codes_of = codes(3, SEATED)
        return [
            {
                "code": next(codes_of),
                "organization_id": one.id,
                "status": CouncilStatus.SEATED,
                "head": "示例会长",
                "starts_on": (one.term_ends_on or self.today) - timedelta(days=TERM_DAYS),
                "ends_on": one.term_ends_on or self.today,
                "entered_at": at(self.today, time(9)),
            }
            for one in self.added
        ]

    def _venues(self) -> list[dict[str, object]]:
        """Return a venue at one organization in so many, of the kinds in turn."""
        codes_of, kinds = codes(3, NAMED), cycle(VENUE_KINDS)
        return [
            {
                "code": next(codes_of),
                "kind": next(kinds),
                "organization_id": one.id,
                "county_id": one.county_id,
                "city_id": one.city_id,
                "decider_id": one.county_id or one.id,
                "division_code": one.division_code,
                "status": VenueStatus.RUNNING,
                "name": f"{one.short_name[:30]}会员之家",
                "address": "示例路1号",
                "services": "咨询、急救培训",
                "details": "{}",
                "named_on": self.today - timedelta(days=NAMED),
                "opened_on": self.today - timedelta(days=NAMED),
                "fund_fen": 0,
                "created_at": at(self.today - timedelta(days=NAMED), time(9)),
            }
            for one in self.added[::VENUE_EVERY]
        ]

    def uproot(self) -> None:
        """Take away what was founded."""
        for model in (Venue, OrganizationCouncil):
            db.session.execute(delete(model).where(model.organization_id > self.last))
        own = [row["code"] for row in self.listed]
        founded = select(School.id).where(School.code.in_(own))
        db.session.execute(delete(SchoolListing).where(SchoolListing.school_id.in_(founded)))
        db.session.execute(delete(School).where(School.code.in_(own)))
        db.session.execute(delete(Organization).where(Organization.id > self.last))

    def _real(self, county: Organization) -> tuple[int, int]:
        """Return how many real townships and villages a county has."""
        rows = self.townships.get(county.division_code or "", [])
        towns = [row for row in rows if not row.name.endswith(DIRECT)]
        return len(towns), sum(len(self.villages.get(row.code, [])) for row in rows)

    def _county(self, county: Organization, plan: CountyPlan) -> None:
        rows = self.townships.get(county.division_code or "", [])
        real = [row for row in rows if not row.name.endswith(DIRECT)][: plan.townships]
        parents = {row.code: county for row in rows if row.name.endswith(DIRECT)}
        for row in real:
            parents[row.code] = self._add(OrganizationKind.TOWNSHIP, row.name, county, row.code)
        hamlets = _in_turn([self.villages.get(code, []) for code in parents])
        for village in islice(hamlets, plan.villages):
            parent = parents[village.parent_code or ""]
            self._add(OrganizationKind.VILLAGE, village.name, parent, village.code)
        for number, (kind, name) in zip(range(plan.units), cycle(UNIT_KINDS), strict=False):
            self._add(kind, county.short_name + name.format(n=number // 4 + 1), county)
        self._list_schools(county, plan)

    def _list_schools(self, county: Organization, plan: CountyPlan) -> None:
        for number, (stage, pattern) in zip(range(plan.schools), cycle(STAGES), strict=False):
            name = county.short_name + pattern.format(n=number // len(STAGES) + 1)
            has_branch = number < plan.branches
            branch = self._add(OrganizationKind.SCHOOL, name, county) if has_branch else None
            self.listed.append(
                {
                    "code": f"{TYPES[stage]}33{len(self.listed):06d}",
                    "name": name,
                    "stage": stage,
                    "county_id": county.id,
                    "organization_id": branch.id if branch else None,
                    "is_in_scope": True,
                }
            )

    def _add(
        self, kind: OrganizationKind, name: str, parent: Organization, division: str | None = None
    ) -> Organization:
        number = next(self.ids)
        short = short_name_of(name)
        added = Organization(
            id=number,
            code=next(self.codes),
            kind=kind,
            level=Level(level_of(kind)),
            parent_id=parent.id,
            path=child_path(parent.path, number),
            name=branch_name(name),
            short_name=short,
            search_text=search_text_of(short),
            division_code=division,
            county_id=parent.county_id,
            city_id=parent.city_id,
            status=OrganizationStatus.ACTIVE,
            phone=PHONE,
            founded_on=self.today - timedelta(days=number * 37 % AGE_DAYS),
            term_ends_on=self.today + timedelta(days=number * 53 % TERM_DAYS - LATE_DAYS),
        )
        self.added.append(added)
        return added


def _counties() -> Sequence[Organization]:
    statement = select(Organization).where(Organization.kind == OrganizationKind.COUNTY)
    return db.session.scalars(statement.order_by(Organization.division_code)).all()


def _divisions(level: DivisionLevel) -> dict[str, list[Division]]:
    """Return the divisions of a level in force, by the code above them."""
    found: dict[str, list[Division]] = {}
    statement = select(Division).where(Division.level == level, Division.valid_to.is_(None))
    for row in db.session.scalars(statement.order_by(Division.code)):
        found.setdefault(row.parent_code or "", []).append(row)
    return found


def _in_turn(groups: Sequence[Sequence[Division]]) -> Iterator[Division]:
    """Yield the first of every group, then the second of every group, and so on."""
    for row in zip_longest(*groups):
        yield from (one for one in row if one is not None)
