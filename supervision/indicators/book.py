"""Everything that a page of indicators reads, in one statement (LOAD-02)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from organizations.figures import STOCK as NOW
from organizations.queries.covering import Asked, cover_from, without
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
    ends of ``months``; of ``place`` also ``more`` measures at ``periods``, and a line of periods
    (``line``) and of month ends (``series``), where they are named of fewer measures. What the
    place has itself of ``own`` measures at ``below`` (periods) or ``below_months`` (month ends).
    ``is_whole`` tells that the ``ids`` are the place and all right below it. ``cover`` asks what
    of it must not be shown.
    """

    place: int
    ids: Sequence[int]
    measures: Sequence[str]
    parts: Sequence[str] = ()
    more: Sequence[str] = ()
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
    room = folding.tells_cover(wanted.place, wanted.months, wanted.cover)
    known = room if wanted.is_whole else ""
    if known:
        asked["measures"] = sorted({*asked["measures"], *covers[f"{known}_measures_alone"]})
        asked["periods"] = sorted({*asked["periods"], *covers[f"{known}_periods_alone"]})
        covers = without(wanted.place, known, covers)
    switches = [*(name for name in SWITCHES if asked[name]), *covers]
    kept = statement_of(frozenset([*switches, WHOLE] if wanted.is_whole else switches))
    used = {name: value for name, value in {**asked, **covers}.items() if name in kept.used}
    book, hiding = _sorted(kept.statement.rows(used))
    if wanted.cover:
        book.cover = _cover(wanted.cover, wanted.place, known, book, hiding)
    if wanted.is_whole:
        _fold(book, wanted)
    return book


def _sorted(rows: Iterable[Sequence[Any]]) -> tuple[Book, list[CoverRow]]:
    """Return what was read, and the rows that tell what of it is hidden."""
    book, hiding = Book(), []
    for kind, one, name, part, period, value, text in rows:
        if kind == NUMBER:
            book.numbers[one, name, part, period] = value
        elif kind == COVER:
            hiding.append((int(part), one, name, period, value))
        else:
            _put(book, kind, one, name, part, period, value, text)
    return book, hiding


def _cover(asked: Asked, place: int, room: str, book: Book, hiding: list[CoverRow]) -> Cover:
    """Return what is hidden; with a room what is so right below the place stands in the book."""
    if not room:
        return cover_from(asked, hiding)
    read = folding.cover_rows(place, book.numbers, book.stocks, room, asked.values)
    return cover_from(asked, [*hiding, *read], [place])


def _fold(book: Book, wanted: Wanted) -> None:
    """Note what the place has itself."""
    place, own = wanted.place, {*wanted.own}
    for numbers, at in ((book.numbers, wanted.below), (book.stocks, wanted.below_months)):
        left = folding.remainders(place, numbers, at) if at else {}
        for (name, part, period), value in left.items():
            if name in own:
                numbers[-place, name, part, period] = value


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
