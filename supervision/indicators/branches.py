"""The branches of the one statement of a page of indicators, put together once per process.

Numbers of places, their parts, month ends, what a place has itself, targets, versions of
definitions, and when was counted last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
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
from organizations.models import Figure, FigurePart, FigureRun, FigureStock, Organization
from organizations.queries.covering_rows import VALUES, branches
from supervision.indicators.models import IndicatorTarget, IndicatorVersion

NUMBER, STOCK, COVER, TARGET, VERSION, RUN = range(6)
LISTS = (
    "ids",
    "measures",
    "parts",
    "more",
    "periods",
    "months",
    "line",
    "line_measures",
    "series",
    "series_measures",
    "own",
    "below",
    "below_months",
    "years",
)
#: Which lists, where they are not empty, add branches to the statement.
SWITCHES = frozenset(LISTS) - {"ids", "measures", "periods", "line_measures", "series_measures"}
#: The numbers asked for are those of the place and of all right below it.
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Used:
    """A statement that is put together once, and the names of the values that it uses."""

    statement: Kept
    used: frozenset[str]


@cache
def statement_of(asked: frozenset[str]) -> Used:
    found = [*_versions(), *_told(asked)]
    if "years" in asked:
        found.append(_targets())
    found += map(_covering, branches(asked))
    union: Any = union_all(*found)
    known = {*LISTS, *VALUES, "place", "own_key"}
    names = {name for name in union.compile().params if name in known}
    return Used(Kept(union), frozenset(names))


def _told(asked: frozenset[str]) -> list[Select[Any]]:
    """Return the branches of numbers: of places, over a year, and what a place has itself."""
    places = WHOLE if WHOLE in asked else "ids"
    found = [_numbers(places, "periods", "measures")]
    has_parts = "parts" in asked
    if has_parts:
        found.append(_parts(places, "periods"))
    if "more" in asked:
        found.append(_numbers("place", "periods", "more"))
    if "line" in asked:
        found.append(_numbers("place", "line", "line_measures"))
        found += [_parts("place", "line")] if has_parts else []
    if "months" in asked:
        found += _stocks(places, "months", "measures", has_parts=has_parts)
    if "series" in asked:
        found += _stocks("place", "series", "series_measures", has_parts=has_parts)
    for source, periods in ((_FIGURES, "below"), (_STOCKS, "below_months")):
        if periods in asked and places != WHOLE:
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
    """Return the condition for the places asked, for the one of the page, or with all below it."""
    if places == WHOLE:
        below: ColumnElement[bool] = column.in_(_with_children())
        return below
    found: ColumnElement[bool] = column == bindparam("place")
    return found if places == "place" else _in(column, places)


def _numbers(places: str, periods: str, measures: str) -> Select[Any]:
    one = Figure
    return _row(NUMBER, one.organization_id, one.measure, "", one.period, one.value).where(
        _in(one.measure, measures), _at(one.organization_id, places), _in(one.period, periods)
    )


def _parts(places: str, periods: str) -> Select[Any]:
    one = FigurePart
    return _row(NUMBER, one.organization_id, one.measure, one.part, one.period, one.value).where(
        _in(one.measure, "parts"), _at(one.organization_id, places), _in(one.period, periods)
    )


def _stocks(places: str, months: str, measures: str, *, has_parts: bool) -> list[Select[Any]]:
    """Return the branches of month ends; with both in one no index would find them."""
    one = FigureStock
    row = _row(STOCK, one.organization_id, one.measure, one.part, one.month, one.value)
    row = row.where(_at(one.organization_id, places), _in(one.month, months))
    found = [row.where(_in(one.measure, measures), one.part == "")]
    return [*found, row.where(_in(one.measure, "parts"), one.part != "")] if has_parts else found


@dataclass(frozen=True, slots=True)
class _Source:
    """A table of numbers: of now and of periods, or of month ends."""

    kind: int
    table: Any
    period: Any
    whole: tuple[Any, ...]
    parts: Any
    parts_period: Any


_FIGURES = _Source(NUMBER, Figure, Figure.period, (), FigurePart, FigurePart.period)
_STOCKS = _Source(
    STOCK,
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
    return _row(COVER, one, measure, parent, at, people)


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
        TARGET,
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
        _row(VERSION, 0, one.code, "", one.number, 0, one.content),
        _row(RUN, 0, run.name, "", 0, 0, cast(run.as_of, String)),
    ]
