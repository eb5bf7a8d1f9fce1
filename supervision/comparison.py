"""Lower organizations side by side: one line each, sorted by name, never persons (D18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from core.access.permissions import Level
from core.access.scope import Place
from core.filters import hours, number, share
from core.links import links_to
from core.paging import Page
from organizations.labels import figure_text
from organizations.listing import Listed
from organizations.rules import Discretion, Measure
from schools.rules.register import Coverage
from supervision.headlines import Values

MAX_BARS = 13


@dataclass(frozen=True, slots=True)
class Line:
    """One organization of the table: its name, the way there, its cells, and the bar's length.

    The line of what a place has itself leads nowhere: its page is the one it stands on.
    """

    name: str
    kind: object
    url: str | None
    cells: Sequence[str]
    minutes: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table of lower organizations and the bars beside it, where they fit."""

    heads: Sequence[str]
    lines: Sequence[Line]
    next_after: str | None

    @property
    def bars(self) -> list[dict[str, object]]:
        """Return the bars, none where the table goes on or nothing was confirmed yet."""
        most = max((line.minutes for line in self.lines), default=0)
        if self.next_after or not most or not 1 < len(self.lines) <= MAX_BARS:
            return []
        return [
            {"label": line.name, "value": line.minutes, "text": hours(line.minutes)}
            for line in self.lines
        ]


def compare(
    place: Place,
    page: Page[Listed],
    numbers: Mapping[int, Values],
    direct: Values,
    discretion: Discretion,
    day: date,
) -> Comparison:
    """Return the table below a place: what its level is answerable for.

    ``direct`` is what the place has itself; where there is any, it is the first line.
    """
    cells = _office_cells if place.level in {Level.PROVINCE, Level.CITY} else _branch_cells
    heads = _office_heads() if cells is _office_cells else _branch_heads()
    year = (Measure.CONFIRMED_MINUTES, day.year)
    own = [
        Line(
            _("本级直属"),
            None,
            None,
            cells(place.id, direct, discretion, day),
            direct.get(year, 0),
        )
    ]
    to_home = links_to("supervision.home", "org")
    lines = [
        Line(
            row.short_name,
            row.kind,
            to_home(row.code),
            cells(row.id, numbers[row.id], discretion, day),
            numbers[row.id].get(year, 0),
        )
        for row in page.rows
    ]
    return Comparison(heads, [*(own if any(direct.values()) else []), *lines], page.next_after)


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
    ]


def _office_cells(one: int, values: Values, discretion: Discretion, day: date) -> list[str]:
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
        *(figure_text(discretion, one, kind, values.get((kind, 0), 0)) for kind in people),
        share(found.per_ten_thousand),
        number(values.get((Measure.FILINGS_WAITING, 0), 0)),
        hours(values.get((Measure.CONFIRMED_MINUTES, day.year), 0)),
    ]


def _branch_heads() -> list[str]:
    return [
        _("成人会员"),
        _("青少年会员"),
        _("志愿者"),
        _("待审核"),
        _("待确认时长"),
        _("今年时长（小时）"),
    ]


def _branch_cells(one: int, values: Values, discretion: Discretion, day: date) -> list[str]:
    people = (Measure.ADULT_MEMBERS, Measure.YOUTH_MEMBERS, Measure.VOLUNTEERS)
    return [
        *(figure_text(discretion, one, kind, values.get((kind, 0), 0)) for kind in people),
        number(values.get((Measure.APPLICATIONS_WAITING, 0), 0)),
        number(values.get((Measure.HOURS_WAITING, 0), 0)),
        hours(values.get((Measure.CONFIRMED_MINUTES, day.year), 0)),
    ]
