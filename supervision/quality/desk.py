"""What the desk shows: lines of kinds with their numbers as they may be told (AZ-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.access.permissions import Level
from core.access.scope import Place
from core.filters import number, share
from core.i18n import gettext as _
from organizations.labels import covered_text
from organizations.rules import Discretion, Measure
from organizations.rules.cover import Cover
from supervision.indicators.labels import few
from supervision.quality.queries.lower import KEPT, Numbers, Tree
from supervision.quality.queries.rows import Counted
from supervision.quality.rules import KINDS, Group, Kind, share_of


@dataclass(frozen=True, slots=True)
class Line:
    """One kind: its number, share of all people, change against last month, oldest row."""

    kind: Kind
    group: Group
    count: str
    part: str
    change: str = ""
    oldest: date | None = None
    has_rows: bool = False
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Below:
    """One lower organization: its code and name, then a cell for each kind that is kept."""

    code: str
    name: str
    cells: Sequence[str]


def own_lines(
    found: Counted, watched: Sequence[Kind], cover: Cover, place: Place, marked_at: int
) -> list[Line]:
    """Return a line for each kind that is watched, from an organization's own rows."""
    lines, is_own = [], place.level is not Level.UNIT
    for kind in watched:
        count, measure = found.counts[kind], KEPT[kind]
        # the rows are of now, the cover of the night: what is few now is hidden as well
        is_hidden = cover.discretion.hides(place.id, measure, count) or cover.hides(
            place.path, measure, count, is_own=is_own
        )
        part = share_of(count, found.people)
        lines.append(
            Line(
                kind,
                KINDS[kind].group,
                few() if is_hidden else number(count),
                "—" if is_hidden else share(part),
                oldest=None if is_hidden else found.oldest.get(kind),
                has_rows=count > 0,
                is_marked=not is_hidden and (part or 0) >= marked_at,
            )
        )
    return lines


def tree_lines(
    tree: Tree, watched: Sequence[Kind], cover: Cover, place: Place, marked_at: int
) -> list[Line]:
    """Return a line for each kind of a place with all below it: the sum of their desks."""
    lines = []
    for kind in watched:
        measure = KEPT[kind]
        count = tree.here.get(measure, 0)
        is_hidden = cover.hides(place.path, measure, count)
        part = share_of(count, tree.here.get(Measure.DESK_PEOPLE, 0))
        lines.append(
            Line(
                kind,
                KINDS[kind].group,
                covered_text(cover, place.path, measure, count),
                "—" if is_hidden else share(part),
                change="—" if is_hidden else _change(tree, measure, cover.discretion, place),
                is_marked=not is_hidden and (part or 0) >= marked_at,
            )
        )
    return lines


def _change(tree: Tree, measure: Measure, discretion: Discretion, place: Place) -> str:
    """Return the change since last month; of few people it is not told (ADR 0044)."""
    before = tree.before.get(measure)
    if before is None:
        return "—"
    change = tree.here.get(measure, 0) - before
    is_few = discretion.hides(place.id, measure, abs(change))
    return few() if is_few else f"{change:+d}"


def below_heads(watched: Sequence[Kind], labels: Mapping[Kind, object]) -> list[str]:
    """Return the heads of the table of lower organizations."""
    return [_("成年会员和志愿者"), *(str(labels[kind]) for kind in watched)]


def below_lines(tree: Tree, watched: Sequence[Kind], cover: Cover) -> list[Below]:
    """Return one line for each lower organization: people, then number and share of each kind."""
    return [
        Below(row.code, row.short_name, _cells(row.path, tree.below[row.id], watched, cover))
        for row in tree.page.rows
    ]


def _cells(path: str, numbers: Numbers, watched: Sequence[Kind], cover: Cover) -> list[str]:
    people = numbers.get(Measure.DESK_PEOPLE, 0)
    cells = [covered_text(cover, path, Measure.DESK_PEOPLE, people)]
    hides_people = cover.hides(path, Measure.DESK_PEOPLE, people)
    for measure in (KEPT[kind] for kind in watched):
        count = numbers.get(measure, 0)
        text = covered_text(cover, path, measure, count)
        is_plain = cover.hides(path, measure, count) or hides_people or not people
        cells.append(text if is_plain else f"{text} · {share(share_of(count, people))}")
    return cells
