"""Targets that hold where nobody entered another, in the unit of the readings: value and source."""

from __future__ import annotations

TARGETS: dict[str, tuple[int, str]] = {
    "targets.near_percent": (80, "domain.md 6.2: from 80 per cent of the pace on a value is near"),
    "targets.I11": (500, "domain.md I11: 5.00 registered volunteers per 1,000 residents"),
    "targets.I15": (10_000, "domain.md SCH-10: every school of the list has a branch"),
    "targets.I22": (10_000, "domain.md I22: must be 100 per cent"),
}
