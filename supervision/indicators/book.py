"""Everything that a page of indicators reads, in one statement (LOAD-02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from organizations.figures import STOCK as NOW
from organizations.queries.covering import Asked, cover_from
from organizations.rules import Discretion
from organizations.rules.cover import Cover
from supervision.indicators import folding
from supervision.indicators.branches import (
    COVER,
    LISTS,
    NUMBER,
    STOCK,
    SWITCHES,
    TARGET,
    VERSION,
    WHOLE,
    statement_of,
)
from supervision.indicators.folding import CoverRow

#: Organization id (negative: what it has itself), measure, part, period.
NumberKey = folding.NumberKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page asks for.

    ``measures`` and ``parts`` (measures read part by part) at ``periods`` for ``ids``, and month
    ends of ``months``; of ``place`` a line more, of periods (``line``) and of month ends
    (``series``), where they are named of fewer measures. What the place has itself of ``own``
    measures at ``below`` (periods) or ``below_months`` (month ends). ``is_whole`` tells that the
    ``ids`` are the place and all right below it. ``cover`` asks what of it must not be shown.
    """

    place: int
    ids: Sequence[int]
    measures: Sequence[str]
    parts: Sequence[str] = ()
    periods: Sequence[int] = (NOW,)
    months: Sequence[int] = ()
    line: Sequence[int] = ()
    line_measures: Sequence[str] = ()
    series: Sequence[int] = ()
    series_measures: Sequence[str] = ()
    own: Sequence[str] = ()
    below: Sequence[int] = ()
    below_months: Sequence[int] = ()
    years: Sequence[int] = ()
    cover: Asked | None = None
    is_whole: bool = False


_NOTHING_HIDDEN = Cover(Discretion(0, 0, sees_names=True), {})


@dataclass(slots=True)
class Book:
    """What was read. ``stocks`` are month ends, ``ends`` those of which there is any.

    ``cover`` hides nothing where it was not asked for.
    ``targets`` are ``(code, year, organization id or level) -> (value, source)``, the latest of
    each; ``versions`` are ``(code, number, content)``; ``runs`` tell the day of nightly counts.
    """

    numbers: dict[NumberKey, int] = field(default_factory=dict)
    stocks: dict[NumberKey, int] = field(default_factory=dict)
    ends: set[tuple[int, str, int]] = field(default_factory=set)
    targets: dict[tuple[str, int, int | str], tuple[int, str] | None] = field(default_factory=dict)
    versions: list[tuple[str, int, str]] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    cover: Cover = field(default_factory=lambda: _NOTHING_HIDDEN)


def read_book(wanted: Wanted) -> Book:
    """Return everything that was asked for: one statement."""
    asked: dict[str, Any] = {name: list(getattr(wanted, name)) for name in LISTS}
    asked |= {"place": wanted.place, "own_key": -wanted.place}
    for name in ("line_measures", "series_measures"):
        asked[name] = asked[name] or asked["measures"]
    covers = dict(wanted.cover.values) if wanted.cover else {}
    is_folded = wanted.is_whole and folding.tells_cover(wanted.place, wanted.months, wanted.cover)
    if is_folded:
        asked["measures"] = sorted({*asked["measures"], *covers["cover_measures_alone"]})
        asked["periods"] = sorted({*asked["periods"], *covers["cover_periods_alone"]})
        covers = folding.without(wanted.place, covers)
    switches = [*(name for name in SWITCHES if asked[name]), *covers]
    kept = statement_of(frozenset([*switches, WHOLE] if wanted.is_whole else switches))
    used = {name: value for name, value in {**asked, **covers}.items() if name in kept.used}
    book = Book()
    hiding: list[CoverRow] = []
    for kind, one, name, part, period, value, text in kept.statement.rows(used):
        if kind == NUMBER:
            book.numbers[one, name, part, period] = value
        elif kind == COVER:
            hiding.append((int(part), one, name, period, value))
        else:
            _put(book, kind, one, name, part, period, value, text)
    if wanted.is_whole:
        hiding += _fold(book, wanted, is_folded=is_folded)
    if wanted.cover:
        book.cover = cover_from(wanted.cover, hiding)
    return book


def _fold(book: Book, wanted: Wanted, *, is_folded: bool) -> list[CoverRow]:
    """Note what the place has itself; return what tells which numbers below it are hidden."""
    place, values = wanted.place, wanted.cover.values if wanted.cover else {}
    periods, own = {*wanted.below, *values.get("cover_periods_alone", ())}, {*wanted.own}
    left = folding.remainders(place, book.numbers, periods)
    months = {*wanted.below_months, *values.get("cover_months", ())}
    ends = folding.remainders(place, book.stocks, months) if months else {}
    found: list[CoverRow] = []
    if is_folded:
        found += folding.cover_rows(place, book.numbers, left, values)
        found += folding.ends_rows(place, book.stocks, ends, values) if ends else ()
    for numbers, rest, at in (
        (book.numbers, left, wanted.below),
        (book.stocks, ends, wanted.below_months),
    ):
        for (name, part, period), value in rest.items():
            if name in own and period in at:
                numbers[-place, name, part, period] = value
    return found


def _put(
    book: Book, kind: int, one: int, name: str, part: str, period: int, value: int, text: str
) -> None:
    if kind == STOCK:
        book.stocks[one, name, part, period] = value
        book.ends.add((one, name, period))
    elif kind == TARGET:
        book.targets[name, period, part or one] = None if not text else (value, text[1:])
    elif kind == VERSION:
        book.versions.append((name, period, text))
    else:
        book.runs[name] = text


def read_catalogue(years: Sequence[int] = (), ids: Sequence[int] = ()) -> Book:
    """Return definitions, and the targets of years and places: one statement, no numbers."""
    return read_book(Wanted(0, ids or (0,), (), years=years))
