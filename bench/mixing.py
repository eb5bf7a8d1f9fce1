"""The mixed workload: everybody at once, as many visitors as there are workers.

Slices of the mix and of the floor take turns, so that load from outside meets both.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from random import Random
from threading import Lock

from bench.browser import Browser
from bench.jobs import MIX, Task
from bench.measuring import request
from bench.subjects import Subjects
from bench.worlds import World
from tools.serve import WORKERS

REQUESTS = 480
SLICE = 60
MILLI = 1000


@dataclass(frozen=True, slots=True)
class Mixed:
    """What the mix cost: CPU ms and requests a second, beside those of the floor alone."""

    cpu_ms: float
    floor_cpu_ms: float
    per_second: float
    floor_per_second: float
    memory_mib: float

    @property
    def share(self) -> float:
        """Return the throughput against that of the floor, by CPU: 1 is as fast as the floor."""
        return self.floor_cpu_ms / self.cpu_ms


def mix(world: World, subjects: Subjects, tasks: Sequence[Task]) -> Mixed:
    """Send the mix and the floor alone, from as many visitors as there are workers."""
    by_name = {task.name: task for task in tasks}
    random = Random(1)
    names, weights = list(MIX), list(MIX.values())
    chosen = [by_name[name] for name in random.choices(names, weights, k=REQUESTS)]
    crowds = _crowds(world)
    mixed, floor = Spent(), Spent()
    for first in range(0, REQUESTS, SLICE):
        mixed.add(*_send(world, crowds, subjects, chosen[first : first + SLICE]))
        floor.add(*_send(world, crowds, subjects, [by_name["floor"]] * SLICE))
    return Mixed(
        mixed.cpu * MILLI / REQUESTS,
        floor.cpu * MILLI / REQUESTS,
        REQUESTS / mixed.wall,
        REQUESTS / floor.wall,
        world.meter.worker_memory(),
    )


@dataclass(slots=True)
class Spent:
    """Seconds on the CPUs and on the clock."""

    cpu: float = 0.0
    wall: float = 0.0

    def add(self, cpu: float, wall: float) -> None:
        """Add a slice."""
        self.cpu += cpu
        self.wall += wall


Crowd = dict[str, Browser]


def _crowds(world: World) -> list[Crowd]:
    """Return a browser of every role per worker, each with its connection."""
    crowds = [
        {name: browser.twin() for name, browser in world.browsers.items()} for _ in range(WORKERS)
    ]
    for crowd in crowds:  # opens the connections, so that their backends are counted from here
        for name, browser in crowd.items():
            browser.get("/healthz" if name == "nobody" else "/me")
    return crowds


def _send(
    world: World, crowds: Sequence[Crowd], subjects: Subjects, tasks: Sequence[Task]
) -> tuple[float, float]:
    """Return the seconds that a slice took, on the CPUs and on the clock."""
    waiting, lock = iter(tasks), Lock()

    def visit(browsers: dict[str, Browser]) -> None:
        while True:
            with lock:
                task = next(islice(waiting, 1), None)
            if task is None:
                return
            request(browsers[task.role], subjects, task)

    pids = world.meter.pids()
    before, start = world.meter.seconds(pids), time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(visit, crowds))
    seconds = time.perf_counter() - start
    return world.meter.seconds(pids) - before, seconds
