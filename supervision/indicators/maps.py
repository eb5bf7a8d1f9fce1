"""Where the tiles of lower organizations stand: a rough arrangement without boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "data" / "zhejiang_tiles.txt"
EMPTY = "."
COLUMNS = 4
Grid = tuple[tuple[str, ...], ...]


@cache
def grids() -> tuple[Grid, ...]:
    """Return every block of the arrangement: rows of names, of equal length."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    blocks = "\n".join(lines).strip().split("\n\n")
    return tuple(tuple(tuple(row.split()) for row in block.splitlines()) for block in blocks)


def arranged(names: Sequence[str]) -> list[list[int | None]]:
    """Return rows of places in ``names``, None for an empty one.

    The block that knows most of the names gives their places; names that it does not know follow
    in rows of their own.
    """
    place_of = {name: place for place, name in enumerate(names)}
    best = max(grids(), key=lambda grid: _known(grid, place_of), default=())
    rows: list[list[int | None]] = []
    if _known(best, place_of):
        rows = [[place_of.get(name) for name in row] for row in best]
    shown = {place for row in rows for place in row}
    left = [place for place in place_of.values() if place not in shown]
    width = len(rows[0]) if rows else COLUMNS
    for start in range(0, len(left), width):
        row = left[start : start + width]
        rows.append([*row, *([None] * (width - len(row)))])
    return [row for row in rows if any(place is not None for place in row)]


def _known(grid: Grid, names: dict[str, int]) -> int:
    return sum(name in names for row in grid for name in row)
