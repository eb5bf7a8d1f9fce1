"""Hours that somebody enters for volunteers: two lines, reason, evidence, label, delay, quota."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from core import clock
from core.database import db
from core.files.models import StoredFile
from core.rules import RuleViolation
from organizations.rules import Measure, OrganizationStatus
from tests.accounts.steps import enter_setting
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.taking import set_rule
from tests.units import png
from tests.volunteers import entering
from tests.volunteers.certified import issued, link_of
from tests.volunteers.desk import (
    BRANCH,
    COUNTY,
    acting,
    entries_of,
    figure,
    queue,
    states,
    totals,
)
from volunteers import operations as hours
from volunteers.models import ServiceSheet
from volunteers.operations.sheets import forget_drafts, forget_evidence
from volunteers.queries.sheets import records_on
from volunteers.rules import ServiceMethod, ServiceStatus, WorkKind
from volunteers.rules.certificates import is_witnessed

Clients = Callable[[str], Client]
#: Sheets in the order they were begun.
IN_TURN = select(ServiceSheet).order_by(ServiceSheet.id)
STATUS = ServiceStatus


def latest() -> ServiceSheet:
    db.session.expire_all()
    return db.session.scalars(select(ServiceSheet).order_by(ServiceSheet.id.desc())).first()  # type: ignore[return-value]


def head(**other: str) -> dict[str, str]:
    """Return the fields of the head as they are typed, about yesterday morning."""
    day = (clock.today() - timedelta(days=1)).isoformat()
    typed = {"title": "义诊服务", "field": "health", "work": "service", "day": day}
    return {**typed, "start": "0900", "end": "11:00", "reason": entering.REASON, **other}


def words_of(page: BeautifulSoup) -> str:
    return page.select_one("#main").get_text(" ", strip=True)  # type: ignore[union-attr]


@pytest.mark.covers("LED-05", "S29", "S44")
def test_a_secretary_enters_and_the_county_agrees(cast: Cast, client_of: Clients) -> None:
    ben, org = client_of("ben"), cast.code(BRANCH)
    begun = ben.post(f"/o/{org}/sheets/new", head())
    assert begun.status_code == 303, parsed(begun).select_one("#main")
    sheet = latest()
    page = f"/o/{org}/sheets/{sheet.code}"
    row = {"rows-0-who": cast.person("ada").name}
    refused = ben.post(page, {**row, "do": "send"})
    assert refused.status_code == 422
    assert "请先上传凭证" in refused.text
    photo = png(5, 5)
    kept = hours.keep_evidence(sheet.code, photo, by=acting(cast, "ben"), now=clock.now())
    db.session.commit()
    assert ben.post(page, {**row, "do": "send"}).status_code == 303
    [record] = records_on(sheet)
    assert (record.method, record.minutes) == (ServiceMethod.ENTERED_FOR, 120)
    assert record.handler_id == cast.organization(COUNTY).id
    assert "代录复核" in client_of("cora").page(f"/o/{cast.code(COUNTY)}/home").text
    assert "义诊服务" not in client_of("cora").page(queue(cast, COUNTY)).text
    second = f"/o/{cast.code(COUNTY)}/seconds/{sheet.code}"
    shown = words_of(client_of("cora").page(second))
    for told in (entering.REASON, "人ben", "东一村", "代录"):
        assert told in shown
    given = client_of("cora").get(f"{second}/evidence")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert given.data == png(5, 5)
    assert kept.name == "凭证.png"
    assert client_of("ada").get(f"{second}/evidence").status_code == 404
    done = client_of("cora").post(f"{second}/confirm", {"ids": record.code})
    assert done.status_code == 303
    assert states(record) == {STATUS.CONFIRMED}
    assert entries_of(record) == [("credit", 120)]


@pytest.mark.covers("LED-05", "LED-06", "S10", "G2")
def test_entered_hours_are_labelled_and_stand_on_a_certificate_a_day_later(
    cast: Cast, client_of: Clients
) -> None:
    now = clock.now()
    sheet = entering.draft(cast, now=now)
    [record] = entering.send(cast, sheet, now=now)
    entering.confirm(cast, sheet, now=now + timedelta(minutes=2))
    ada = client_of("ada")
    sale = ada.post("/me/certs", {"period": "all"})  # forty yuan, two minutes
    assert sale.status_code == 422
    assert "明天就能开证明" in sale.text
    assert "代录" in ada.page(f"/me/hours/{record.code}").text
    assert "代录" in ada.page("/me/hours").text
    assert (
        "代录" in client_of("ben").page(f"/o/{cast.code(BRANCH)}/hours/records/{record.code}").text
    )
    entry = entries_of(record)
    assert entry == [("credit", 120)]
    later = entering.draft(cast, now=now - timedelta(hours=30), head=entering.facts(back=4))
    entering.send(cast, later, now=now - timedelta(hours=30))
    entering.confirm(cast, later, now=now - timedelta(hours=25))
    certificate = issued(ada)
    assert certificate.minutes == 120
    assert "代录" in Client(ada.app).page(link_of(certificate)).text


@pytest.mark.covers("LED-06", "VOL-25")
def test_a_keyed_roll_call_and_minutes_put_right_wait_a_day_too() -> None:
    scanned, called = ServiceMethod.SCANNED, ServiceMethod.ROLL_CALL
    assert is_witnessed(scanned, None, "")
    assert is_witnessed(called, None, "")
    assert not is_witnessed(called, 7, "")
    assert not is_witnessed(scanned, None, "correct")
    assert not is_witnessed(ServiceMethod.ENTERED_FOR, None, "")


@pytest.mark.covers("LED-05", "LED-15")
def test_the_same_photo_is_known_again_whoever_hands_it_in(cast: Cast, client_of: Clients) -> None:
    entering.draft(cast, evidence=png(9, 9, (b"tEXt", b"camera\0one")))
    second = entering.draft(cast, by="cora", evidence=png(9, 9, (b"tEXt", b"camera\0two")))
    entering.draft(cast, evidence=png(8, 9))
    page = f"/o/{cast.code(BRANCH)}/sheets/{second.code}"
    assert "已经用在另外 1 份" in client_of("cora").page(page).text
    entering.send(cast, second, "cora")
    at_branch = f"/o/{cast.code(BRANCH)}/seconds/{second.code}"
    assert "还用在另外 1 份" in client_of("ben").page(at_branch).text


@pytest.mark.covers("LED-08", "VOL-27")
@pytest.mark.parametrize("work", [one for one in WorkKind if one is not WorkKind.SERVICE])
def test_meetings_training_and_duty_yield_no_hours(
    cast: Cast, client_of: Clients, work: WorkKind
) -> None:
    sheet = entering.draft(cast, head=entering.facts(work=work))
    [record] = entering.send(cast, sheet)
    year = record.served_on.year
    assert totals(record).get(year, (0, 0)) == (0, 0)
    entering.confirm(cast, sheet)
    assert states(record) == {STATUS.CONFIRMED}
    assert entries_of(record) == []
    assert totals(record).get(year, (0, 0)) == (0, 0)
    assert figure(cast, BRANCH, Measure.CONFIRMED_MINUTES) == 0
    assert "不计志愿服务时长" in client_of("ada").page(f"/me/hours/{record.code}").text
    assert "不计时长" in client_of("ada").page("/me/hours").text
    hours.correct(
        record.code,
        60,
        "实际一小时",
        organization_id=cast.organization(BRANCH).id,
        by=acting(cast, "cora"),
        now=clock.now(),
    )
    hours.disown(record.code, "", by=acting(cast, "ada"), now=clock.now())
    db.session.commit()
    assert entries_of(record) == []


@pytest.mark.covers("VOL-27")
def test_training_counts_where_the_rule_of_the_day_says_so(cast: Cast) -> None:
    set_rule("hours.count_training", 1)
    sheet = entering.draft(cast, head=entering.facts(work=WorkKind.TRAINING))
    entering.send(cast, sheet)
    entering.confirm(cast, sheet)
    assert figure(cast, BRANCH, Measure.CONFIRMED_MINUTES) == 120


@pytest.mark.covers("LED-03", "VOL-26")
def test_what_lies_back_is_entered_later_with_a_reason_and_not_for_ever(cast: Cast) -> None:
    now, ben = clock.now(), acting(cast, "ben")
    volunteer = entering.volunteer_of(cast.person("ada"))
    volunteer.entered_on = clock.today() - timedelta(days=900)
    db.session.commit()
    sheet = entering.draft(cast, [volunteer], head=entering.facts(back=200))
    [record] = entering.send(cast, sheet)
    assert record.method is ServiceMethod.ENTERED_LATER
    with pytest.raises(RuleViolation, match="365"):
        entering.draft(cast, [volunteer], head=entering.facts(back=380))
    own = entering.draft(cast, [entering.volunteer_of(cast.person("ben"))])
    with pytest.raises(hours.LineProblems) as refused:
        hours.send_sheet(own.code, by=ben, now=now)
    assert "自己的时长" in str(refused.value.lines[0])


@pytest.mark.covers("LED-02", "LED-03", "S7")
def test_no_line_overlaps_what_stands_or_another_line(cast: Cast, client_of: Clients) -> None:
    ada = entering.volunteer_of(cast.person("ada"))
    first = entering.draft(cast, [ada])
    entering.send(cast, first)
    again = entering.draft(cast, [ada, ada], head=entering.facts(hour=10))
    org = cast.code(BRANCH)
    rows = {"rows-0-code": ada.code, "rows-0-start": "10:00", "rows-0-end": "12:00"}
    rows |= {"rows-1-code": ada.code, "rows-1-start": "11:30", "rows-1-end": "12:30"}
    page = f"/o/{org}/sheets/{again.code}"
    refused = client_of("ben").post(page, {**rows, "do": "send"})
    assert refused.status_code == 422
    assert "和『义诊服务 09:00–11:00』时间重叠" in refused.text
    rows["rows-0-start"] = "11:00"
    twice = client_of("ben").post(page, {**rows, "do": "send"})
    assert "和『义诊服务 11:00–12:00』时间重叠" in twice.text
    rows["rows-1-start"] = "12:00"
    assert client_of("ben").post(page, {**rows, "do": "send"}).status_code == 303


@pytest.mark.covers("LED-02", "LED-03", "VOL-29")
def test_no_correction_makes_an_overlap_or_passes_a_cap(cast: Cast, client_of: Clients) -> None:
    """By the page of the branch and by the operation, of what was logged and what was entered."""
    ada = entering.volunteer_of(cast.person("ada"))
    for hour, minutes in ((9, 60), (11, 60)):
        sheet = entering.draft(cast, [ada], head=entering.facts(hour=hour, minutes=minutes))
        entering.send(cast, sheet)
        entering.confirm(cast, sheet)
    enter_setting("hours.max_day_minutes", 480)
    first, last = (records_on(one)[0] for one in db.session.scalars(IN_TURN))
    corrections = f"/o/{cast.code(COUNTY)}/hours/records/{{}}/correction"
    cases = ((first, "3", "时间重叠"), (last, "8", "会超过 8 小时"))
    for record, typed, problem in cases:
        fields = {"hours": typed, "reason": "签到表"}
        refused = client_of("cora").post(corrections.format(record.code), fields)
        assert refused.status_code == 422
        assert problem in refused.text
        with pytest.raises(RuleViolation):
            hours.correct(
                record.code,
                int(typed) * 60,
                "签到表",
                organization_id=cast.organization(COUNTY).id,
                by=acting(cast, "cora"),
                now=clock.now(),
            )
        assert entries_of(record) == [("credit", 60)]
    fields = {"hours": "2", "reason": "签到表"}
    assert client_of("cora").post(corrections.format(first.code), fields).status_code == 303


@pytest.mark.covers("FILE-06", "PRV-17", "AZ-05")
def test_drafts_are_of_their_line_and_go_with_their_photo(cast: Cast, client_of: Clients) -> None:
    sheet = entering.draft(cast)
    page = f"/o/{cast.code(BRANCH)}/sheets/{sheet.code}"
    cora = client_of("cora")
    assert cora.get(page).status_code == 404
    assert cora.post(f"{page}/drop").status_code == 404
    old = entering.draft(cast, head=entering.facts(back=2), now=clock.now() - timedelta(days=1))
    old.begun_at = clock.now() - timedelta(days=31)
    db.session.commit()
    assert forget_drafts(clock.now()) == 1
    assert client_of("ben").post(f"{page}/drop").status_code == 303
    db.session.commit()
    assert db.session.scalars(select(ServiceSheet)).all() == []
    assert db.session.scalars(select(StoredFile)).all() == []
    kept = entering.draft(cast)
    entering.send(cast, kept)
    assert forget_evidence(clock.now() + timedelta(days=364)) == 0
    assert forget_evidence(clock.now() + timedelta(days=367)) == 1
    db.session.commit()
    assert latest().evidence_digest is not None


@pytest.mark.covers("ORG-17")
def test_nothing_is_entered_for_an_organization_that_is_gone(cast: Cast) -> None:
    now = clock.now()
    sheet = entering.draft(cast, now=now)
    cast.organization(BRANCH).status = OrganizationStatus.DISSOLVED
    db.session.commit()
    with pytest.raises(RuleViolation, match="已经撤销"):
        entering.send(cast, sheet, now=now)
