"""Lower organizations side by side: one line each, sorted by name, never persons (D18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.access.permissions import Level
from core.filters import hours, number, share
from core.i18n import gettext as _
from core.links import links_to
from organizations.labels import covered_text
from organizations.rules import Measure
from schools.rules.register import Coverage
from supervision.home_numbers import HomeNumbers, Values, columns_of
from supervision.indicators.labels import few
from supervision.indicators.tables import completeness
from supervision.indicators.units import FLOWS

MAX_BARS = 13


@dataclass(frozen=True, slots=True)
class Line:
    """One organization of the table: its name, the way there, its cells, and the bar's length.

    There is no bar where the hours must not be told. The line of what a place has itself leads
    nowhere: its page is the one it stands on.
    """

    name: str
    kind: object
    url: str | None
    cells: Sequence[str]
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table of lower organizations and the bars beside it, where they fit."""

    heads: Sequence[str]
    lines: Sequence[Line]
    next_after: str | None

    @property
    def bars(self) -> list[dict[str, object]]:
        """Return the bars, none where the table goes on or nothing was confirmed yet."""
        most = max((line.minutes or 0 for line in self.lines), default=0)
        if self.next_after or not most or not 1 < len(self.lines) <= MAX_BARS:
            return []
        return [
            {
                "label": line.name,
                "value": line.minutes or 0,
                "text": few() if line.minutes is None else hours(line.minutes),
            }
            for line in self.lines
        ]


def compare(numbers: HomeNumbers, *, is_first: bool) -> Comparison:
    """Return the table below a place: what its level is answerable for.

    What the place has itself, where there is any, is the first line of the first page.
    """
    place, year = numbers.place, numbers.today.year
    cells = _office_cells if place.level in {Level.PROVINCE, Level.CITY} else _branch_cells
    heads = _office_heads() if cells is _office_cells else _branch_heads()
    lines = []
    direct, shown_of = numbers.values(-place.id), columns_of(place)
    if is_first and any(direct.get((one, year if one in FLOWS else 0), 0) for one in shown_of):
        own = cells(numbers, -place.id, place.path, direct)
        told = _minutes(numbers, -place.id, place.path, direct)
        lines.append(Line(_("本级直属"), None, None, own, told))
    to_home = links_to("supervision.home", "org")
    for row in numbers.page.rows:
        values = numbers.values(row.id)
        shown = cells(numbers, row.id, row.path, values)
        told = _minutes(numbers, row.id, row.path, values)
        lines.append(Line(row.short_name, row.kind, to_home(row.code), shown, told))
    return Comparison(heads, lines, numbers.page.next_after)


def _people(numbers: HomeNumbers, one: int, path: str, measure: Measure, values: Values) -> str:
    """Return a number of people below a place, hidden where it, or a neighbour's, is too small."""
    value = values.get((measure, 0), 0)
    return covered_text(numbers.book.cover, path, measure, value, is_own=one < 0)


def _minutes(numbers: HomeNumbers, one: int, path: str, values: Values) -> int | None:
    """Return the minutes of the year, None where too few serve to tell them."""
    measure, year = Measure.CONFIRMED_MINUTES, numbers.today.year
    value = values.get((measure, year), 0)
    return None if numbers.book.cover.hides(path, measure, value, year, is_own=one < 0) else value


def _hours(numbers: HomeNumbers, one: int, path: str, values: Values) -> str:
    told = _minutes(numbers, one, path, values)
    return few() if told is None else hours(told)


def _office_heads() -> list[str]:
    return [
        _("基层组织"),
        _("成人会员"),
        _("青少年会员"),
        _("团体会员"),
        _("注册志愿者"),
        _("建会率"),
        _("待备案"),
        _("今年时长（小时）"),
        _("资料完整度"),
    ]


def _office_cells(numbers: HomeNumbers, one: int, path: str, values: Values) -> list[str]:
    found = Coverage(
        values.get((Measure.SCHOOL_BRANCHES, 0), 0), values.get((Measure.SCHOOLS, 0), 0)
    )
    people = (
        Measure.ADULT_MEMBERS,
        Measure.YOUTH_MEMBERS,
        Measure.GROUP_MEMBERS,
        Measure.REGISTERED_VOLUNTEERS,
    )
    return [
        number(values.get((Measure.ORGANIZATIONS, 0), 0)),
        *(_people(numbers, one, path, kind, values) for kind in people),
        share(found.per_ten_thousand),
        number(values.get((Measure.FILINGS_WAITING, 0), 0)),
        _hours(numbers, one, path, values),
        completeness(numbers.book, one, path) if one > 0 else "—",
    ]


def _branch_heads() -> list[str]:
    return [
        _("成人会员"),
        _("青少年会员"),
        _("志愿者"),
        _("待审核"),
        _("待确认时长"),
        _("今年时长（小时）"),
        _("资料完整度"),
    ]


def _branch_cells(numbers: HomeNumbers, one: int, path: str, values: Values) -> list[str]:
    people = (Measure.ADULT_MEMBERS, Measure.YOUTH_MEMBERS, Measure.VOLUNTEERS)
    return [
        *(_people(numbers, one, path, kind, values) for kind in people),
        number(values.get((Measure.APPLICATIONS_WAITING, 0), 0)),
        number(values.get((Measure.HOURS_WAITING, 0), 0)),
        _hours(numbers, one, path, values),
        completeness(numbers.book, one, path) if one > 0 else "—",
    ]
