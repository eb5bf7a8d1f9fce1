"""The yearly evaluation: weights from a day on, replies before it is final, organizations only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from core import clock
from core.access.permissions import Level
from core.database import db
from core.rules import IllegalTransition, RuleViolation, next_state
from organizations.rules import Measure
from supervision.evaluations import scoring
from supervision.evaluations.models import (
    Evaluation,
    EvaluationItem,
    EvaluationResult,
    EvaluationScheme,
)
from supervision.evaluations.rules import (
    EVALUATION_TRANSITIONS,
    EvaluationAction,
    EvaluationStatus,
    Method,
    Weight,
)
from supervision.indicators.rules import Better, Unit
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, look

Clients = Callable[[str], Client]
WEIGHTS = {
    "level": "county",
    "source": "年度工作要点",
    "weight_I15": "60",
    "target_I15": "80",
    "method_I15": "proportion",
    "weight_I12": "40",
    "target_I12": "100",
    "method_I12": "reached",
    "method_I01": "proportion",
    "method_I05": "proportion",
}


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/o/{cast.code('测试省')}/evaluations"


@pytest.fixture
def draft(cast: Cast, client_of: Clients, path: str) -> Evaluation:
    """Return the draft of this year's evaluation of counties."""
    gil = client_of("gil")
    day = clock.today().isoformat()
    assert gil.post(f"{path}/weights", {**WEIGHTS, "valid_from": day}).status_code == 303
    year = str(clock.today().year)
    assert gil.post(path, {"year": year, "level": "county"}).status_code == 303
    return db.session.scalars(select(Evaluation)).one()


def points(page: Any) -> dict[str, str]:
    return {row.th.contents[0].strip(): row.td.text for row in page.select("#rows tr")}


@pytest.mark.covers("STA-05", "AZ-07")
def test_places_reply_before_it_is_final_and_then_it_stands(
    cast: Cast, client_of: Clients, path: str, draft: Evaluation
) -> None:
    gil, cora, year = client_of("gil"), client_of("cora"), clock.today().year
    stocks = ((Measure.SCHOOLS, 10), (Measure.SCHOOL_BRANCHES, 4), (Measure.VOLUNTEERS, 9))
    for measure, count in stocks:
        add(cast, "东县", measure, count)
    add(cast, "东县", Measure.CONFIRMED_MINUTES, 6000, year)
    page, own = f"{path}/{draft.code}", f"/o/{cast.code('东县')}/evaluations/{draft.code}"
    assert points(look(gil, page)) == {"东县": "70.00", "北县": "0.00", "西县": "0.00"}
    assert cora.get(own).status_code == 404
    assert gil.post(f"{page}/step", {"action": "finish"}).status_code == 409
    assert gil.post(f"{page}/step", {"action": "hand_over"}).status_code == 303
    assert list(points(look(cora, own))) == ["东县"]
    assert cora.post(f"{own}/reply", {"reply": " "}).status_code == 422
    assert cora.post(f"{own}/reply", {"reply": "漏了四所学校"}).status_code == 303
    assert "漏了四所学校" in look(gil, page).main.text
    assert gil.post(f"{page}/step", {"action": "finish"}).status_code == 422
    add(cast, "东县", Measure.SCHOOL_BRANCHES, 4)
    draft = db.session.get_one(Evaluation, draft.id)
    draft.reply_until = clock.today() - timedelta(days=1)
    assert gil.post(f"{page}/step", {"action": "finish"}).status_code == 303
    add(cast, "东县", Measure.SCHOOL_BRANCHES, -8)
    shown = points(look(cora, own))
    assert list(shown) == ["东县", "北县", "西县"]
    assert shown["东县"] == "100.00"
    assert (
        "漏了四所学校"
        not in look(client_of("dan"), own.replace(cast.code("东县"), cast.code("西县"))).main.text
    )
    assert cora.post(f"{own}/reply", {"reply": "还有"}).status_code == 409
    assert gil.post(f"{page}/step", {"action": "withhold"}).status_code == 303
    assert cora.get(own).status_code == 404
    assert points(look(gil, page))["东县"] == "100.00"
    assert gil.post(f"{page}/step", {"action": "release"}).status_code == 303
    assert cora.get(own).status_code == 200
    assert draft.digest


@pytest.mark.covers("STA-05")
def test_the_database_refuses_changes_of_weights_and_of_final_points(
    cast: Cast, client_of: Clients, path: str, draft: Evaluation
) -> None:
    gil = client_of("gil")
    gil.post(f"{path}/{draft.code}/step", {"action": "hand_over"})
    db.session.execute(update(EvaluationResult).values(replied_at=clock.now()))
    assert gil.post(f"{path}/{draft.code}/step", {"action": "finish"}).status_code == 303
    for change in (
        update(EvaluationResult).values(total=1),
        EvaluationResult.__table__.delete(),  # type: ignore[attr-defined]
        update(EvaluationItem).values(weight=1),
        update(EvaluationScheme).values(valid_from=clock.today()),
    ):
        with pytest.raises(DBAPIError, match=r"final|append-only"), db.session.begin_nested():
            db.session.execute(change)


