"""A confirmed record gets other minutes: reversal and new credit, both stay (LED-12, VOL-29)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest

from core import clock
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.desk import (
    BRANCH,
    acting,
    an_entry,
    confirm,
    entries_of,
    figure,
    log,
    totals,
)
from volunteers import operations as hours
from volunteers.models import ServiceRecord

ClientOf = Callable[[str], Client]


def correct(cast: Cast, record: ServiceRecord, minutes: int, by: str = "ben") -> None:
    hours.correct(
        record.code,
        minutes,
        "看错了签到表",
        organization_id=cast.organization(BRANCH).id,
        by=acting(cast, by),
        now=clock.now(),
    )
    db.session.commit()


@pytest.mark.covers("LED-12", "LED-01", "S14")
def test_old_and_new_minutes_stay_visible(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    decision = confirm(cast, record)
    ben = client_of("ben")
    path = f"/o/{cast.code(BRANCH)}/hours/records/{record.code}"
    assert f"{path}/correction" in [link["href"] for link in ben.page(path).select("main a")]
    answer = ben.post(f"{path}/correction", {"hours": "1.5", "reason": "提前半小时走了"})
    assert answer.status_code == 303
    shown = ben.page(answer.headers["Location"])
    assert "已改为 1.5 小时" in shown.text
    assert "改时长：2 小时改为 1.5 小时。提前半小时走了" in shown.text
    assert entries_of(record) == [("credit", 120), ("reversal", -120), ("credit", 90)]
    assert totals(record) == {record.served_on.year: (90, 0)}
    assert figure(cast, "测试省", Measure.CONFIRMED_MINUTES) == 90
    assert figure(cast, "测试省", Measure.CONFIRMED_RECORDS) == 1
    own = client_of("ada").page(f"/me/hours/{record.code}")
    assert "提前半小时走了" in own.text
    assert "人ben" not in own.text
    undo = ben.post(f"/o/{cast.code(BRANCH)}/hours/decisions/{decision}/undo")
    assert undo.status_code == 422


@pytest.mark.covers("IN-07")
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"hours": "", "reason": "错"}, "hours"),
        ({"hours": "1e3", "reason": "错"}, "hours"),
        ({"hours": "24.5", "reason": "错"}, "hours"),
        ({"hours": "2", "reason": "错"}, "hours"),
        ({"hours": "1", "reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    cast: Cast, client_of: ClientOf, fields: dict[str, str], wrong: str
) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    path = f"/o/{cast.code(BRANCH)}/hours/records/{record.code}/correction"
    answer = client_of("ben").post(path, fields)
    assert answer.status_code == 422
    assert parsed(answer).select_one(f"#{wrong}-error")
    assert entries_of(record) == [("credit", 120)]


@pytest.mark.covers("LED-04", "RACE-04")
def test_only_confirmed_records_of_others_are_corrected(cast: Cast, client_of: ClientOf) -> None:
    waiting, own = log(cast, "ada"), log(cast, "ben")
    with pytest.raises(IllegalTransition):
        correct(cast, waiting, 60)
    path = f"/o/{cast.code(BRANCH)}/hours/records/{waiting.code}/correction"
    answer = client_of("ben").post(path, {"hours": "1", "reason": "错"})
    assert answer.status_code == 409
    with pytest.raises(RuleViolation, match="自己的时长"):
        correct(cast, own, 60)
    db.session.rollback()
    assert (
        "改时长"
        not in client_of("ben").page(f"/o/{cast.code(BRANCH)}/hours/records/{own.code}").text
    )


@pytest.mark.covers("LED-02", "LED-03")
def test_a_longer_time_needs_room(cast: Cast) -> None:
    first = log(cast, "ada", an_entry(start=time(9)))
    second = log(cast, "ada", an_entry(start=time(12), title="巡河"))
    confirm(cast, first, second)
    with pytest.raises(RuleViolation, match="时间重叠"):
        correct(cast, first, 181)
    correct(cast, first, 180)
    assert first.ends_at == second.starts_at
    assert entries_of(second) == [("credit", 120)]


@pytest.mark.covers("LED-02")
def test_without_a_stated_start_it_moves_to_where_there_is_room(cast: Cast) -> None:
    first = log(cast, "ada")
    second = log(cast, "ada", an_entry(title="巡河"))
    confirm(cast, first)
    assert first.ends_at == second.starts_at
    correct(cast, first, 180)
    assert second.ends_at <= first.starts_at
    assert (first.served_on, totals(first)) == (
        second.served_on,
        {first.served_on.year: (180, 120)},
    )


def test_the_end_does_not_lie_in_the_future(cast: Cast) -> None:
    local = clock.local(clock.now())
    begin = local.replace(hour=0, minute=1)
    record = log(cast, "ada", an_entry(back=1, minutes=30, start=begin.time()))
    confirm(cast, record)
    record.served_on = local.date()
    record.starts_at, record.ends_at = begin, local
    db.session.commit()
    with pytest.raises(RuleViolation, match="晚于现在"):
        correct(cast, record, 1439)
