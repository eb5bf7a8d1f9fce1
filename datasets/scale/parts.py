"""The two halves of a load; PostgreSQL takes them at the same time from two processes."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain

from sqlalchemy import select

from activities.models import Venue
from activities.rules.venues import BEARS_NAME
from core.crypto import FieldCipher
from core.database import db
from datasets.scale.applications import Applications
from datasets.scale.history import RUNS, STOCKS, month_ends, month_runs
from datasets.scale.hours import FIGURE_PARTS, FIGURES, Hours
from datasets.scale.life import write_life
from datasets.scale.people import LONGEST, People
from datasets.scale.plan import Plan
from datasets.scale.rollup import WHOLE, Rollup
from datasets.scale.writing import Advance, Loader, send_all
from organizations.rules import Measure, is_grassroots
from schools.models import School
from schools.rules.register import SchoolStage
from volunteers.models import LedgerEntry
from volunteers.queries.stars import ladder

TABLES = (
    "persons",
    "users",
    "posts",
    "memberships",
    "membership_events",
    "school_classes",
    "pupils",
    "volunteers",
    "applications",
    "application_events",
    "decisions",
    "number_sequences",
    "service_records",
    "service_record_events",
    "ledger_entries",
    "volunteer_totals",
    "teams",
    "team_seats",
    "star_grants",
    "group_memberships",
    "figures",
    "figure_parts",
    "figure_stocks",
    "figure_runs",
)
#: Numbers of a month that the people of a load make; their years are sums.
FLOWS = (
    Measure.NEW_MEMBERS,
    Measure.NEW_ADULTS,
    Measure.LEFT_ADULTS,
    Measure.NEW_YOUTH,
    Measure.NEW_VOLUNTEERS,
    Measure.NEW_REGISTERED,
    Measure.ADMISSIONS_HANDLED,
    Measure.FILINGS_HANDLED,
)
POSTS = "id user_id role organization_id starts_on granted_at"
KIND_OF_DIGIT = {"1": "adult", "2": "youth", "3": "group"}


class PeoplePart:
    """Everything about people; made before the processes part, because it reads the database."""

    def __init__(self, plan: Plan, cipher: FieldCipher) -> None:
        self.cipher = cipher
        self.covered = dict[int, int]()
        self.listed = dict[int, int]()
        self.stages = dict[int, SchoolStage]()
        columns = select(School.county_id, School.organization_id, School.stage)
        for county, branch, stage in db.session.execute(columns).all():
            if branch is not None:
                self.stages[branch] = stage
            self.listed[county] = self.listed.get(county, 0) + 1
            self.covered[county] = self.covered.get(county, 0) + (branch is not None)
        self.rungs = [(one.minutes, one.granted_by) for one in ladder(plan.today)]
        standing = select(Venue.organization_id, Venue.kind).where(Venue.status.in_(BEARS_NAME))
        self.venues = [(row[0], row[1]) for row in db.session.execute(standing)]
        self.total = plan.size.people

    def __call__(self, plan: Plan, loader: Loader, advance: Advance) -> None:
        """Write people, their applications, posts, numbers and figures."""
        people = People(plan, loader, self.cipher)
        people.adults(advance)
        people.all_volunteers(advance)
        people.youth(advance, self.stages)
        Applications(plan, loader, people.days, people.rollup).write()
        self._count(plan, people.rollup)
        stars = write_life(people, loader, self.rungs)
        send_all(loader, "posts", POSTS, _post_rows(plan, people))
        names = people.serials.items()
        rows = ((_sequence(*key), serials.last) for key, serials in names)
        send_all(loader, "number_sequences", "name value", chain(rows, stars.items()))
        for measure in FLOWS:
            people.rollup.add_years(measure)
        send_all(loader, "figures", FIGURES, people.rollup.rows())
        send_all(loader, "figure_parts", FIGURE_PARTS, people.rollup.part_rows())
        send_all(loader, "figure_stocks", STOCKS, month_ends(people.rollup, plan.today))
        send_all(loader, "figure_runs", RUNS, month_runs(plan.today, loader.spelling))

    def _count(self, plan: Plan, rollup: Rollup) -> None:
        places = dict[int, int]()
        for spot in plan.spots:
            if is_grassroots(spot.kind):
                for part in (WHOLE, spot.kind.value):
                    rollup.of(Measure.ORGANIZATIONS, part=part)[spot.index] += 1
            places[spot.id] = spot.index
            rollup.of(Measure.SCHOOLS)[spot.index] += self.listed.get(spot.id, 0)
            rollup.of(Measure.SCHOOL_BRANCHES)[spot.index] += self.covered.get(spot.id, 0)
        for organization_id, kind in self.venues:
            for part in (WHOLE, kind.value):
                rollup.of(Measure.VENUES, part=part)[places[organization_id]] += 1


class HoursPart:
    """Everything about hours."""

    def __init__(self, plan: Plan) -> None:
        self.total = plan.size.records

    def __call__(self, plan: Plan, loader: Loader, advance: Advance) -> None:
        """Write records, ledger, totals and figures."""
        hours = Hours(plan, loader)
        hours.write(advance)
        digest = loader.spelling.blob(hours.chain.digest)
        head = (LedgerEntry.CHAIN, hours.chain.sequence, digest)
        send_all(loader, "chain_heads", "name sequence digest", [head])


def _post_rows(plan: Plan, people: People) -> list[tuple[int, int, str, int, str, str]]:
    since = min(LONGEST, 400)
    starts_on = (plan.today - timedelta(days=since)).isoformat()
    granted_at = people.days.stamps[since]
    return [
        (number, number, post.role.value, plan.spots[post.spot].id, starts_on, granted_at)
        for number, post in enumerate(plan.posts, start=1)
    ]


def _sequence(region: str, digit: str, year: int) -> str:
    """Return the name under which the product goes on counting."""
    kind = KIND_OF_DIGIT.get(digit)
    return f"member:{region}:{kind}:{year}" if kind else f"volunteer:{region}:{year}"
