"""Rounds of requests: every task of every world in turn, so that load from outside meets all.

The page that a task is compared with is asked right after each of its requests: a machine that
is slow for a minute is slow for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.browser import Answer, Browser
from bench.jobs import Task
from bench.subjects import Subjects
from bench.worlds import World

ROUNDS = 7
PER_ROUND = 8
USED_UP = 4  # requests in a round of a write that cannot be repeated at will
IN_BULK = 1
PAGES = ("bare", "floor")
MILLI = 1000


@dataclass(slots=True)
class Measured:
    """What one task cost in one world: CPU ms and wall ms of each request.

    ``beside`` is the CPU ms of the page it is compared with, asked after each request.
    """

    task: Task
    cpu: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    statements: int = 0

    @property
    def cpu_ms(self) -> float:
        return low(self.cpu)

    @property
    def p50(self) -> float:
        return median(self.wall)

    @property
    def p95(self) -> float:
        return quantiles(self.wall, n=20)[-1] if len(self.wall) > 1 else self.wall[0]


Results = dict[str, Measured]


def low(values: Sequence[float]) -> float:
    """Return the lower quartile: other work on the machine only ever makes a request dearer."""
    return quantiles(values, n=4)[0] if len(values) > 1 else values[0]


def measure(
    worlds: Sequence[tuple[World, Subjects]], tasks: Sequence[Task], done: Callable[[], None]
) -> list[Results]:
    """Return the results of each world; ``done`` is called after every task of a round."""
    results: list[Results] = [{task.name: Measured(task) for task in tasks} for _ in worlds]
    for world, subjects in worlds:
        for task in tasks:
            _warm_up(world, subjects, task)
    for _ in range(ROUNDS):
        for task in tasks:
            for (world, subjects), found in zip(worlds, results, strict=True):
                _round(world, subjects, found[task.name], found)
            done()
    return results


def _warm_up(world: World, subjects: Subjects, task: Task) -> None:
    browser = world.browsers[task.role]
    if task.role != "nobody" and not browser.csrf:
        browser.page("/me")
    for _ in range(1 if task.uses_up else 3):
        request(browser, subjects, task)


def _round(world: World, subjects: Subjects, found: Measured, results: Results) -> None:
    task = found.task
    page = results[task.goal.against].task if task.goal.against in PAGES else None
    number = PER_ROUND
    if task.uses_up:
        number = IN_BULK if task.goal.per > 1 else USED_UP
    pids = world.meter.pids()
    for _ in range(number):
        cpu, wall = _cost(world, subjects, task, pids)
        found.cpu.append(cpu)
        found.wall.append(wall)
        if page is not None:
            found.beside.append(_cost(world, subjects, page, pids)[0])


def _cost(world: World, subjects: Subjects, task: Task, pids: list[int]) -> tuple[float, float]:
    """Return CPU ms and wall ms of one request."""
    before = world.meter.seconds(pids)
    answer = request(world.browsers[task.role], subjects, task)
    return (world.meter.seconds(pids) - before) * MILLI, answer.seconds * MILLI


def request(browser: Browser, subjects: Subjects, task: Task) -> Answer:
    """Do a task once. Raises RuntimeError where the answer is not the right one."""
    path = task.path(subjects)
    answer = browser.post(path, task.form(subjects)) if task.form else browser.get(path)
    if answer.status != task.status:
        message = f"{task.name}: {path} answered {answer.status} {answer.location}"
        raise RuntimeError(message)
    return answer
