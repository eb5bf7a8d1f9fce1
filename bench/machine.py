"""CPU time and memory of the processes that answer, read from the process table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
NANO = 1_000_000_000
KIB_PER_MIB = 1024


def children_of(pid: int) -> list[int]:
    """Return a process and everything it started."""
    parents: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += parents.get(one, [])
    return found


def backends_of(database: str) -> list[int]:
    """Return the processes of the PostgreSQL server of this machine that serve a database."""
    found = []
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            title = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if title.startswith("postgres: ") and f" {database} " in title:
            found.append(int(folder.name))
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Return the seconds that the processes were on a CPU, all threads, to the nanosecond."""
    total = 0
    for pid in pids:
        for task in _tasks(pid):
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except (OSError, IndexError):
                continue
    return total / NANO


def _tasks(pid: int) -> list[Path]:
    try:
        return list((PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def memory_mib(pid: int) -> float:
    """Return the proportional set size of a process."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    line = next((line for line in lines if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) / KIB_PER_MIB


@dataclass(slots=True)
class Meter:
    """CPU time of a server and of the database behind it."""

    server: int
    database: str | None

    def pids(self) -> list[int]:
        """Return every process that works for the server now."""
        found = children_of(self.server)
        return found + backends_of(self.database) if self.database else found

    def seconds(self, pids: list[int]) -> float:
        """Return the CPU seconds of the processes so far."""
        return cpu_seconds(pids)

    def worker_memory(self) -> float:
        """Return the memory of the largest worker in MiB."""
        return max((memory_mib(pid) for pid in children_of(self.server)[1:]), default=0.0)


def load_average() -> float:
    """Return how many processes wanted a CPU in the last minute."""
    return os.getloadavg()[0]
