"""Results of an evaluation as their viewer sees them: by name, small groups left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from core import clock
from core.access.permissions import Level
from core.access.scope import Place, Scope
from organizations.queries import discretion_of
from organizations.rules import Discretion
from supervision.evaluations.labels import points_text
from supervision.evaluations.models import Evaluation, EvaluationResult
from supervision.evaluations.operations import outcomes
from supervision.evaluations.queries import results_of
from supervision.evaluations.rules import EvaluationStatus
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import Reading
from supervision.reports.freezing import thawed
from supervision.reports.labels import is_hidden, with_unit


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
    discretion = discretion_of(scope, today)
    if evaluation.status is EvaluationStatus.DRAFT:
        return [
            _shown(one.place.id, one.place.short_name, one.total, one.points, "", discretion)
            for one in outcomes(evaluation, today)
        ]
    return [_of_row(row, discretion, scope.place) for row in results_of(evaluation, scope.place)]


def _of_row(row: EvaluationResult, discretion: Discretion, place: Place) -> Shown:
    """Return a stored result; what a place replied is between it and who stands above it."""
    told = row.reply if place.id == row.place_id or place.level is Level.PROVINCE else ""
    return _shown(row.place_id, row.name, row.total, row.points, told, discretion)


def _shown(
    place_id: int,
    name: str,
    total: int | None,
    points: Iterable[Mapping[str, Any]],
    reply: str,
    discretion: Discretion,
) -> Shown:
    cells = [_cell(one, place_id, discretion) for one in points]
    return Shown(place_id, name, points_text(total), cells, reply)


def _cell(one: Mapping[str, Any], place_id: int, discretion: Discretion) -> Cell:
    definition: Definition = thawed(one["definition"])
    reading = Reading(one["value"], one["top"], one["bottom"])
    hidden = is_hidden(definition, reading, discretion, place_id)
    few = _("人数过少")
    return Cell(
        name=_(definition.name),
        value=few if hidden else with_unit(definition, reading.value),
        target=with_unit(definition, one["target"]),
        points=few if hidden else points_text(one["points"]),
        weight=one["weight"],
        version=definition.version,
    )
