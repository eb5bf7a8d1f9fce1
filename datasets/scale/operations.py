"""Filling an empty database with a size, and checking that what was loaded is right."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select, text

from accounts.models import User
from core import keyring
from core.audit.operations import SYSTEM, record
from core.clock import local
from core.database import db
from core.rules import N_, RuleViolation
from datasets.scale.afterwards import write_afterwards
from datasets.scale.parts import HoursPart, PeoplePart
from datasets.scale.plan import Plan, make_plan
from datasets.scale.postgresql import PostgresqlTarget
from datasets.scale.sizes import Size
from datasets.scale.spots import read_spots
from datasets.scale.sqlite import SqliteTarget
from datasets.scale.tree import Forest
from datasets.scale.writing import Advance, Target
from organizations.models import Figure, FigurePart, FigureRun, FigureStock, Organization
from organizations.operations.tallies import recount
from organizations.rules import Measure, OrganizationKind
from people.models import Person
from supervision.nightly_people import count_night
from supervision.recount import statement_of

OVERLAPS = text("""
    SELECT count(*) FROM (
        SELECT starts_at, lag(ends_at) OVER (PARTITION BY person_id ORDER BY starts_at) AS before
        FROM service_records WHERE status = 'confirmed'
    ) AS line WHERE starts_at < before
""")


class Progress(Protocol):
    """Shows how far a load is."""

    def part(self, name: str, total: int) -> Advance:
        """Return what counts the rows of a part."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """Name a step that cannot be counted, while it lasts."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much is in the database now."""

    organizations: int
    people: int
    records: int


def check_ready() -> None:
    """Raise RuleViolation where the database holds people or lacks the tree."""
    people = db.session.scalar(select(Person.id).limit(1))
    accounts = db.session.scalar(select(User.id).limit(1))
    if people is not None or accounts is not None:
        raise RuleViolation("", N_("数据库里已经有人，只能装入空数据库"))
    kind = OrganizationKind.COUNTY
    counties = select(Organization.id).where(Organization.kind == kind).limit(1)
    if db.session.scalar(counties) is None:
        raise RuleViolation("", N_("还没有区划和组织，请先导入"))


def seed(size: Size, number: int, *, now: datetime, progress: Progress) -> Loaded:
    """Load a size into the empty database of the running app and return what was loaded.

    ``number`` is the seed. Commits: a load is no part of a request. Raises RuleViolation for a
    database that is not ready; after any error the tables are empty and whole again.
    """
    check_ready()
    forest = Forest(size, number, local(now).date())
    with progress.step("organizations"):
        forest.grow()
        for model in (Figure, FigurePart, FigureStock, FigureRun):
            db.session.execute(delete(model))
        db.session.commit()
    target = _target(progress)
    try:
        plan = make_plan(forest.size, number, now, forest.today, read_spots())
        _load(plan, target, progress)
    except BaseException:
        db.session.rollback()
        forest.uproot()
        db.session.commit()
        raise
    with progress.step("kinds of organizations"):
        one = Measure.ORGANIZATIONS
        recount(one, statement_of(one), {}, keep=db.session.commit)
    with progress.step("checks"):
        target.finish()
        _check()
    with progress.step("dues and certificates"):
        write_afterwards(plan, now)
    with progress.step("numbers of the night"):
        count_night(forest.today, keep=db.session.commit)
    record("scale.seed", "database", None, by=SYSTEM, people=size.people, records=size.records)
    db.session.commit()
    return Loaded(len(plan.spots), size.people, size.records)


def _load(plan: Plan, target: Target, progress: Progress) -> None:
    """Load people and hours into the tree."""
    people, hours = PeoplePart(plan, keyring.cipher()), HoursPart(plan)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    with target.bare():
        advances = [progress.part("people", people.total), progress.part("hours", hours.total)]
        target.load(plan, [people, hours], advances)


def _target(progress: Progress) -> Target:
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        return SqliteTarget(url.database or "", progress.step)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresqlTarget(plain, progress.step)


def _check() -> None:
    """Raise RuntimeError where confirmed intervals of one person overlap (LED-02)."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text("SET LOCAL work_mem = '256MB'"))
    overlaps = db.session.scalar(OVERLAPS)
    if overlaps:
        message = f"{overlaps} confirmed records overlap"
        raise RuntimeError(message)
