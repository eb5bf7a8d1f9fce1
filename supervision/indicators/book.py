"""Everything that a page of indicators reads, in one statement (LOAD-02).

The branches of one union: numbers of places, their parts, month ends, what a place has itself,
targets, versions of definitions, and when was counted last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from core.statements import Kept
from organizations.figures import STOCK
from organizations.models import Figure, FigurePart, FigureRun, FigureStock, Organization
from organizations.queries.covering import VALUES, Asked, Cover, branches, cover_from
from organizations.rules import Discretion
from supervision.indicators.models import IndicatorTarget, IndicatorVersion

_NUMBER, _STOCK, _COVER, _TARGET, _VERSION, _RUN = range(6)
LISTS = (
    "ids",
    "measures",
    "parts",
    "periods",
    "months",
    "line",
    "series",
    "own",
    "below",
    "below_months",
    "years",
)
#: Which lists, where they are not empty, add branches to the statement.
SWITCHES = frozenset(LISTS) - {"ids", "measures", "periods"}

#: Organization id (negative: what it has itself), measure, part, period.
NumberKey = tuple[int, str, str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page asks for.

    ``measures`` and ``parts`` (measures read part by part) at ``periods`` for ``ids``, and month
    ends of ``months``; of ``place`` a line more, of periods (``line``) and of month ends
    (``series``). What the place has itself of ``own`` measures at ``below`` (periods) or
    ``below_months`` (month ends). ``cover`` asks what of it must not be shown.
    """

    place: int
    ids: Sequence[int]
    measures: Sequence[str]
    parts: Sequence[str] = ()
    periods: Sequence[int] = (STOCK,)
    months: Sequence[int] = ()
    line: Sequence[int] = ()
    series: Sequence[int] = ()
    own: Sequence[str] = ()
    below: Sequence[int] = ()
    below_months: Sequence[int] = ()
    years: Sequence[int] = ()
    cover: Asked | None = None


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
    covers = dict(wanted.cover.values) if wanted.cover else {}
    switches = [*(name for name in SWITCHES if asked[name]), *covers]
    kept = _statement(frozenset(switches))
    used = {name: value for name, value in {**asked, **covers}.items() if name in kept.used}
    book = Book()
    hiding: list[tuple[int, int, str, int, int]] = []
    for kind, one, name, part, period, value, text in kept.statement.rows(used):
        if kind == _COVER:
            hiding.append((int(part), one, name, period, value))
        else:
            _put(book, kind, one, name, part, period, value, text)
    if wanted.cover:
        book.cover = cover_from(wanted.cover, hiding)
    return book


def _put(
    book: Book, kind: int, one: int, name: str, part: str, period: int, value: int, text: str
) -> None:
    if kind == _NUMBER:
        book.numbers[one, name, part, period] = value
    elif kind == _STOCK:
        book.stocks[one, name, part, period] = value
        book.ends.add((one, name, period))
    elif kind == _TARGET:
        book.targets[name, period, part or one] = None if not text else (value, text[1:])
    elif kind == _VERSION:
        book.versions.append((name, period, text))
    else:
        book.runs[name] = text


@dataclass(frozen=True, slots=True)
class _Kept:
    """A statement that is put together once, and the names of the values that it uses."""

    statement: Kept
    used: frozenset[str]


@cache
def _statement(asked: frozenset[str]) -> _Kept:
    found = [*_versions(), *_told(asked)]
    if "years" in asked:
        found.append(_targets())
    if "cover_parents" in asked:
        found += map(_covering, branches(asked))
    union: Any = union_all(*found)
    known = {*LISTS, *VALUES, "place", "own_key"}
    names = {name for name in union.compile().params if name in known}
    return _Kept(Kept(union), frozenset(names))


def _told(asked: frozenset[str]) -> list[Select[Any]]:
    """Return the branches of numbers: of places, over a year, and what a place has itself."""
    found = [_numbers("ids", "periods")]
    has_parts = "parts" in asked
    if has_parts:
        found.append(_parts("ids", "periods"))
    if "line" in asked:
        found.append(_numbers("place", "line"))
        found += [_parts("place", "line")] if has_parts else []
    if "months" in asked:
        found.append(_stocks("ids", "months", has_parts=has_parts))
    if "series" in asked:
        found.append(_stocks("place", "series", has_parts=has_parts))
    for source, periods in ((_FIGURES, "below"), (_STOCKS, "below_months")):
        if periods in asked:
            found += _below(source, periods, asked)
    return found


def _row(
    kind: int, one: Any, name: Any, part: Any, period: Any, value: Any, text: Any = ""
) -> Select[Any]:
    """Return one branch with the columns that all have, plain in both databases."""
    found: Any = select(
        literal(kind, Integer).label("kind"),
        cast(one, Integer).label("one"),
        cast(name, String).label("name"),
        cast(part, String).label("part"),
        cast(period, Integer).label("period"),
        cast(value, BigInteger).label("value"),
        cast(text, String).label("text"),
    )
    return found  # type: ignore[no-any-return]


