"""make bench: measure, print ratios, and say which goals are met.

SIZE=L make bench measures the full size; without it S and M are measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from rich.console import Console
from rich.progress import Progress

from bench.exporting import measure_export
from bench.importing import Ratio, measure_imports
from bench.jobs import TASKS
from bench.machine import load_average
from bench.measuring import ROUNDS, measure
from bench.mixing import mix
from bench.moving import measure_moving
from bench.rebuilding import measure_rebuild
from bench.report import Run, report
from bench.statements import count_all
from bench.subjects import subjects_of
from bench.worlds import world
from datasets.scale.sizes import SIZES

KINDS = ("sqlite", "postgresql")
USUAL = "S,M"
EXPORT = "export"
FULL = "S,L"


def main(arguments: Sequence[str]) -> int:
    """Return 1 where a goal is missed and --strict was asked, else 0."""
    options = _options(arguments)
    console, missed, start = Console(width=118), list[str](), time.perf_counter()
    for kind in options.databases.split(","):
        missed += _measure_kind(kind, options.size.split(","), options.only, console)
    minutes = (time.perf_counter() - start) / 60
    console.print(f"{minutes:.1f} minutes, load average {load_average():.1f}")
    console.print(f"{len(missed)} goals missed" + "".join(f"\n  {line}" for line in missed))
    return 1 if missed and options.strict else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked = os.environ.get("SIZE", "")
    usual = FULL if asked == "L" else asked or USUAL
    parser.add_argument("--size", default=usual, help=f"sizes with commas between, {USUAL}")
    parser.add_argument("--databases", default=os.environ.get("DATABASES", ",".join(KINDS)))
    parser.add_argument("--only", default="", help="tasks whose name holds this text")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a goal is missed")
    options = parser.parse_args(arguments)
    known = {"size": set(SIZES), "databases": set(KINDS)}
    for name, values in known.items():
        wrong = set(getattr(options, name).split(",")) - values
        if wrong:
            parser.error(f"--{name}: {', '.join(sorted(wrong))} is not one of {sorted(values)}")
    return options


def _measure_kind(kind: str, sizes: Sequence[str], only: str, console: Console) -> list[str]:
    tasks = [
        task
        for task in TASKS
        if only in task.name
        or task.goal.against == "floor"
        or task.name in {"floor", "approve one"}
    ]
    with ExitStack() as stack:
        worlds = [stack.enter_context(world(kind, name)) for name in sizes]
        pairs = [(one, subjects_of(one)) for one in worlds]
        with Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task(f"measuring {kind}", total=ROUNDS * len(tasks))
            results = measure(pairs, tasks, lambda: progress.advance(bar))
        runs = []
        for (one, subjects), found in zip(pairs, results, strict=True):
            count_all(one, subjects, tasks, found)
            runs.append(Run(one, found, mix(one, subjects, TASKS)))
        missed = [line for run in runs for line in report(run, runs[0], console)]
        ratios = measure_rebuild(worlds[-1].app) + measure_imports(worlds[0].app)
        ratios += measure_moving(worlds[-1].app)
        one, subjects = pairs[-1]
        exports = measure_export(one, subjects.county) if only in EXPORT else []
    for line, met in exports:
        console.print(f"{line}: {'met' if met else 'missed'}")
    missed += [f"{kind}: {line}" for line, met in exports if not met]
    return missed + _tell_imports(kind, ratios, console)


def _tell_imports(kind: str, ratios: Sequence[Ratio], console: Console) -> list[str]:
    """Print what imports cost against the bare thing; return the goals that were missed."""
    for one in ratios:
        sign = "<=" if one.is_most else ">="
        words = f"{kind}, {one.name}: {one.value:.2f} ({sign} {one.goal:g})"
        console.print(f"{words}{one.note}: {'met' if one.is_met else 'missed'}")
    return [f"{kind}: {one.name}" for one in ratios if not one.is_met]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
