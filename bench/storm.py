"""make storm: 500 people check in within a minute, beside people who come one after the other.

Who comes is signed up and signed in already, as after a message with the link of the code. Each
opens the page behind the code and presses its button. A visit counts from the moment at which it
was to begin, so that waiting for a free connection is part of it. The storm is judged by the
ratio of its p95 to that at rest (goal 4), of the very same run; every answer must be the page
that says so, and everybody is noted once (security.md LOAD-03).
"""

from __future__ import annotations

import argparse
import http
import http.client
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from rich.console import Console
from sqlalchemy import func, select

from accounts.rules import SessionKind
from activities import codes
from activities.models import Attendance, Shift
from activities.rules import CAME
from bench.browser import Browser
from bench.machine import load_average
from bench.subjects import subjects_of
from bench.worlds import World, world
from core import clock
from core.database import db
from organizations.models import Organization
from tests import factories as make
from tests.activity_factories import make_activity, make_signup, shift_of
from tests.races.stage import session_of

KINDS = ("sqlite", "postgresql")
PEOPLE, SECONDS = 500, 60.0
AT_REST = 60
GOAL = 4.0
CONNECTIONS = 64
BORN = date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one kind of traffic cost: seconds of every visit, and how many went wrong."""

    seconds: Sequence[float]
    wrong: int

    @property
    def p50(self) -> float:
        return percentile(self.seconds, 50)

    @property
    def p95(self) -> float:
        return percentile(self.seconds, 95)


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that so many of a hundred do not pass."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def main(arguments: Sequence[str]) -> int:
    """Return 1 where the goal is missed, an answer was wrong or somebody was noted twice."""
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    parser.add_argument("--size", default="S", help="size of the data around it: S, M or L")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rest", type=int, default=AT_REST, help="people at rest before it")
    options = parser.parse_args(arguments)
    console = Console(width=118)
    met = [_storm(kind, options, console) for kind in options.databases.split(",")]
    return 0 if all(met) else 1


def _storm(kind: str, options: argparse.Namespace, console: Console) -> bool:
    with world(kind, options.size) as found:
        rest_shift, resting = _crowd(found, options.rest)
        shift, people = _crowd(found, options.people)
        rest = at_rest(resting)
        storm = at_once(people, options.seconds)
        noted = _noted(found, shift) + _noted(found, rest_shift)
    ratio = storm.p95 / rest.p95
    is_whole = noted == options.people + options.rest and not storm.wrong + rest.wrong
    is_met = is_whole and ratio <= GOAL
    for name, one in (("at rest", rest), ("storm", storm)):
        console.print(
            f"{kind} {options.size}, {name}: {len(one.seconds)} check-ins, "
            f"p50 {one.p50 * 1000:.0f} ms, p95 {one.p95 * 1000:.0f} ms, {one.wrong} wrong"
        )
    console.print(
        f"{kind} {options.size}: p95 in the storm / at rest {ratio:.2f} (<= {GOAL:g}), "
        f"noted {noted} of {options.people + options.rest}, load average {load_average():.1f}: "
        f"{'met' if is_met else 'missed'}"
    )
    return is_met


def _crowd(found: World, count: int) -> tuple[int, list[Callable[[], bool]]]:
    """Return a shift that runs and what each of so many people does at it."""
    unit_id = subjects_of(found).unit.id
    with found.app.app_context():
        unit = db.session.get_one(Organization, unit_id)
        start = clock.now() - timedelta(minutes=10)
        shift = shift_of(make_activity(unit, starts_at=start, seats=count))
        tokens = [_somebody(shift, unit) for _ in range(count)]
        shift_id, path = shift.id, f"/q/{codes.fixed_code(shift)}"
        db.session.commit()
        db.session.remove()
    return shift_id, [_visit(found.port, token, path) for token in tokens]


def _somebody(shift: Shift, unit: Organization) -> str:
    person = make.make_person(born_on=BORN)
    make.make_volunteer(person, unit)
    make_signup(shift, person)
    return session_of(make.make_user(person), SessionKind.PERSON)


def _visit(port: int, token: str, path: str) -> Callable[[], bool]:
    browser = Browser(port, cookies={"session": token})

    def visit() -> bool:
        """Check in; return whether both answers are what they have to be."""
        browser.page(path)
        return browser.post(path, [("act", "in")]).status == http.HTTPStatus.SEE_OTHER

    return visit


def at_rest(visits: Sequence[Callable[[], bool]]) -> Figures:
    """Return what visits cost one after the other; the first few only warm the workers up."""
    warm = len(visits) // 6
    done = [timed(visit, time.perf_counter()) for visit in visits]
    return Figures([one[0] for one in islice(done, warm, None)], _wrong(done))


def at_once(visits: Sequence[Callable[[], bool]], seconds: float) -> Figures:
    """Return what visits cost that begin evenly over so many seconds, whoever still waits."""
    start, gap = time.perf_counter() + 1, seconds / len(visits)

    def come(place: int) -> tuple[float, bool]:
        due = start + place * gap
        time.sleep(max(0.0, due - time.perf_counter()))
        return timed(visits[place], due)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        done = list(pool.map(come, range(len(visits))))
    return Figures([one[0] for one in done], _wrong(done))


def timed(visit: Callable[[], bool], due: float) -> tuple[float, bool]:
    """Return how long after it was due a visit was over, and whether it went well."""
    try:
        went_well = visit()
    except (OSError, RuntimeError, http.client.HTTPException):
        went_well = False
    return time.perf_counter() - due, went_well


def _wrong(done: Sequence[tuple[float, bool]]) -> int:
    return sum(1 for _seconds, went_well in done if not went_well)


def _noted(found: World, shift_id: int) -> int:
    with found.app.app_context():
        came = select(func.count()).where(
            Attendance.shift_id == shift_id, Attendance.status.in_(CAME)
        )
        count = int(db.session.scalar(came) or 0)
        db.session.remove()
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
