"""Results of an evaluation as their viewer sees them: by name, small groups left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core import clock
from core.access.permissions import Level
from core.access.scope import Place, Scope
from core.i18n import gettext as _
from organizations.queries import discretion_of
from organizations.queries.covering import cover_by
from organizations.rules.cover import Cover
from supervision.evaluations.labels import points_text
from supervision.evaluations.models import Evaluation, EvaluationResult
from supervision.evaluations.operations import outcomes
from supervision.evaluations.queries import places_of, results_of
from supervision.evaluations.rules import EvaluationStatus
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import Reading
from supervision.reports.freezing import thawed
from supervision.reports.labels import asked_for, is_hidden, with_unit


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator of a place: value, target, points, as they are shown."""

    name: str
    value: str
    target: str
    points: str
    weight: int
    version: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The result of one place."""

    place_id: int
    name: str
    total: str
    cells: Sequence[Cell]
    reply: str


def shown_results(evaluation: Evaluation, scope: Scope) -> list[Shown]:
    """Return the results that a viewer may see, by name; of a draft what it comes to now."""
    today = clock.today()
    if evaluation.status is EvaluationStatus.DRAFT:
        found = [
            _Result(one.place.id, one.place.short_name, one.total, one.points, "")
            for one in outcomes(evaluation, today)
        ]
    else:
        rows = results_of(evaluation, scope.place)
        found = [_of_row(row, scope.place) for row in rows]
    places = places_of(one.place_id for one in found)
    known = {
        definition.code: definition
        for one in found
        for point in one.points
        if (definition := thawed(point["definition"]))
    }
    paths = [one.path for one in places.values()]
    discretion = discretion_of(scope, today)
    cover = cover_by(asked_for(paths, known.values(), [evaluation.year], discretion))
    return [_shown(one, places[one.place_id], evaluation.year, cover) for one in found]


class _Result(NamedTuple):
    """What an evaluation comes to for a place, and what the place replied."""

    place_id: int
    name: str
    total: int | None
    points: Sequence[Mapping[str, Any]]
    reply: str


def _of_row(row: EvaluationResult, place: Place) -> _Result:
    """Return a stored result; what a place replied is between it and who stands above it."""
    told = row.reply if place.id == row.place_id or place.level is Level.PROVINCE else ""
    return _Result(row.place_id, row.name, row.total, row.points, told)


def _shown(found: _Result, place: Place, year: int, cover: Cover) -> Shown:
    """Return a result in words: where one value alone is hidden, the total would tell it."""
    few, hidden = _("人数过少"), 0
    cells: list[Cell] = []
    for one in found.points:
        definition: Definition = thawed(one["definition"])
        reading = Reading(one["value"], one["top"], one["bottom"])
        is_few = is_hidden(definition, reading, cover, place, year)
        hidden += is_few and one["points"] is not None
        cells.append(_cell(one, definition, reading, few if is_few else ""))
    total = few if hidden == 1 else points_text(found.total)
    return Shown(found.place_id, found.name, total, cells, found.reply)


def _cell(one: Mapping[str, Any], definition: Definition, reading: Reading, few: str) -> Cell:
    return Cell(
        name=_(definition.name),
        value=few or with_unit(definition, reading.value),
        target=with_unit(definition, one["target"]),
        points=few or points_text(one["points"]),
        weight=one["weight"],
        version=definition.version,
    )
