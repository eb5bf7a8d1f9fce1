"""Values of an indicator as a system gets them; what pages hide is left out here too (AZ-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core import clock
from core.access.scope import Place
from organizations.figures import STOCK
from organizations.queries.covering import asked_of
from organizations.rules import Discretion
from supervision.api.queries.standing import Node
from supervision.api.rules import Shown
from supervision.indicators import counting
from supervision.indicators.book import Book, Wanted
from supervision.indicators.counting import NIGHTLY_RUN, At
from supervision.indicators.definitions import Definition
from supervision.indicators.pace import last_day
from supervision.indicators.queries import book_of
from supervision.indicators.queries import definitions as in_force_on
from supervision.indicators.rules import HUNDREDTHS, Shape


@dataclass(frozen=True, slots=True)
class Told:
    """The value of one organization; ``value`` is None where it is not shown."""

    code: str
    value: int | None
    shown: Shown


@dataclass(frozen=True, slots=True)
class Values:
    """The value of a place and of those right under it, by the day of their numbers."""

    definition: Definition
    here: Told
    below: Sequence[Told]
    as_of: date | None


def definitions(today: date) -> Sequence[Definition]:
    """Return the indicators in the version that is in force, by code: one statement."""
    return sorted(in_force_on(today).values(), key=lambda one: one.code)


def scale_of(definition: Definition) -> int | None:
    """Return how many parts of one a value is told in, None for a plain number."""
    if definition.shape is Shape.SHARE:
        return definition.scale
    return HUNDREDTHS if definition.shape is Shape.AVERAGE else None


def values_of(place: Place, rows: Sequence[Node], code: str, at: At, floor: int) -> Values:
    """Return the values of an indicator at a place and at some of those right under it.

    What is left out is what the one rule of the pages hides (organizations/queries/covering.py),
    for somebody who belongs nowhere: it does not depend on who asks. What was never counted at
    night is no value, and not zero; nor is a month end that nobody kept. One statement, whatever
    their number.
    """
    paths = {place.id: place.path, **{one.id: f"{place.path}{one.id}/" for one in rows}}
    everybody = Discretion.of_everybody(floor)
    today = clock.today()

    def wanted(known: Sequence[Definition]) -> Wanted:
        whole, parts = counting.measures_of(known)
        periods, months = {STOCK, at.period}, [at.month] if at.month else []
        cover = asked_of(paths.values(), whole, everybody, periods, months)
        return Wanted(
            place.id,
            list(paths),
            whole,
            parts=parts,
            periods=sorted(periods),
            months=months,
            cover=cover,
        )

    book, (definition,) = book_of([code], today, wanted)
    is_known = counting.is_known(definition, book, place.id, at)
    codes = {place.id: place.code, **{one.id: one.code for one in rows}}
    told = [
        _told(codes[one], definition, book, (one, path), at)
        if is_known
        else Told(codes[one], None, Shown.NONE)
        for one, path in paths.items()
    ]
    return Values(definition, told[0], told[1:], _day_of(definition, book, at, today))


def _told(code: str, definition: Definition, book: Book, who: tuple[int, str], at: At) -> Told:
    if counting.is_hidden(definition, book, *who, at):
        return Told(code, None, Shown.FEW)
    value = counting.reading(definition, book, who[0], at).value
    return Told(code, value, Shown.NONE if value is None else Shown.SHOWN)


def _day_of(definition: Definition, book: Book, at: At, today: date) -> date | None:
    """Return of which day the numbers are, None before the first count of a night."""
    if at.month:
        return last_day(at.month)
    if not definition.is_nightly:
        return today
    day = book.runs.get(NIGHTLY_RUN)
    return date.fromisoformat(day) if day else None
