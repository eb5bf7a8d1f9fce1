"""What the homes show: numbers from the figures, and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from accounts.models import Post, User
from accounts.queries.posts import KEEPERS
from core import clock, holidays
from core.access.scope import Place, Scope
from core.backup.state import State, state
from core.chain import ChainHead
from core.database import db, is_postgresql
from core.health import problem_now
from core.messages import Message, MessageStatus
from core.paging import Page, page_of
from core.statements import Kept
from organizations.figures import OWN
from organizations.listing import GRASSROOTS, PAGE
from organizations.models import Figure, Organization
from organizations.queries import under, under_given
from organizations.rules import OPEN_STATES, Measure, ids_of_path

#: Of a level: what the guard knows of a place, and the name that stands in the breadcrumb.
STEP_COLUMNS = (
    Organization.id,
    Organization.code,
    Organization.name,
    Organization.path,
    Organization.level,
    Organization.short_name,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A level of the breadcrumb."""

    place: Place
    short_name: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The levels from the province down to the page, and the queues of the acting post."""

    steps: Sequence[Step]
    queues: Mapping[Measure, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        return sum(self.queues.values())


def trail(scope: Scope, measures: Sequence[Measure]) -> Trail:
    """Return breadcrumb and queues in one statement."""
    asked = {"path": ids_of_path(scope.place.path), "place": scope.post.place.id}
    rows = _trail_statement(tuple(measures)).rows(asked)
    steps = [Step(Place(*row[:5]), row[5]) for row in rows]
    queues = dict(zip(measures, rows[0][6:], strict=True)) if rows else {}
    return Trail(sorted(steps, key=lambda step: len(step.place.path)), queues)


@cache
def _trail_statement(measures: tuple[Measure, ...]) -> Kept:
    """Return the statement of every page of a post, put together once per process."""
    queues = [_own_queue(measure) for measure in measures]
    above = Organization.id.in_(bindparam("path", expanding=True))
    return Kept(select(*STEP_COLUMNS, *queues).where(above))


def _own_queue(measure: Measure) -> ColumnElement[int]:
    """Return what waits at a place itself."""
    own = select(Figure.value).where(
        Figure.organization_id == bindparam("place"),
        Figure.measure == measure,
        Figure.period == OWN,
    )
    return func.coalesce(own.scalar_subquery(), 0)


def _vacant(inside: ColumnElement[bool], day: Any) -> ColumnElement[bool]:
    """Return the condition for active grassroots organizations that nobody keeps on a day."""
    kept = (
        exists()
        .where(
            Post.organization_id == Organization.id,
            Post.role.in_(KEEPERS),
            Post.starts_on <= day,
            or_(Post.ends_on.is_(None), Post.ends_on >= day),
            User.id == Post.user_id,
            User.suspended_at.is_(None),
        )
        .correlate(Organization)
    )
    return and_(
        inside,
        Organization.kind.in_(GRASSROOTS),
        Organization.status.in_(OPEN_STATES),
        ~kept,
    )


def vacant_count() -> ScalarSelect[int]:
    """Return what counts the organizations with neither secretary nor coordinator, under a place.

    It is asked for along with something else, in a statement that is kept: given are ``low`` and
    ``high``, and the ``day``.
    """
    counted = select(func.count()).select_from(Organization)
    return counted.where(_vacant(under_given(), bindparam("day"))).scalar_subquery()


def vacant(place: Place, day: date, after: str = "", limit: int = PAGE) -> Page[Organization]:
    """Return a page of the organizations without secretary, in the order of the tree."""
    statement = select(Organization).where(_vacant(under(place.path), day))
    if after:
        anchor = select(Organization.path).where(Organization.code == after).scalar_subquery()
        statement = statement.where(Organization.path > anchor)
    rows = db.session.scalars(statement.order_by(Organization.path).limit(limit + 1)).all()
    return page_of(rows, limit)


@dataclass(frozen=True, slots=True)
class SystemState:
    """What an operator watches: database, copies, messages on their way, the ends of the chains.

    ``problem`` is the word of ``/readyz``, empty where it says that all is well.
    ``days_off`` are the years of which the days off beside the weekends are known.
    """

    database: str
    queued: int
    failed: int
    chains: Sequence[tuple[str, int]]
    days_off: Sequence[int]
    problem: str
    copies: State


def system_state() -> SystemState:
    """Return the state of the installation; no personal data."""
    watched = (MessageStatus.QUEUED, MessageStatus.FAILED)
    counted = db.session.execute(
        select(Message.status, func.count())
        .where(Message.status.in_(watched))
        .group_by(Message.status)
    )
    waiting = {row[0]: row[1] for row in counted}
    heads = db.session.execute(select(ChainHead.name, ChainHead.sequence).order_by(ChainHead.name))
    return SystemState(
        database="PostgreSQL" if is_postgresql() else "SQLite",
        queued=waiting.get(MessageStatus.QUEUED, 0),
        failed=waiting.get(MessageStatus.FAILED, 0),
        chains=[(row[0], row[1]) for row in heads],
        days_off=sorted(holidays.years(clock.days_off())),
        problem=problem_now() or "",
        copies=state(clock.now()),
    )
