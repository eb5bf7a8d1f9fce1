"""What the loaders write to: sheets of rows that go to the database in large pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from core.clock import at
from datasets.scale.plan import Plan

Row = tuple[Any, ...]
Advance = Callable[[int], None]
PIECE = 2_000
NOON = 10  # what has no time of its own happened at ten in the morning


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a database wants values that are neither numbers nor plain text."""

    null: Any
    true: Any
    false: Any
    blob: Callable[[bytes], Any]
    zone: str

    def stamp(self, moment: datetime) -> str:
        """Return an instant, given in UTC."""
        return f"{moment:%Y-%m-%d %H:%M:%S}{self.zone}"


class Sheet:
    """Rows of one table on their way; ``add`` is the list's own append."""

    def __init__(self, send: Callable[[list[Row]], None]) -> None:
        self.rows: list[Row] = []
        self.add = self.rows.append
        self._send = send

    def flush(self) -> None:
        """Send what is there."""
        if self.rows:
            self._send(self.rows)
            self.rows.clear()


class Loader(Protocol):
    """A database that takes rows in bulk."""

    spelling: Spelling

    def sheet(self, table: str, columns: str) -> Sheet:
        """Return a sheet for the columns of a table, named with spaces between them."""

    def flush(self) -> None:
        """Send the rows of every sheet."""


Step = Callable[[str], AbstractContextManager[None]]
Part = Callable[[Plan, Loader, Advance], None]


class Target(Protocol):
    """A database around a load: what slows rows down is taken away and put back afterwards."""

    def bare(self) -> AbstractContextManager[None]:
        """Take indexes, constraints and triggers away; put them back in the end, also on error."""

    def load(self, plan: Plan, parts: Sequence[Part], advances: Sequence[Advance]) -> None:
        """Run the parts, at the same time where the database gains by it."""

    def finish(self) -> None:
        """Set sequences and gather statistics."""


class Days:
    """The last years by days ago: ISO date, date, and the instant of ten in the morning."""

    def __init__(self, today: date, back: int, spelling: Spelling) -> None:
        self.dates = [today - timedelta(days=number) for number in range(back + 1)]
        self.texts = [day.isoformat() for day in self.dates]
        moments = [at(day, datetime.min.time().replace(hour=NOON)) for day in self.dates]
        self.stamps = [spelling.stamp(moment) for moment in moments]


def pieces(total: int, loader: Loader, advance: Advance) -> Iterator[range]:
    """Yield the numbers below the total in pieces; each is sent and counted when it is done."""
    for start in range(0, total, PIECE):
        piece = range(start, min(start + PIECE, total))
        yield piece
        loader.flush()
        advance(len(piece))


def send_all(loader: Loader, table: str, columns: str, rows: Iterable[Row]) -> None:
    """Send every row of an iterable, a piece at a time."""
    sheet, source = loader.sheet(table, columns), iter(rows)
    while piece := list(islice(source, PIECE)):
        sheet.rows += piece
        loader.flush()
