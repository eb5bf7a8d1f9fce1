"""A mark that no eye sees, by which a leaked file names its export (security.md EXP-04).

In every row one cell, a day, ends with a space or not, as a keyed hash of export and row says. It
survives sorting, cutting, shuffling and saving under another format; retyping the days or trimming
them removes it, and then only the visible watermark and the log are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from core import keyring
from core.exports.cells import unguarded

SPACE = " "
#: How far from chance a file must be: one export of millions would be named wrongly.
SURE = 6.0
FIRST_LOOK = 64
FIRST_SURE = 2.0
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( ?)")

Sighting = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Match:
    """An export that a file comes from: so many of its rows say so."""

    code: str
    agreeing: int
    rows: int


def has_mark(code: str, key: str) -> bool:
    """Return whether the row with this key carries the mark in an export."""
    return bool(keyring.index_of(f"{code}:{key}", "export-mark")[0] & 1)


def marked(code: str, key: str, day: str) -> str:
    """Return the day of a row as it stands in the file of an export."""
    return day + SPACE if has_mark(code, key) else day


def find(codes: Sequence[str], rows: Iterable[Sequence[str]]) -> Match | None:
    """Return the export that rows of a file come from, in whatever order; None where none is sure.

    Columns may have been moved: every cell is tried as the key of its row.
    """
    columns: dict[int, dict[str, bool]] = {}
    for row in rows:
        place = next((at for at, cell in enumerate(row) if _DAY.fullmatch(cell)), None)
        if place is None:
            continue
        for at, cell in enumerate(row):
            if at != place and cell.strip():  # a cell that comes again tells nothing new
                key = unguarded(cell).strip()
                columns.setdefault(at, {}).setdefault(key, row[place].endswith(SPACE))
    found = [match for seen in columns.values() for match in _matches(codes, [*seen.items()])]
    return max(found, key=lambda match: match.agreeing, default=None)


def _matches(codes: Sequence[str], seen: Sequence[Sighting]) -> Iterable[Match]:
    for code in codes:
        if len(seen) > FIRST_LOOK and _surety(code, seen[:FIRST_LOOK])[1] < FIRST_SURE:
            continue
        agreeing, sure = _surety(code, seen)
        if sure >= SURE:
            yield Match(code, agreeing, len(seen))


def _surety(code: str, seen: Sequence[Sighting]) -> tuple[int, float]:
    """Return how many rows agree, and by how many deviations that is more than chance."""
    agreeing = sum(has_mark(code, key) is is_marked for key, is_marked in seen)
    return agreeing, (agreeing - len(seen) / 2) / (sqrt(len(seen)) / 2)
