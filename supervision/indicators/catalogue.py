"""The catalogue of indicators with their values at a place, and the sheet of one (STA-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.access.permissions import Level
from core.access.scope import Place, Scope
from organizations.figures import STOCK
from organizations.queries import discretion_of
from organizations.queries.covering import asked_of
from supervision.indicators import counting, labels
from supervision.indicators.book import Wanted, read_catalogue
from supervision.indicators.content import history, in_force
from supervision.indicators.counting import At
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.definitions import Definition
from supervision.indicators.pace import Target
from supervision.indicators.queries import book_of, default_target


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator in the catalogue: its definition and what it says here now."""

    definition: Definition
    title: str
    value: str
    unit: str


def catalogue_of(scope: Scope, today: date) -> list[Row]:
    """Return every indicator with its value at the place: three statements and settings."""
    place, codes = scope.place, list(INDICATORS)
    discretion = discretion_of(scope, today)

    def wanted(known: Sequence[Definition]) -> Wanted:
        whole, parts = counting.measures_of(known)
        periods = [STOCK, today.year]
        cover = asked_of([place.path], whole, discretion, periods)
        return Wanted(place.id, [place.id], whole, parts=parts, periods=periods, cover=cover)

    book, known = book_of(codes, today, wanted)
    found = []
    for one in known:
        at = At(today.year) if one.is_flow else At(STOCK)
        if not counting.is_known(one, book, place.id, at):
            text = "—"
        elif counting.is_hidden(one, book, place.id, place.path, at):
            text = labels.few()
        else:
            text = labels.value_text(one, counting.reading(one, book, place.id, at).value)
        found.append(Row(one, labels.title(one), text, labels.unit_text(one, text)))
    return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """One indicator: what holds, every version of it, and the targets that concern a place."""

    known: Definition
    versions: Sequence[Definition]
    targets: Sequence[tuple[Target, Level | None]]


def sheet_of(place: Place, code: str, today: date) -> Sheet:
    """Return the sheet of an indicator: one statement and settings.

    The targets are those of this year and the next, for the place itself (no level) and for levels.
    """
    years = [today.year, today.year + 1]
    book = read_catalogue(years, [place.id])
    known = in_force(book.versions, today)[code]
    targets: list[tuple[Target, Level | None]] = []
    for (name, year, whom), found in sorted(book.targets.items(), key=str):
        if name == code and found is not None:
            level = None if isinstance(whom, int) else Level(whom)
            targets.append((Target(found[0], year, found[1]), level))
    default = default_target(code, today)
    if default:
        targets.append((Target(default, today.year, ""), Level.PROVINCE))
    return Sheet(known, history(book.versions, code), targets)