@pytest.mark.covers("AZ-01")
def test_what_stands_above_is_not_seen_and_others_do_not_decide(
    cast: Cast, client_of: Clients, path: str, draft: Evaluation
) -> None:
    gil, eve = client_of("gil"), client_of("eve")
    year = str(clock.today().year)
    cities = {**WEIGHTS, "level": "city", "valid_from": clock.today().isoformat()}
    assert gil.post(f"{path}/weights", cities).status_code == 303
    assert gil.post(path, {"year": year, "level": "city"}).status_code == 303
    city = db.session.scalars(select(Evaluation).where(Evaluation.level == Level.CITY)).one()
    assert gil.post(f"{path}/{city.code}/step", {"action": "hand_over"}).status_code == 303
    assert eve.get(f"/o/{cast.code('东市')}/evaluations/{city.code}").status_code == 200
    for where in ("evaluations", "tables/evaluation?code="):
        way = f"/o/{cast.code('东县')}/{where}".removesuffix("evaluations")
        way += f"evaluations/{city.code}" if where == "evaluations" else city.code
        assert client_of("cora").get(way).status_code == 404, way
    step = f"/o/{cast.code('东市')}/evaluations/{city.code}/step"
    assert eve.post(step, {"action": "finish"}).status_code == 403
    assert client_of("ben").get(f"/o/{cast.code('东一村')}/evaluations").status_code == 403
    assert eve.post(f"/o/{cast.code('东市')}/evaluations", {"year": year}).status_code == 403


def test_weights_that_make_no_sense_are_told_apart(
    cast: Cast, client_of: Clients, path: str
) -> None:
    gil, day = client_of("gil"), clock.today().isoformat()
    for wrong, words in (
        ({"weight_I15": "50"}, "权重合计要是 100"),
        ({"target_I15": "x"}, "请填写数字"),
        ({"target_I15": "1.234"}, "请填写数字"),
        ({"weight_I15": "-1"}, "应在 0 到 100 之间"),
        ({"valid_from": "2020-01-01"}, "不能早于"),
        ({"valid_from": "x"}, ""),
        ({"source": ""}, "请填写这一项"),
    ):
        answer = gil.post(f"{path}/weights", {**WEIGHTS, "valid_from": day, **wrong})
        assert answer.status_code == 422, wrong
        assert words in answer.text, wrong
    assert gil.post(path, {"year": str(clock.today().year), "level": "city"}).status_code == 422
    assert gil.post(path, {"year": "1999", "level": "city"}).status_code == 422


def test_points_are_in_proportion_up_to_the_weight() -> None:
    half = Weight("I15", 60, 8000, Method.PROPORTION)
    assert scoring.points_of(half, 4000, Better.MORE) == 3000
    assert scoring.points_of(half, 9000, Better.MORE) == 6000
    assert scoring.points_of(half, 16000, Better.LESS) == 3000
    assert scoring.points_of(half, 0, Better.LESS) == 6000
    assert scoring.points_of(half, None, Better.MORE) is None
    all_or_nothing = Weight("I12", 40, 100, Method.REACHED)
    assert scoring.points_of(all_or_nothing, 99, Better.MORE) == 0
    assert scoring.total_of([(half, None), (all_or_nothing, 4000)]) == 10_000
    assert scoring.total_of([(half, None)]) is None
    assert scoring.read_target("95.5", Unit.SHARE, "t") == 9550
    with pytest.raises(RuleViolation):
        scoring.read_target("1e3", Unit.PERSONS, "t")


def every_step() -> Iterator[tuple[EvaluationStatus, EvaluationAction]]:
    for status in EvaluationStatus:
        for action in EvaluationAction:
            yield status, action


@pytest.mark.parametrize(("status", "action"), list(every_step()))
def test_only_the_steps_of_the_table_are_taken(
    status: EvaluationStatus, action: EvaluationAction
) -> None:
    if (status, action) in EVALUATION_TRANSITIONS:
        assert next_state(EVALUATION_TRANSITIONS, status, action) is not status
    else:
        with pytest.raises(IllegalTransition):
            next_state(EVALUATION_TRANSITIONS, status, action)


def test_values_and_targets_are_told_with_their_unit(
    client_of: Clients, path: str, draft: Evaluation
) -> None:
    gil = client_of("gil")
    assert "目标 100 小时" in look(gil, f"{path}/{draft.code}").main.text
    assert "100 小时" in look(gil, f"{path}/weights").main.text
