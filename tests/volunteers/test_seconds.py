"""The second person over hours that were entered: another line, what is held, who says no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import Letter, Post
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.volunteers import entering
from tests.volunteers.desk import (
    BRANCH,
    COUNTY,
    acting,
    entries_of,
    figure,
    second_secretary,
    states,
    totals,
)
from volunteers import operations as hours
from volunteers.models import ServiceSheet
from volunteers.operations.decisions import confirm
from volunteers.operations.seconds import follow_keeper_of_sheets
from volunteers.queries.sheets import records_on
from volunteers.rules import RefusalReason, ServiceStatus
from volunteers.rules.sheets import SheetStatus

Clients = Callable[[str], Client]
STATUS = ServiceStatus


def latest() -> ServiceSheet:
    db.session.expire_all()
    return db.session.scalars(select(ServiceSheet).order_by(ServiceSheet.id.desc())).first()  # type: ignore[return-value]


def words_of(page: BeautifulSoup) -> str:
    return page.select_one("#main").get_text(" ", strip=True)  # type: ignore[union-attr]


@pytest.mark.covers("LED-05", "LED-04", "VOL-25")
@pytest.mark.parametrize(
    ("operator", "place", "second"),
    [("ben", BRANCH, COUNTY), ("cora", BRANCH, BRANCH), ("cora", COUNTY, "东市")],
)
def test_the_second_person_is_of_another_line(
    cast: Cast, operator: str, place: str, second: str
) -> None:
    """A branch's entry goes to the county, the county's to the branch, else to the city."""
    [one] = entering.helpers(cast, 1, place)
    sheet = entering.draft(cast, [one], by=operator, place=place)
    [record] = entering.send(cast, sheet, operator)
    assert record.handler_id == cast.organization(second).id
    decider = {COUNTY: "cora", BRANCH: "ben", "东市": "eve"}[second]
    entering.confirm(cast, sheet, decider, second)
    assert states(record) == {STATUS.CONFIRMED}


@pytest.mark.covers("LED-05")
def test_who_has_nobody_of_another_line_enters_nothing_by_hand(cast: Cast) -> None:
    """Above the province nobody agrees: its own entry is refused, and waits for nobody for ever."""
    province = "测试省"
    sheet = entering.draft(cast, entering.helpers(cast, 1, province), by="gil", place=province)
    with pytest.raises(RuleViolation, match="另一级"):
        entering.send(cast, sheet, "gil")
    db.session.rollback()
    assert (latest().status, list(records_on(sheet))) == (SheetStatus.DRAFT, [])


@pytest.mark.covers("LED-05", "LED-04")
def test_nobody_of_the_own_line_agrees_and_no_queue_goes_round_it(
    cast: Cast, client_of: Clients
) -> None:
    second_secretary(cast)
    sheet = entering.draft(cast)
    [record] = entering.send(cast, sheet)
    with pytest.raises(UnknownRowError):
        entering.confirm(cast, sheet, "gus", BRANCH)
    make.make_post(cast.user("ben"), Role.OFFICER, cast.organization(COUNTY))
    db.session.commit()
    at_county = Actor(cast.user("ben").id, cast.person("ben").id, None, "officer", None)
    for by, problem in ((at_county, "自己录入"), (acting(cast, "gus"), "另一级")):
        with pytest.raises(RuleViolation, match=problem):
            hours.confirm_sheet(
                sheet.code,
                [record.code],
                handler_id=cast.organization(COUNTY).id,
                by=by,
                now=clock.now(),
            )
    cora, county = client_of("cora"), cast.code(COUNTY)
    around = cora.post(f"/o/{county}/hours/confirm", {"ids": record.code, "looked_at": record.code})
    assert around.status_code == 422
    assert "代录复核" in around.text
    assert states(record) == {STATUS.PENDING}


@pytest.mark.covers("LED-05")
def test_a_keeper_who_comes_or_goes_changes_no_line(cast: Cast) -> None:
    [one] = entering.helpers(cast, 1)
    own = entering.draft(cast)
    [waits_above] = entering.send(cast, own)
    from_above = entering.draft(cast, [one], by="cora")
    [waits_here] = entering.send(cast, from_above, "cora")
    assert waits_here.handler_id == cast.organization(BRANCH).id
    end_posts(cast, "ben")
    follow_keeper_of_sheets(cast.organization(BRANCH).id, now=clock.now())
    hours.follow_handler(cast.organization(BRANCH).id, now=clock.now())
    db.session.commit()
    db.session.refresh(waits_above)
    db.session.refresh(waits_here)
    assert waits_above.handler_id == cast.organization(COUNTY).id
    assert waits_here.handler_id == cast.organization("东市").id


def end_posts(cast: Cast, name: str) -> None:
    """Let the posts of somebody end yesterday."""
    posts = db.session.scalars(select(Post).where(Post.user_id == cast.user(name).id)).all()
    for post in posts:
        post.ends_on = clock.today() - timedelta(days=1)
    db.session.flush()


@pytest.mark.covers("LED-06")
@pytest.mark.parametrize(("people", "minutes"), [(21, 60), (6, 420)], ids=["people", "hours"])
def test_much_of_one_account_on_one_day_is_held_until_the_county_lets_it_go(
    cast: Cast, client_of: Clients, people: int, minutes: int
) -> None:
    crowd = entering.helpers(cast, people)
    first = entering.draft(cast, crowd[:-1], head=entering.facts(minutes=minutes))
    assert {one.status for one in entering.send(cast, first)} == {STATUS.PENDING}
    assert latest().status is SheetStatus.SENT
    last = entering.draft(cast, crowd[-1:], head=entering.facts(minutes=minutes))
    [record] = entering.send(cast, last)
    assert latest().status is SheetStatus.HELD
    with pytest.raises(IllegalTransition):
        entering.confirm(cast, last)
    cora, county = client_of("cora"), cast.code(COUNTY)
    assert cora.post(f"/o/{county}/seconds/{last.code}/release").status_code == 303
    entering.confirm(cast, last)
    assert states(record) == {STATUS.CONFIRMED}


@pytest.mark.covers("LED-06")
def test_the_county_releases_nothing_that_it_entered_itself(cast: Cast) -> None:
    crowd = entering.helpers(cast, 6)
    sheet = entering.draft(cast, crowd, by="cora", head=entering.facts(minutes=420))
    records = entering.send(cast, sheet, "cora")
    city = cast.organization("东市").id
    assert {one.handler_id for one in records} == {city}
    eve = acting(cast, "eve")
    hours.release_sheet(sheet.code, handler_id=city, by=eve, now=clock.now())
    db.session.commit()
    assert {one.handler_id for one in records_on(sheet)} == {cast.organization(BRANCH).id}
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == len(records)
    with pytest.raises(UnknownRowError):  # it is no longer here
        hours.release_sheet(sheet.code, handler_id=city + 10_000, by=eve, now=clock.now())


@pytest.mark.covers("LED-05", "V9")
def test_a_volunteer_is_told_and_says_that_it_was_not_him(cast: Cast, client_of: Clients) -> None:
    [one] = entering.helpers(cast, 1)
    ada = client_of("ada")
    sheet = entering.draft(cast, [entering.volunteer_of(cast.person("ada")), one])
    record, other = entering.send(cast, sheet)
    told = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.HOURS_ENTERED)).all()
    assert [letter.user_id for letter in told if record.code in letter.details] == [
        cast.user("ada").id
    ]
    way = ada.page(f"/me/hours/{record.code}").select_one("a[href$='/not-me']")
    assert way is not None
    entering.confirm(cast, sheet)
    assert totals(record)[record.served_on.year][0] == 120
    assert ada.post(str(way["href"]), {"note": "那天我在外地"}).status_code == 303
    assert states(record) == {STATUS.DISOWNED}
    assert states(other) == {STATUS.CONFIRMED}
    assert entries_of(record) == [("credit", 120), ("reversal", -120)]
    assert totals(record)[record.served_on.year] == (0, 0)
    shown = words_of(client_of("cora").page(f"/o/{cast.code(COUNTY)}/seconds/{sheet.code}"))
    assert "1 人说自己没有参加" in shown
    assert ada.get(str(way["href"])).status_code == 404
    assert client_of("ada").post(f"/me/hours/{other.code}/not-me").status_code == 404


@pytest.mark.covers("LED-05")
def test_before_it_was_confirmed_one_said_it_was_not_him(cast: Cast) -> None:
    sheet = entering.draft(cast)
    [record] = entering.send(cast, sheet)
    hours.disown(record.code, "", by=acting(cast, "ada"), now=clock.now())
    db.session.commit()
    assert figure(cast, COUNTY, Measure.HOURS_WAITING) == 0
    with pytest.raises(IllegalTransition):
        entering.confirm(cast, sheet)
    with pytest.raises(IllegalTransition):
        hours.disown(record.code, "", by=acting(cast, "ada"), now=clock.now())


@pytest.mark.covers("RACE-01", "RACE-04", "LED-06")
def test_who_comes_second_to_a_sheet_is_told_so_in_one_sentence(
    cast: Cast, client_of: Clients
) -> None:
    sheet = entering.draft(cast)
    [record] = entering.send(cast, sheet)
    cora, county = client_of("cora"), cast.code(COUNTY)
    base = f"/o/{county}/seconds/{sheet.code}"
    refusal = {"reason": RefusalReason.NOT_THERE.value}
    assert cora.post(f"{base}/refusal", refusal).status_code == 303
    for act in ("confirm", "release"):
        late = cora.post(f"{base}/{act}", {"ids": record.code})
        assert late.status_code == 409
    assert cora.post(f"{base}/refusal", refusal).status_code == 409
    assert states(record) == {STATUS.REFUSED}


@pytest.mark.covers("LED-05")
def test_a_confirmed_sheet_is_taken_back_for_ten_minutes_and_waits_again(
    cast: Cast, client_of: Clients
) -> None:
    sheet = entering.draft(cast)
    [record] = entering.send(cast, sheet)
    code = entering.confirm(cast, sheet)
    cora, county = client_of("cora"), cast.code(COUNTY)
    assert "已确认 1 条" in cora.page(f"/o/{county}/seconds?done={code}").text
    assert cora.post(f"/o/{county}/hours/decisions/{code}/undo").status_code == 303
    assert states(record) == {STATUS.PENDING}
    with pytest.raises(RuleViolation):
        confirm(
            [record.code],
            handler_id=cast.organization(COUNTY).id,
            by=acting(cast, "cora"),
            now=clock.now(),
        )
    entering.confirm(cast, sheet)
    assert states(record) == {STATUS.CONFIRMED}


@pytest.mark.covers("LED-05", "VOL-29")
def test_no_objection_lets_the_line_that_entered_credit_it_itself(cast: Cast) -> None:
    """The county entered, the branch refused, the volunteer objects: the county may not grant."""
    sheet = entering.draft(cast, by="cora")
    [record] = entering.send(cast, sheet, "cora")
    hours.refuse_sheet(
        sheet.code,
        RefusalReason.NOT_THERE,
        "",
        handler_id=cast.organization(BRANCH).id,
        by=acting(cast, "ben"),
        now=clock.now(),
    )
    hours.object_(record.code, "我在", by=acting(cast, "ada"), now=clock.now())
    county = cast.organization(COUNTY).id
    assert record.handler_id == county
    officer = make.make_user(make.make_person())
    db.session.commit()
    other = Actor(officer.id, officer.person_id, None, "officer", county)
    with pytest.raises(RuleViolation, match="另一级"):
        hours.grant_objection(record.code, "", handler_id=county, by=other, now=clock.now())
    db.session.rollback()
    hours.uphold(record.code, "签到表上没有", handler_id=county, by=other, now=clock.now())
    assert record.status is STATUS.UPHELD
