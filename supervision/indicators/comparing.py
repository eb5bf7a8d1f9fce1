"""Organizations of one level side by side, by outcome and quality of data (S45, ux.md 0.3).

Sorted by name, never by rank; never people, log-ins or time online. Shares only: who is larger is
not better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core import settings
from core.access.permissions import Level
from core.access.scope import Place, Scope
from core.filters import full_day
from core.rules import N_, RuleViolation
from organizations.figures import STOCK
from organizations.listing import Listed, children
from organizations.queries.covering import asked_of
from organizations.rules import Discretion, ids_of_path
from supervision.indicators import counting, labels
from supervision.indicators.book import Book, Wanted
from supervision.indicators.counting import NIGHTLY_RUN, At
from supervision.indicators.definitions import Definition
from supervision.indicators.pace import before
from supervision.indicators.queries import book_of, gap_of
from supervision.indicators.rules import Better
from supervision.rules import months_before

COMPARED = (
    "I15",
    "I02",
    "I03",
    "I11",
    "I10-share",
    "I16-pupils",
    "I08-rate",
    "I22",
    "I21",
    "I21-phone",
    "I21-duplicates",
    "I12-manual",
)
LEVELS = frozenset({Level.CITY, Level.COUNTY})
#: More than any city has counties.
MOST = 200
FASTEST = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """One organization of the level; ``code`` only where the viewer may go there."""

    name: str
    code: str | None
    value: str
    gap: str
    tone: str | None
    change: str
    is_own: bool
    better_by: int = 0


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The table of one measure, those that improved fastest, and the date of the numbers."""

    definition: Definition
    rows: Sequence[Compared] = ()
    as_of: str = ""
    is_known: bool = True
    fastest: Sequence[Compared] = field(default_factory=tuple)


def is_shown(place: Place, today: date) -> bool:
    """Return whether the province lets organizations be compared at a place on a day."""
    return settings.value("comparison.shown", today, place.path) != 0


def side_by_side(scope: Scope, code: str, today: date) -> SideBySide:
    """Return the organizations of the place's level under the same parent: two statements.

    Of the province, which has no equal, its cities. Raises RuleViolation for what is not compared.
    """
    if code not in COMPARED:
        raise RuleViolation("metric", N_("这个指标不做同级对比"))
    place = scope.place
    ids = ids_of_path(place.path)
    level = Level.CITY if place.level is Level.PROVINCE else place.level
    parent = ids[0] if place.level is Level.PROVINCE else ids[-2]
    above = Place(parent, "", "", "", Level.PROVINCE)
    rows = [row for row in children(above, limit=MOST).rows if row.level is level]
    year = today.year
    month = months_before(year, today.month, 2)[0]
    discretion = Discretion(
        settings.value("figures.small_group", today), scope.post.place.id, sees_names=False
    )

    def wanted(known: Sequence[Definition]) -> Wanted:
        whole, parts = counting.measures_of(known)
        is_flow = known[0].is_flow
        return Wanted(
            parent,
            [parent, *(row.id for row in rows)],
            whole,
            parts=parts,
            periods=[STOCK, year, year - 1],
            months=() if is_flow else [month],
            years=[year],
            cover=asked_of(
                [row.path for row in rows], whole, discretion, (STOCK, year, year - 1), [month]
            ),
        )

    book, (definition,) = book_of([code], today, wanted)
    at = At(year) if definition.is_flow else At(STOCK)
    if not counting.is_known(definition, book, parent, at):
        return SideBySide(definition, is_known=False)
    view = _View(scope, definition, at, book, today)
    found = [view.row(row) for row in rows]
    best = sorted((one for one in found if one.better_by > 0), key=lambda one: -one.better_by)
    return SideBySide(definition, found, view.as_of(), fastest=best[:FASTEST])


@dataclass(frozen=True, slots=True)
class _View:
    """One look at a measure: who looks, and what was read."""

    scope: Scope
    definition: Definition
    at: At
    book: Book
    today: date

    def _is_hidden(self, row: Listed, at: At) -> bool:
        return counting.is_hidden(self.definition, self.book, row.id, row.path, at)

    def row(self, row: Listed) -> Compared:
        definition = self.definition
        is_own = row.id == self.scope.place.id
        code = row.code if row.path.startswith(self.scope.post.place.path) else None
        if self._is_hidden(row, self.at):
            return Compared(row.short_name, code, labels.few(), "", None, "—", is_own)
        found = counting.reading(definition, self.book, row.id, self.at)
        stands = gap_of(
            definition, self.book, found, (row.id, row.level), self.today.year, self.today
        )
        text, change = self._change(row, found.value)
        better = -change if definition.better is Better.LESS else change
        return Compared(
            row.short_name,
            code,
            labels.value_text(definition, found.value),
            labels.gap_text(definition, stands),
            labels.TONES[stands.standing] if stands else None,
            text,
            is_own,
            better,
        )

    def _change(self, row: Listed, value: int | None) -> tuple[str, int]:
        """Return the change since the last month end, of a flow since the year before, in words.

        And as a number, 0 where it is not told: of a share of people few came or went.
        """
        definition, book = self.definition, self.book
        if definition.is_flow:
            earlier = At(self.today.year - 1)
        else:
            month = before(self.today.year * 100 + self.today.month)
            earlier = At(month, month)
            if not any(key[0] == row.id for key in book.stocks):
                return "—", 0
        if self._is_hidden(row, earlier):
            return "—", 0
        was = counting.reading(definition, book, row.id, earlier).value
        if was is None or value is None:
            return "—", 0
        if counting.is_small_change(definition, book, row.id, self.at, earlier):
            return labels.few(), 0
        return labels.signed(definition, value - was), value - was

    def as_of(self) -> str:
        day = self.book.runs.get(NIGHTLY_RUN) if self.definition.is_nightly else None
        return full_day(date.fromisoformat(day) if day else self.today)
