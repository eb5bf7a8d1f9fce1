"""Reading weights and evaluations, as far as the level of the viewer goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from core.access.permissions import Level
from core.access.scope import Place
from core.database import db
from organizations.models import Organization
from organizations.queries import under
from supervision.evaluations.models import Evaluation, EvaluationResult, EvaluationScheme
from supervision.evaluations.rules import FROZEN, EvaluationStatus

__all__ = [
    "Evaluation",
    "evaluation_of",
    "evaluations_of",
    "last_version",
    "places_of",
    "results_of",
    "scheme_on",
]

#: Which levels are evaluated in the sight of whom: one's own, and what stands below.
_SEEN: dict[Level, tuple[Level, ...]] = {
    Level.PROVINCE: (Level.CITY, Level.COUNTY),
    Level.CITY: (Level.CITY, Level.COUNTY),
    Level.COUNTY: (Level.COUNTY,),
}


def scheme_on(level: Level, day: date) -> EvaluationScheme | None:
    """Return the weights of a level that hold on a day."""
    statement = (
        select(EvaluationScheme)
        .options(selectinload(EvaluationScheme.items))
        .where(EvaluationScheme.level == level, EvaluationScheme.valid_from <= day)
        .order_by(EvaluationScheme.valid_from.desc(), EvaluationScheme.version.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def last_version(level: Level) -> int:
    """Return the number of the newest weights of a level."""
    statement = select(func.max(EvaluationScheme.version)).where(EvaluationScheme.level == level)
    return db.session.scalar(statement) or 0


def evaluations_of(place: Place) -> Sequence[Evaluation]:
    """Return the evaluations that a place may see, the newest first."""
    statement = select(Evaluation).where(*_seen(place))
    return db.session.scalars(
        statement.order_by(Evaluation.year.desc(), Evaluation.level).limit(20)
    ).all()


def evaluation_of(place: Place, code: str) -> Evaluation | None:
    """Return one evaluation that a place may see; what is of a level above it is not there."""
    statement = (
        select(Evaluation)
        .options(joinedload(Evaluation.scheme).selectinload(EvaluationScheme.items))
        .where(Evaluation.code == code, *_seen(place))
    )
    return db.session.scalars(statement).one_or_none()


def results_of(evaluation: Evaluation, place: Place) -> Sequence[EvaluationResult]:
    """Return the results that a place may see, by name: its own and those below until it is final.

    A final one shows all organizations of the level; one that the province withholds only itself.
    """
    statement = (
        select(EvaluationResult)
        .join(Organization, Organization.id == EvaluationResult.place_id)
        .where(EvaluationResult.evaluation_id == evaluation.id)
        .order_by(EvaluationResult.name, EvaluationResult.place_id)
    )
    if evaluation.status not in FROZEN and place.level is not Level.PROVINCE:
        statement = statement.where(under(place.path))
    return db.session.scalars(statement).all()


def places_of(ids: Iterable[int]) -> Mapping[int, Place]:
    """Return the organizations with these ids as they stand in the tree: one statement."""
    asked = select(Organization).where(Organization.id.in_(list(ids)))
    return {one.id: one.place for one in db.session.scalars(asked)}


def _seen(place: Place) -> tuple[ColumnElement[bool], ...]:
    levels = Evaluation.level.in_(_SEEN.get(place.level, ()))
    if place.level is Level.PROVINCE:
        return (levels,)
    return (levels, Evaluation.status.in_((EvaluationStatus.REPLYING, EvaluationStatus.FINAL)))
