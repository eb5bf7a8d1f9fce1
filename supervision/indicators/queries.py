"""Definitions, targets and values of indicators: few statements whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from flask import current_app

from core import settings
from core.access.permissions import Level
from organizations import figures
from organizations.figures import STOCK
from supervision.indicators import counting
from supervision.indicators.book import Book, Wanted, read_book, read_catalogue
from supervision.indicators.content import history, in_force
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.definitions import Definition, Term, read
from supervision.indicators.pace import Gap, Target, gap, last_day, passed_of
from supervision.indicators.rules import Reading, Shape

Readings = Mapping[tuple[int, str], Reading]
EXTENSION = "indicators"


def definitions(on: date) -> Mapping[str, Definition]:
    """Return ``code -> definition`` as they hold on a day: one statement."""
    return in_force(read_catalogue().versions, on)


def definition(code: str, on: date) -> Definition | None:
    """Return the version of an indicator that holds on a day, None for an unknown code."""
    return definitions(on).get(code) if code in INDICATORS else None


def newest(code: str) -> Definition | None:
    """Return the version of an indicator that was entered last, even if it begins later."""
    if code not in INDICATORS:
        return None
    return max(history(read_catalogue().versions, code), key=lambda one: one.version)


def target_of(code: str, year: int, place: int, level: Level, on: date) -> Target | None:
    """Return what an organization is to reach in a year, None for no target: one statement.

    ``on`` is the day whose dated settings hold where nobody entered a target.
    """
    book = read_catalogue([year], [place])
    return counting.target_of(book, code, year, place, level, default_target(code, on))


def default_target(code: str, on: date) -> int:
    """Return the target of the dated settings, 0 for none, in the unit of the readings."""
    name = f"targets.{code}"
    return settings.value(name, on) if name in settings.DEFAULTS else 0


def gap_of(
    one: Definition, book: Book, found: Reading, whose: tuple[int, Level], year: int, today: date
) -> Gap | None:
    """Return how a reading of an organization (id and level) stands against its target of a year.

    The book has the targets of the year; the default and what is near are dated settings.
    """
    target = counting.target_of(book, one.code, year, *whose, default_target(one.code, today))
    return gap(
        found,
        target,
        one.better,
        near_percent=settings.value("targets.near_percent", today),
        passed=passed_of(one.shape, year, today, is_flow=one.is_flow),
        is_over=last_day(year) < today,
    )


def book_of(
    codes: Sequence[str], today: date, wanted: Callable[[Sequence[Definition]], Wanted]
) -> tuple[Book, Sequence[Definition]]:
    """Return a book for indicators with their definitions of today: one statement.

    What to read hangs on definitions that come with it: the process remembers those it met last,
    and asks once more only when another version has begun since.
    """
    guessed: Mapping[str, Definition] = current_app.extensions.get(EXTENSION, INDICATORS)
    book = read_book(wanted([guessed[code] for code in codes]))
    known = in_force(book.versions, today)
    if any(known[code] != guessed[code] for code in codes):
        book = read_book(wanted([known[code] for code in codes]))
    current_app.extensions[EXTENSION] = known
    return book, [known[code] for code in codes]


def readings(
    organization_ids: Iterable[int], wanted: Iterable[Definition], period: int = STOCK
) -> Readings:
    """Return ``(organization id, code) -> reading`` as of now.

    A flow is of the period, a year or a month; stocks and shares of stocks are those of now.
    """
    ids, asked = list(organization_ids), list(wanted)
    measures = {one.measure for each in asked for one in each.terms if not one.part}
    split = {one.measure for each in asked for one in each.terms if one.part}
    split |= {one.measure for each in asked if each.shape is Shape.MEDIAN for one in each.of}
    periods = sorted({_period_of(each, period) for each in asked})
    whole = figures.values(ids, measures, periods) if measures else {}
    parts = figures.parts(ids, split, periods) if split else {}
    found = {}
    for each in asked:
        at = _period_of(each, period)
        days = _days(each, parts, at) if each.shape is Shape.MEDIAN else {}
        for one in ids:

            def number(
                of: Term,
                one: int = one,
                at: int = at,
                days: Sequence[tuple[int, int]] = days.get(one, ()),
                each: Definition = each,
            ) -> int:
                if each.shape is Shape.MEDIAN:
                    return sum(count for _days, count in days)
                if of.part:
                    return parts.get((one, of.measure.value, of.part, at), 0)
                return whole.get((one, of.measure.value, at), 0)

            found[one, each.code] = read(each, number, days.get(one, ()))
    return found


def _period_of(one: Definition, period: int) -> int:
    return period if one.is_flow else STOCK


def _days(
    one: Definition, parts: Mapping[figures.PartKey, int], period: int
) -> Mapping[int, Sequence[tuple[int, int]]]:
    """Return how many cases took how many days, by organization."""
    measure = one.of[0].measure.value
    found: dict[int, list[tuple[int, int]]] = {}
    for (organization_id, name, part, at), count in parts.items():
        if name == measure and at == period:
            found.setdefault(organization_id, []).append((int(part), count))
    return found