def _in(column: Any, name: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
    return found


def _at(column: Any, places: str) -> ColumnElement[bool]:
    """Return the condition for the places asked, or for the one place of the page."""
    found: ColumnElement[bool] = column == bindparam("place")
    return found if places == "place" else _in(column, places)


def _numbers(places: str, periods: str) -> Select[Any]:
    one = Figure
    return _row(_NUMBER, one.organization_id, one.measure, "", one.period, one.value).where(
        _in(one.measure, "measures"), _at(one.organization_id, places), _in(one.period, periods)
    )


def _parts(places: str, periods: str) -> Select[Any]:
    one = FigurePart
    return _row(_NUMBER, one.organization_id, one.measure, one.part, one.period, one.value).where(
        _in(one.measure, "parts"), _at(one.organization_id, places), _in(one.period, periods)
    )


def _stocks(places: str, months: str, *, has_parts: bool) -> Select[Any]:
    one = FigureStock
    wanted = and_(_in(one.measure, "measures"), one.part == "")
    if has_parts:
        wanted = or_(wanted, and_(_in(one.measure, "parts"), one.part != ""))
    row = _row(_STOCK, one.organization_id, one.measure, one.part, one.month, one.value)
    return row.where(wanted, _at(one.organization_id, places), _in(one.month, months))


@dataclass(frozen=True, slots=True)
class _Source:
    """A table of numbers: of now and of periods, or of month ends."""

    kind: int
    table: Any
    period: Any
    whole: tuple[Any, ...]
    parts: Any
    parts_period: Any


_FIGURES = _Source(_NUMBER, Figure, Figure.period, (), FigurePart, FigurePart.period)
_STOCKS = _Source(
    _STOCK,
    FigureStock,
    FigureStock.month,
    (FigureStock.part == "",),
    FigureStock,
    FigureStock.month,
)


def _with_children() -> Any:
    """Return the ids of a place and of all directly below it, as one list to look up by."""
    place: Any = bindparam("place")
    return select(Organization.id).where(
        or_(Organization.parent_id == place, Organization.id == place)
    )


def _below(source: _Source, periods: str, asked: frozenset[str]) -> list[Select[Any]]:
    """Return what a place has itself: as wholes, and part by part."""
    branches = []
    if "own" in asked:
        branches.append(_residual(source, source.table, source.period, periods, "own"))
    if "own" in asked and "parts" in asked:
        branches.append(_residual(source, source.parts, source.parts_period, periods, "parts"))
    return branches


def _residual(source: _Source, one: Any, at: Any, periods: str, measures: str) -> Select[Any]:
    """Return the numbers of a place less those of all directly below it."""
    is_place = one.organization_id == bindparam("place")
    by_part = measures == "parts"
    part = one.part if by_part else literal("", String)
    kept = (one.part != "",) if by_part else source.whole
    own = func.sum(case((is_place, 1), else_=-1) * one.value)
    return (
        _row(source.kind, bindparam("own_key", type_=Integer), one.measure, part, at, own)
        .where(
            one.organization_id.in_(_with_children()),
            _in(one.measure, measures),
            _in(at, periods),
            *kept,
        )
        .group_by(one.measure, at, *((one.part,) if by_part else ()))
    )


def _covering(branch: Select[Any]) -> Select[Any]:
    """Return a branch of what is hidden in the columns of all: the parent stands as the part."""
    row = branch.subquery().c
    parent, one, measure, at, people = row
    return _row(_COVER, one, measure, parent, at, people)


def _targets() -> Select[Any]:
    """Return the latest target of each place and level for the years."""
    one, later = IndicatorTarget, IndicatorTarget.__table__.alias()
    newer = (
        select(later.c.id)
        .where(
            later.c.code == one.code,
            later.c.year == one.year,
            func.coalesce(later.c.organization_id, 0) == func.coalesce(one.organization_id, 0),
            func.coalesce(cast(later.c.level, String), "")
            == func.coalesce(cast(one.level, String), ""),
            later.c.id > one.id,
        )
        .exists()
    )
    text = case((one.value.is_(None), ""), else_=literal("=", String) + one.source)
    return _row(
        _TARGET,
        func.coalesce(one.organization_id, 0),
        one.code,
        func.coalesce(cast(one.level, String), ""),
        one.year,
        func.coalesce(one.value, 0),
        text,
    ).where(
        _in(one.year, "years"),
        or_(one.organization_id.is_(None), _in(one.organization_id, "ids")),
        ~newer,
    )


def _versions() -> list[Select[Any]]:
    one, run = IndicatorVersion, FigureRun
    return [
        _row(_VERSION, 0, one.code, "", one.number, 0, one.content),
        _row(_RUN, 0, run.name, "", 0, 0, cast(run.as_of, String)),
    ]


def read_catalogue(years: Sequence[int] = (), ids: Sequence[int] = ()) -> Book:
    """Return definitions, and the targets of years and places: one statement, no numbers."""
    return read_book(Wanted(0, ids or (0,), (), years=years))
