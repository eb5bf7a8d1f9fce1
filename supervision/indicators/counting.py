"""Readings out of a book: which numbers an indicator needs, where they stand, what they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.access.permissions import Level
from core.rules import N_, RuleViolation
from organizations.figures import STOCK
from organizations.rules import Discretion, Measure
from supervision.indicators.book import Book, NumberKey
from supervision.indicators.definitions import Definition, Term, read
from supervision.indicators.pace import Target, is_month, is_period
from supervision.indicators.rules import Reading, Shape

#: How many years back a flow is asked for.
YEARS_BACK = 30
DECEMBER = 12
NIGHTLY_RUN = "nightly"


@dataclass(frozen=True, slots=True)
class At:
    """Where the numbers of an indicator stand: now, in a year or month, or at a month's end.

    ``month`` is set where month ends are read; ``period`` is what the address says.
    """

    period: int
    month: int = 0

    @property
    def key(self) -> int:
        return self.month or self.period

    @property
    def year(self) -> int:
        return self.key // 100 if is_month(self.key) else self.key


def at_of(definition: Definition, text: str, today: date) -> At:
    """Return where the numbers for a typed period stand; nothing typed means now, or this year.

    Raises RuleViolation for a period that does not exist, is yet to come, or is not kept.
    """
    this_month = today.year * 100 + today.month
    if not text:
        return At(today.year) if definition.is_flow else At(STOCK)
    if not (text.isascii() and text.isdigit()) or not is_period(int(text)):
        raise RuleViolation("period", N_("没有这个期间"))
    period = int(text)
    year = period // 100 if is_month(period) else period
    if not today.year - YEARS_BACK <= year <= today.year or (
        is_month(period) and period > this_month
    ):
        raise RuleViolation("period", N_("没有这个期间"))
    if definition.is_flow:
        if is_month(period) and not definition.by_month:
            raise RuleViolation("period", N_("这个指标只按年统计"))
        return At(period)
    if period in {this_month, today.year}:
        return At(STOCK)
    return At(period, period if is_month(period) else period * 100 + DECEMBER)


def measures_of(definitions: Iterable[Definition]) -> tuple[list[Measure], list[Measure]]:
    """Return the measures that are read whole, and those that are read part by part."""
    whole: set[Measure] = set()
    parts: set[Measure] = set()
    for one in definitions:
        for each in one.terms:
            (parts if each.part or one.shape is Shape.MEDIAN else whole).add(each.measure)
        if one.split is not None:
            parts.add(one.split)
    return sorted(whole), sorted(parts)


def numbers_at(book: Book, at: At) -> Mapping[NumberKey, int]:
    """Return the numbers among which those of a period or of a month's end are."""
    return book.stocks if at.month else book.numbers


def reading(definition: Definition, book: Book, one: int, at: At) -> Reading:
    """Return the value of an indicator at an organization; a negative id is what it has itself."""
    numbers = numbers_at(book, at)

    def number(of: Term) -> int:
        if definition.shape is Shape.MEDIAN:
            return sum(count for _days, count in days)
        return numbers.get((one, of.measure.value, of.part, at.key), 0)

    days: Sequence[tuple[int, int]] = ()
    if definition.shape is Shape.MEDIAN:
        days = parts_of(book, definition.of[0].measure, one, at)
    return read(definition, number, days)


def parts_of(book: Book, measure: Measure, one: int, at: At) -> list[tuple[int, int]]:
    """Return the (days, cases) of an organization; a part that is no number of days is left out."""
    return [
        (int(part), count)
        for part, count in named_parts(book, measure, one, at).items()
        if part.isdigit()
    ]


def named_parts(book: Book, measure: Measure, one: int, at: At) -> dict[str, int]:
    """Return ``part -> number`` of a measure at an organization."""
    return {
        part: count
        for (place, name, part, key), count in numbers_at(book, at).items()
        if place == one and name == measure.value and part and key == at.key
    }


def is_known(definition: Definition, book: Book, place: int, at: At) -> bool:
    """Return whether the numbers were taken at all: month ends and nightly counts may be missing.

    What was never counted is not zero.
    """
    if definition.is_imported:
        return False
    if at.month:
        return any((place, one.measure.value, at.month) in book.ends for one in definition.terms)
    return not definition.is_nightly or NIGHTLY_RUN in book.runs


def target_of(
    book: Book, code: str, year: int, place: int, level: Level, default: int = 0
) -> Target | None:
    """Return the target of an organization in a year: its own, else its level's, else the default.

    ``default`` is that of the dated settings; 0 is none.
    """
    for key in (place, str(level)):
        found = book.targets.get((code, year, key))
        if found is not None:
            return Target(found[0], year, found[1])
    return Target(default, year, "") if default else None


def hides(discretion: Discretion, one: int, measure: Measure, value: int) -> bool:
    """Return whether a number alone must not be shown; a negative id is what a place has itself."""
    return discretion.hides(abs(one), measure, value)


def is_hidden(definition: Definition, book: Book, one: int, path: str, at: At) -> bool:
    """Return whether a reading must not be shown, because one of its numbers must not.

    ``path`` is that of the organization, or of the place where ``one`` is what it has itself.
    """
    cover, discretion = book.cover, book.cover.discretion
    if one == discretion.own_id:  # all of it is told there
        return False
    if definition.shape is Shape.MEDIAN:
        cases = reading(definition, book, one, at).top
        return hides(discretion, one, definition.of[0].measure, cases)
    numbers = numbers_at(book, at)
    for each in definition.terms:
        value = numbers.get((one, each.measure.value, each.part, at.key), 0)
        if each.part and hides(discretion, one, each.measure, value):
            return True
        where = at.period if not at.month else STOCK
        if cover.hides(path, each.measure, value, where, month=at.month, is_own=one < 0):
            return True
    return False


def is_small_change(definition: Definition, book: Book, one: int, at: At, earlier: At) -> bool:
    """Return whether too few people came or went between two stocks to tell a change (ADR 0044).

    Of a share it is enough that one of its numbers changed by few: beside the other, which is
    told elsewhere, it would say how many.
    """
    if definition.is_flow:
        return False
    discretion, numbers = book.cover.discretion, (numbers_at(book, at), numbers_at(book, earlier))

    def change(of: Term) -> int:
        now, was = (
            found.get((one, of.measure.value, of.part, when.key), 0)
            for found, when in zip(numbers, (at, earlier), strict=True)
        )
        return abs(now - was)

    return any(hides(discretion, one, each.measure, change(each)) for each in definition.terms)
