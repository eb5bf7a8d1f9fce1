"""The county's desk: what was refused is looked at once more, by somebody else (V15)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.desk import (
    BRANCH,
    COUNTY,
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
from volunteers.rules import RefusalReason, ServiceStatus

ClientOf = Callable[[str], Client]


def objected(cast: Cast, name: str = "ada", by: str = "ben") -> ServiceRecord:
    """A record that was refused and objected to."""
    record = log(cast, name)
    hours.refuse(
        [record.code],
        RefusalReason.NOT_THERE,
        "",
        handler_id=record.handler_id,
        by=acting(cast, by),
        now=clock.now(),
    )
    hours.object_(record.code, "我在现场", by=acting(cast, name), now=clock.now())
    db.session.commit()
    return record


def desk(cast: Cast) -> str:
    return f"/o/{cast.code(COUNTY)}/objections"


@pytest.mark.covers("V15", "LED-01")
def test_the_county_lets_the_hours_count(cast: Cast, client_of: ClientOf) -> None:
    record = objected(cast)
    cora = client_of("cora")
    listed = cora.page(desk(cast))
    assert "人ada" in listed.text
    page = cora.page(f"{desk(cast)}/{record.code}")
    assert "我在现场" in page.text
    grant = page.select_one("button[formaction]")
    assert grant is not None
    answer = cora.post(str(grant["formaction"]), {"reason": ""})
    assert answer.status_code == 303
    done = cora.page(answer.headers["Location"])
    assert "已认定，记入 2 小时" in done.text
    assert "没有等答复的申诉" in done.text
    assert entries_of(record) == [("credit", 120)]
    assert totals(record) == {record.served_on.year: (120, 0)}
    assert figure(cast, COUNTY, Measure.OBJECTIONS_WAITING) == 0
    assert figure(cast, BRANCH, Measure.CONFIRMED_MINUTES) == 120
    assert "申诉后认定" in client_of("ada").page(f"/me/hours/{record.code}").text
    assert cora.post(str(grant["formaction"]), {"reason": ""}).status_code == 409


@pytest.mark.covers("V15")
def test_the_county_keeps_a_refusal_and_says_why(cast: Cast, client_of: ClientOf) -> None:
    record = objected(cast)
    cora = client_of("cora")
    uphold = f"{desk(cast)}/{record.code}/uphold"
    missing = cora.post(uphold, {"reason": " "})
    assert missing.status_code == 422
    assert parsed(missing).select_one("#reason-error")
    answer = cora.post(uphold, {"reason": "名单和照片里都没有"})
    assert answer.status_code == 303
    assert "维持未认定" in cora.page(answer.headers["Location"]).text
    page = client_of("ada").page(f"/me/hours/{record.code}")
    assert "名单和照片里都没有" in page.text
    assert entries_of(record) == []
    assert figure(cast, COUNTY, Measure.OBJECTIONS_WAITING) == 0
    closed = cora.page(f"{desk(cast)}/{record.code}")
    assert closed.select("main form") == []
    with pytest.raises(IllegalTransition):
        hours.object_(record.code, "", by=acting(cast, "ada"), now=clock.now())


@pytest.mark.covers("LED-04", "AZ-03")
@pytest.mark.parametrize(("name", "status"), [("ben", 404), ("dan", 404), ("eve", 403)])
def test_only_the_county_of_the_record_answers(
    cast: Cast, client_of: ClientOf, name: str, status: int
) -> None:
    record = objected(cast)
    client = client_of(name)
    assert client.get(desk(cast)).status_code == status
    assert client.post(f"{desk(cast)}/{record.code}/grant").status_code == status
    assert record.status is ServiceStatus.OBJECTED


def test_what_is_not_at_the_desk_is_not_there(cast: Cast, client_of: ClientOf) -> None:
    waiting = log(cast, "ada")
    cora = client_of("cora")
    assert cora.get(f"{desk(cast)}/{waiting.code}").status_code == 404
    assert cora.post(f"{desk(cast)}/{waiting.code}/grant", {"reason": ""}).status_code == 404


@pytest.mark.covers("LED-04")
def test_who_refused_does_not_answer_the_objection(cast: Cast) -> None:
    record = objected(cast, name="ned", by="noa")
    county_id = cast.organization("北县").id
    with pytest.raises(RuleViolation, match="另一位工作人员"):
        hours.grant_objection(
            record.code, "", handler_id=county_id, by=acting(cast, "noa"), now=clock.now()
        )
    colleague = make.make_user(make.make_person())
    post = make.make_post(colleague, Role.OFFICER, cast.organization("北县"))
    by = Actor(colleague.id, colleague.person_id, post.id, post.role, county_id)
    hours.grant_objection(record.code, "", handler_id=county_id, by=by, now=clock.now())
    assert entries_of(record) == [("credit", 120)]


@pytest.mark.covers("LED-02")
def test_time_that_was_credited_since_is_not_credited_twice(cast: Cast) -> None:
    record = objected(cast)
    other = log(cast, "ada", an_entry(back=4, title="巡河"))
    other.starts_at, other.ends_at = record.starts_at, record.ends_at
    db.session.commit()
    confirm(cast, other)
    with pytest.raises(RuleViolation, match="重叠"):
        hours.grant_objection(
            record.code,
            "",
            handler_id=cast.organization(COUNTY).id,
            by=acting(cast, "cora"),
            now=clock.now(),
        )
