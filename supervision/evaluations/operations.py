"""Weights, evaluating, replying and freezing: decisions of the province, replies of the places."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from core import clock, crypto, settings
from core.access.permissions import Level
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.rules import (
    N_,
    IllegalTransition,
    RuleViolation,
    UnknownRowError,
    check_line,
    check_shown,
    next_state,
)
from supervision.evaluations import rules, scoring
from supervision.evaluations.models import (
    REPLY_MAX,
    Evaluation,
    EvaluationEvent,
    EvaluationItem,
    EvaluationResult,
    EvaluationScheme,
)
from supervision.evaluations.queries import last_version, scheme_on
from supervision.evaluations.rules import EvaluationAction, EvaluationStatus, Weight
from supervision.public.queries.counting import PublicPlace, public_places
from supervision.reports.freezing import frozen
from supervision.reports.queries.counting import counted, definitions_on
from supervision.reports.rules import digest_of

NO_WEIGHTS = N_("这一年还没有权重，请先填写权重")
SOURCE_MAX = 200


class Outcome(NamedTuple):
    """What an evaluation comes to for a place now."""

    place: PublicPlace
    total: int | None
    points: list[dict[str, Any]]


def set_weights(
    level: Level, weights: Sequence[Weight], valid_from: date, source: str, scope: Scope
) -> EvaluationScheme:
    """Return new weights of a level from a day on; earlier versions stay.

    Raises RuleViolation where they are not 100 together, without a source, and for a past day.
    """
    now = clock.now()
    words = check_line(source, "source", SOURCE_MAX)
    if valid_from < clock.local(now).date().replace(month=1, day=1):
        raise RuleViolation("valid_from", N_("不能早于今年 1 月 1 日"))
    rules.check_weights(weights)
    scheme = EvaluationScheme(
        level=level,
        version=last_version(level) + 1,
        valid_from=valid_from,
        source=words,
        entered_at=now,
        entered_by_id=scope.principal.user_id,
    )
    scheme.items = [
        EvaluationItem(
            indicator=one.indicator, weight=one.weight, target=one.target, method=one.method
        )
        for one in weights
        if one.weight
    ]
    db.session.add(scheme)
    db.session.flush()
    record(
        "evaluations.weights", "evaluation_scheme", scheme.id, by=Actor.of_scope(scope), level=level
    )
    return scheme


def start(year: int, level: Level, scope: Scope, *, now: datetime) -> Evaluation:
    """Return a draft of the evaluation of a year: this one or the last.

    Raises RuleViolation for another year, without weights, and where there is one already.
    """
    today = clock.local(now).date()
    if year not in {today.year, today.year - 1} or level not in scoring.LEVELS:
        raise RuleViolation("year", N_("请选今年或者去年"))
    exists = select(Evaluation.id).where(Evaluation.year == year, Evaluation.level == level)
    if db.session.scalar(exists) is not None:
        raise RuleViolation("year", N_("这一年已经有评估"))
    scheme = scheme_on(level, today)
    if scheme is None:
        raise RuleViolation("year", NO_WEIGHTS)
    evaluation = Evaluation(
        code=crypto.opaque_code(8),
        year=year,
        level=level,
        scheme=scheme,
        organization_id=scope.place.id,
        status=EvaluationStatus.DRAFT,
        created_at=now,
    )
    db.session.add(evaluation)
    db.session.flush()
    _note(evaluation, None, scope, now)
    return evaluation


def step(code: str, action: EvaluationAction, scope: Scope, *, now: datetime) -> Evaluation:
    """Return an evaluation after a step of the province.

    What places reply to, and what is final, is counted at that moment. Raises RuleViolation where
    places may still reply, IllegalTransition, UnknownRowError.
    """
    evaluation = _locked(code)
    if evaluation.organization_id != scope.place.id:
        raise UnknownRowError(code)
    status = next_state(rules.EVALUATION_TRANSITIONS, evaluation.status, action)
    today = clock.local(now).date()
    if action is EvaluationAction.HAND_OVER:
        days = settings.value("evaluations.reply_days", on=today)
        evaluation.reply_until = today + timedelta(days=days)
        _write(evaluation, today)
    elif action is EvaluationAction.TAKE_BACK:
        gone = delete(EvaluationResult).where(EvaluationResult.evaluation_id == evaluation.id)
        db.session.execute(gone)
    elif action is EvaluationAction.FINISH:
        _check_replied(evaluation, today)
        evaluation.digest = _write(evaluation, today)
    evaluation.status = status
    _note(evaluation, action, scope, now)
    return evaluation


def reply(code: str, words: str, scope: Scope, *, now: datetime) -> EvaluationResult:
    """Return the result of a place with what it says to it before it is final.

    Raises UnknownRowError where it has none, IllegalTransition outside the time for replies.
    """
    text = check_shown(words.strip(), "reply")
    if not text or len(text) > REPLY_MAX:
        raise RuleViolation("reply", N_("请写意见，最多 %(limit)d 字"), limit=REPLY_MAX)
    evaluation = _locked(code)
    found = db.session.get(EvaluationResult, (evaluation.id, scope.place.id))
    if found is None:
        raise UnknownRowError(code)
    if evaluation.status is not EvaluationStatus.REPLYING:
        raise IllegalTransition(evaluation.status, EvaluationAction.FINISH)
    found.reply, found.replied_at = text, now
    db.session.flush()
    record("evaluations.reply", "evaluation", evaluation.id, by=Actor.of_scope(scope))
    return found


def outcomes(evaluation: Evaluation, today: date) -> list[Outcome]:
    """Return what an evaluation comes to for each place now, by name."""
    weights = [item.plain for item in evaluation.scheme.items]
    known = {one.code: one for one in definitions_on(today)}
    used = [known[one.indicator] for one in weights if one.indicator in known]
    places = [one for one in public_places() if one.level is evaluation.level]
    found = counted([one.id for one in places], [(one, evaluation.year) for one in used])
    shown = []
    for place in sorted(places, key=lambda one: (one.short_name, one.id)):
        points, told = [], []
        for weight in weights:
            definition = known.get(weight.indicator)
            if definition is None:
                continue
            reading = found[place.id, definition.code, evaluation.year]
            got = scoring.points_of(weight, reading.value, definition.better)
            told.append((weight, got))
            points.append(_point(frozen(definition), weight, reading, got))
        shown.append(Outcome(place, scoring.total_of(told), points))
    return shown


def _point(definition: Mapping[str, Any], weight: Weight, reading: Any, got: int | None) -> Any:
    return {
        "definition": dict(definition),
        "weight": weight.weight,
        "target": weight.target,
        "value": reading.value,
        "top": reading.top,
        "bottom": reading.bottom,
        "points": got,
    }


def _write(evaluation: Evaluation, today: date) -> str:
    """Write the results of now, replies stay; return the hash of all of them."""
    before = {
        one.place_id: one
        for one in db.session.scalars(
            select(EvaluationResult).where(EvaluationResult.evaluation_id == evaluation.id)
        )
    }
    evaluation.as_of, facts = today, []
    for outcome in outcomes(evaluation, today):
        row = before.get(outcome.place.id) or EvaluationResult(
            evaluation_id=evaluation.id, place_id=outcome.place.id
        )
        row.name, row.total = outcome.place.short_name, outcome.total
        row.points_text = json.dumps(outcome.points, ensure_ascii=False, sort_keys=True)
        db.session.add(row)
        facts.append([row.place_id, row.name, row.total, row.points_text])
    db.session.flush()
    return digest_of(facts)


def _check_replied(evaluation: Evaluation, today: date) -> None:
    waits = select(EvaluationResult.place_id).where(
        EvaluationResult.evaluation_id == evaluation.id, EvaluationResult.replied_at.is_(None)
    )
    until = evaluation.reply_until
    if until is not None and today <= until and db.session.scalars(waits).first() is not None:
        raise RuleViolation("", N_("还有地方没有回复，没到截止日期不能定稿"))


def _note(
    evaluation: Evaluation, action: EvaluationAction | None, scope: Scope, now: datetime
) -> None:
    by = Actor.of_scope(scope)
    db.session.add(
        EvaluationEvent(
            evaluation_id=evaluation.id,
            action=action,
            to_status=evaluation.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
        )
    )
    db.session.flush()
    name = action.value if action else "start"
    record(
        f"evaluations.{name}",
        "evaluation",
        evaluation.id,
        by=by,
        year=evaluation.year,
        level=evaluation.level,
        digest=evaluation.digest,
    )


def _locked(code: str) -> Evaluation:
    statement = select(Evaluation).where(Evaluation.code == code).with_for_update()
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found
