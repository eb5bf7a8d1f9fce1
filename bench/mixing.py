"""The mixed workload: everybody at once, as many visitors as there are workers."""

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

REQUESTS = 400
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
    """Send the mix, then the floor alone, from as many visitors as there are workers."""
    by_name = {task.name: task for task in tasks}
    random = Random(1)
    names, weights = list(MIX), list(MIX.values())
    chosen = [by_name[name] for name in random.choices(names, weights, k=REQUESTS)]
    cpu, rate = _send(world, subjects, chosen)
    floor_cpu, floor_rate = _send(world, subjects, [by_name["floor"]] * REQUESTS)
    return Mixed(cpu, floor_cpu, rate, floor_rate, world.meter.worker_memory())


def _send(world: World, subjects: Subjects, tasks: Sequence[Task]) -> tuple[float, float]:
    """Return CPU ms per request and requests per second."""
    waiting, lock = iter(tasks), Lock()

    def visit(browsers: dict[str, Browser]) -> None:
        while True:
            with lock:
                task = next(islice(waiting, 1), None)
            if task is None:
                return
            request(browsers[task.role], subjects, task)

    crowds = [
        {name: browser.twin() for name, browser in world.browsers.items()} for _ in range(WORKERS)
    ]
    for crowd in crowds:  # opens the connections, so that their backends are counted from here
        for name, browser in crowd.items():
            browser.get("/healthz" if name == "nobody" else "/me")
    pids = world.meter.pids()
    before, start = world.meter.seconds(pids), time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(visit, crowds))
    seconds = time.perf_counter() - start
    spent = world.meter.seconds(pids) - before
    return spent * MILLI / len(tasks), len(tasks) / seconds
