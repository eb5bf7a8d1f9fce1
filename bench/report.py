"""One table per size: what every task costs, against what, and whether that meets its goal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.jobs import NONE
from bench.measuring import Measured, Results, low
from bench.mixing import Mixed
from bench.worlds import World

MEMORY = {"postgresql": 150, "sqlite": 250}
MIX_SHARE = {"postgresql": 0.15, "sqlite": 0.25}
MEMORY_GROWTH = 1.1
MIX_GROWTH = 0.85
COLUMNS = ("task", "CPU ms", "p50", "p95", "ratio", "goal", "growth", "goal", "SQL", "")


@dataclass(frozen=True, slots=True)
class Run:
    """The results of one world."""

    world: World
    results: Results
    mixed: Mixed


def ratio(found: Measured, results: Results) -> float:
    """Return what a task costs against what its goal names, per person where it is about many."""
    goal = found.task.goal
    against = low(found.beside) if found.beside else results[goal.against].cpu_ms
    return found.cpu_ms / goal.per / against


def report(run: Run, smallest: Run, console: Console) -> list[str]:
    """Print the table of a world and return the goals that were missed."""
    world, missed = run.world, list[str]()
    table = Table(title=f"{world.kind}, size {world.name}", title_justify="left")
    for place, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if place in {0, len(COLUMNS) - 1} else "right")
    for found in run.results.values():
        cells, verdict = _cells(run, smallest, found)
        if verdict == "missed":
            missed.append(f"{world.kind} {world.name}: {found.task.name}")
        table.add_row(found.task.name, *cells, verdict)
    console.print(table)
    for line, met in _whole(run, smallest):
        console.print(f"{line}: {'met' if met else 'missed'}")
        if not met:
            missed.append(f"{world.kind} {world.name}: {line}")
    console.print(f"seeded in {world.seeding:.0f} s\n")
    return missed


def _cells(run: Run, smallest: Run, found: Measured) -> tuple[list[str], str]:
    goal, kind = found.task.goal, run.world.kind
    cost = [f"{found.cpu_ms:.2f}", f"{found.p50:.1f}", f"{found.p95:.1f}"]
    sql = str(found.statements)
    if goal is NONE:
        return [*cost, "", "", "", "", sql], ""
    own = ratio(found, run.results)
    met = own <= goal.limit(kind)
    cost += [f"{own:.2f}", f"{goal.limit(kind):g}"]
    if run is smallest:
        return [*cost, "", "", sql], "met" if met else "missed"
    growth = found.cpu_ms / smallest.results[found.task.name].cpu_ms
    met = met and growth <= goal.growth
    return [*cost, f"{growth:.2f}", f"{goal.growth:g}", sql], "met" if met else "missed"


def _whole(run: Run, smallest: Run) -> list[tuple[str, bool]]:
    """Return the lines about the whole server, each with whether its goal is met."""
    kind, mixed, first = run.world.kind, run.mixed, smallest.mixed
    share = MIX_SHARE[kind]
    speed = (
        f"by CPU; {mixed.per_second:.0f} a second beside {mixed.floor_per_second:.0f} of the floor"
    )
    lines = [
        (
            f"worker memory {mixed.memory_mib:.0f} MiB, goal {MEMORY[kind]}",
            mixed.memory_mib <= MEMORY[kind],
        ),
        (
            f"mix {mixed.cpu_ms:.2f} ms, {mixed.share:.0%} of the floor, goal {share:.0%}",
            mixed.share >= share,
        ),
    ]
    lines[1] = (f"{lines[1][0]} ({speed})", lines[1][1])
    if run is not smallest:
        memory = mixed.memory_mib / first.memory_mib
        speed_kept = first.cpu_ms / mixed.cpu_ms
        lines += [
            (f"memory growth {memory:.2f}, goal {MEMORY_GROWTH}", memory <= MEMORY_GROWTH),
            (
                f"throughput kept {speed_kept:.0%} of the smallest size, goal {MIX_GROWTH:.0%}",
                speed_kept >= MIX_GROWTH,
            ),
        ]
    return lines
