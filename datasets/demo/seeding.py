"""Building the demonstration, once, in a database that holds nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select

from accounts.models import User
from core import clock
from core.database import db
from core.web import config_value
from datasets.demo.activities import build_activities
from datasets.demo.awards import build_awards
from datasets.demo.classes import build_classes
from datasets.demo.dues import build_dues
from datasets.demo.endings import build_endings
from datasets.demo.entering import build_entered
from datasets.demo.exchanging import build_exchange
from datasets.demo.groups import build_groups
from datasets.demo.hours import build_hours
from datasets.demo.indicators import build_indicators
from datasets.demo.joining import build_members
from datasets.demo.keying import build_sheets
from datasets.demo.life import build_life
from datasets.demo.lists import build_lists
from datasets.demo.matters import build_requests
from datasets.demo.merging import build_mergers
from datasets.demo.orders import build_orders
from datasets.demo.people import Stage, build_accounts
from datasets.demo.places import COUNTIES, PROVINCE, build_places
from datasets.demo.posts import build_posts
from datasets.demo.public import build_public
from datasets.demo.quality import build_quality
from datasets.demo.reports import build_reports
from datasets.demo.rosters import fill_rosters
from datasets.demo.school_life import build_school_life
from datasets.demo.schools import build_schools
from datasets.demo.sharing import build_sharing
from datasets.demo.twins import build_twins
from datasets.demo.venues import build_venues
from datasets.demo.visits import build_visits
from datasets.demo.volunteering import build_volunteering
from datasets.demo.years import build_years
from members.models import Application, Membership
from organizations import figures
from organizations.counting import look
from organizations.operations.tallies import close_month
from organizations.queries import branch_of_division
from people.models import Person
from supervision.reports.rules import MONTHS, ended_periods
from supervision.rollup import daily
from volunteers.models import ServiceRecord, Volunteer


class RefusedError(RuntimeError):
    """The demonstration must not be built here; the message says why."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the demonstration holds."""

    accounts: int
    members: int
    volunteers: int
    applications: int
    records: int


def is_there() -> bool:
    """Return whether the demonstration was built before."""
    return bool(db.session.scalar(select(exists().where(User.is_demo.is_(True)))))


def check_empty() -> None:
    """Raise RefusedError in production, and where other people are kept (security.md T2)."""
    if config_value("is_production"):
        raise RefusedError("a production system gets no demonstration")
    strangers = select(exists().where(User.is_demo.is_(False)))
    if db.session.scalar(strangers):
        raise RefusedError("this database holds accounts that are not of the demonstration")
    if not is_there() and db.session.scalar(select(exists().where(Person.id.is_not(None)))):
        raise RefusedError("this database holds people who are not of the demonstration")
    if branch_of_division(PROVINCE) is None:
        raise RefusedError("run flask organizations import-divisions first")


def seed(now: datetime) -> Seeded:
    """Build everything in the running transaction; the caller commits."""
    stage = Stage(clock.local(now).date(), build_places())
    _build_people(stage, now)
    _build_later(stage, now)
    _build_supervision(stage, now)
    return Seeded(
        accounts=_count(User),
        members=_count(Membership),
        volunteers=_count(Volunteer),
        applications=_count(Application),
        records=_count(ServiceRecord),
    )


def _build_people(stage: Stage, now: datetime) -> None:
    build_accounts(stage)
    build_members(stage)
    build_schools(stage, now)
    build_life(stage, now)
    build_groups(stage)
    build_hours(stage)
    build_volunteering(stage)
    build_sharing(stage)
    build_activities(stage, now)
    build_sheets(stage)
    build_awards(stage)
    build_dues(stage)
    build_endings(stage)
    db.session.flush()


def _build_later(stage: Stage, now: datetime) -> None:
    build_lists(stage, now)
    build_twins(stage)
    build_venues(stage)
    build_visits(stage, now)
    build_classes(stage)
    build_school_life(stage, now)
    build_years(stage)
    fill_rosters(stage)
    build_mergers(stage)
    build_entered(stage, f"{next(iter(COUNTIES.values()))}/村1")


def _build_supervision(stage: Stage, now: datetime) -> None:
    build_public(stage, now)
    build_indicators(stage, now)
    db.session.flush()
    _count_day(stage.today)
    _close_periods(stage.today, now)
    build_reports(stage, now)
    build_posts(stage)
    db.session.flush()
    build_requests(now)
    build_quality(stage, now)
    _count_day(stage.today)
    build_orders(stage, now)
    build_exchange(stage)


def _count_day(day: date) -> None:
    """Count what changes with the day, as the night does, before it is told to anybody.

    In the transaction of the demonstration: `figures nightly` keeps as it goes.
    """
    values = daily.values_of(day)
    for measure, statement in daily.statements().items():
        for one in look(measure, statement, values):
            figures.shift([one.organization_id], measure, one.change, one.period)


def _close_periods(day: date, now: datetime) -> None:
    """Keep the stocks of the last month and of the last year, that their reports can tell them."""
    figures.write(db.session())
    month, year = ended_periods(day)
    for end in sorted({month, year * 100 + MONTHS}):
        close_month(end, day, now)


def _count(model: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
