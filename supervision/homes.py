"""The home of an organization, as its viewer may see it: at most eight statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.access.permissions import Permission
from core.access.scope import Scope
from organizations.rules import Measure
from schools.queries.home import Waiting, waiting_of
from schools.queries.school_day import SchoolDay, school_day
from supervision import queries
from supervision.comparison import Comparison, compare
from supervision.entries import OFFICES
from supervision.headlines import Headline, headlines, quality
from supervision.home_lines import Site, home_lines
from supervision.home_numbers import home_numbers
from supervision.menu import duties_of
from supervision.order_tasks import Line, alert_lines, order_lines
from supervision.task import Task
from supervision.tasks import branch_tasks, office_tasks

#: Whoever may do one of these acts on schools, or on what is kept of pupils.
OF_SCHOOLS = (
    Permission.PUPILS_KEEP,
    Permission.PUPILS_APPROVE,
    Permission.SCHOOLS_KEEP,
    Permission.AUDITS_MAKE,
)


@dataclass(frozen=True, slots=True)
class Home:
    """What the page shows; ``has_duties`` tells that the viewer works through queues here.

    ``vacant`` is counted at the county, which does the work of the organizations without
    secretary; None above it, where counting 20,700 of them is too dear for a page. ``alerts`` and
    ``orders`` are shown first; ``sites`` are the desks of today.
    """

    office: bool
    has_duties: bool
    trail: queries.Trail
    tasks: Sequence[Task]
    headlines: Sequence[Headline]
    quality: Sequence[Headline]
    comparison: Comparison
    vacant: int | None
    schools_missing: int
    school: SchoolDay | None
    alerts: Sequence[Line]
    orders: Sequence[Line]
    sites: Sequence[Site]

    @property
    def is_school(self) -> bool:
        return self.school is not None


def build_home(scope: Scope, after: str, day: date, now: datetime) -> Home:
    """Return the home of the scope's place: own queues, numbers, lower organizations."""
    place, office = scope.place, scope.place.level in OFFICES
    trail = queries.trail(scope, duties_of(scope.post))
    queues = trail.queues if scope.post.place.id == place.id else {}
    numbers = home_numbers(scope, after, day)
    own = numbers.values(place.id)
    waiting = _at_schools(scope, day, now)
    school = _school(scope, waiting, day)
    if waiting is not None and school is not None:
        waiting = waiting._replace(calls=school.calls)
    listed = office_tasks if office else branch_tasks
    tasks = listed(scope, queues, waiting, now) if queues else []
    lines = home_lines(scope, day)
    missing = own.get((Measure.SCHOOLS, 0), 0) - own.get((Measure.SCHOOL_BRANCHES, 0), 0)
    return Home(
        office=office,
        has_duties=bool(queues),
        trail=trail,
        tasks=tasks,
        headlines=headlines(numbers, office=office),
        quality=quality(numbers),
        comparison=compare(numbers, is_first=not after),
        vacant=lines.vacant if office else 0,
        schools_missing=missing if office else 0,
        school=school,
        alerts=alert_lines(scope, lines.alerts),
        orders=order_lines(scope, lines.orders, day),
        sites=lines.sites,
    )


def _at_schools(scope: Scope, day: date, now: datetime) -> Waiting | None:
    """Return what waits about schools and pupils, None for a post that has no part in it."""
    return waiting_of(scope, day.year - 1, now) if any(map(scope.may, OF_SCHOOLS)) else None


def _school(scope: Scope, waiting: Waiting | None, day: date) -> SchoolDay | None:
    """Return what stands on the home of who keeps a school's roster, None for everybody else."""
    if waiting is None or not waiting.schools or not scope.may(Permission.PUPILS_KEEP):
        return None
    return school_day(scope.place, day)
