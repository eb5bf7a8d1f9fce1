"""Sheets of hours for others: taken back while nobody worked on them, objected to, kept a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.models import Signup
from core import clock
from core.database import db
from core.rules import RuleViolation
from organizations.rules import Measure
from tests.activities.attending import running
from tests.cast import Cast
from tests.client import Client
from tests.volunteers import entering
from tests.volunteers.desk import BRANCH, COUNTY, acting, figure, states
from tests.volunteers.holding import desk_of, only_hold, setting, sound
from volunteers import operations as hours
from volunteers.models import ServiceSheet
from volunteers.operations.sheets import forget_evidence
from volunteers.operations.taking_back import take_back_sheet
from volunteers.queries.keying import seated_volunteers
from volunteers.queries.sheets import evidence_of, lines_on, records_on
from volunteers.rules import ServiceStatus
from volunteers.rules.sheets import SheetStatus

Clients = Callable[[str], Client]


@pytest.mark.covers("LED-05", "LED-01")
def test_a_sent_sheet_is_a_draft_again_while_nobody_worked_on_it(
    cast: Cast, client_of: Clients
) -> None:
    sheet = entering.draft(cast)
    [record] = entering.send(cast, sheet)
    ben, page = client_of("ben"), f"/o/{cast.code(BRANCH)}/sheets/{sheet.code}"
    assert "收回来改" in ben.page(page).text
    answer = ben.post(f"{page}/take-back")
    assert answer.status_code == 303, answer.text
    assert states(record) == {ServiceStatus.WITHDRAWN}
    draft = db.session.scalars(
        select(ServiceSheet).where(ServiceSheet.status == SheetStatus.DRAFT)
    ).one()
    [line] = lines_on(draft)
    assert (line.starts_at, line.ends_at) == (record.starts_at, record.ends_at)
    assert evidence_of(draft) is not None
    assert figure(cast, COUNTY, Measure.HOURS_WAITING) == 0
    [again] = entering.send(cast, draft)
    assert again.status is ServiceStatus.PENDING
    assert sound()


@pytest.mark.covers("LED-05")
def test_a_sheet_stays_while_its_roll_is_keyed_anew(cast: Cast) -> None:
    shift, keyed, ben = running(cast, "ada"), entering.draft(cast), acting(cast, "ben")
    entering.send(cast, keyed)
    keyed.shift_id = entering.draft(cast).shift_id = shift.id
    db.session.flush()
    with pytest.raises(RuleViolation, match="没送出"):
        take_back_sheet(keyed.code, by=ben, now=clock.now())


@pytest.mark.covers("LED-05", "RACE-04")
def test_a_sheet_stays_once_somebody_worked_on_it(cast: Cast, client_of: Clients) -> None:
    sheet = entering.draft(cast)
    entering.send(cast, sheet)
    with pytest.raises(RuleViolation, match="录入的组织"):
        take_back_sheet(sheet.code, by=acting(cast, "cora"), now=clock.now())
    db.session.rollback()
    entering.confirm(cast, sheet)
    answer = client_of("ben").post(f"/o/{cast.code(BRANCH)}/sheets/{sheet.code}/take-back")
    assert answer.status_code == 422
    assert "不能收回" in answer.text
    assert {one.status for one in records_on(sheet)} == {ServiceStatus.CONFIRMED}


@pytest.mark.covers("VOL-29", "LED-05")
def test_who_had_hours_entered_wrongly_objects_and_somebody_answers_by_a_day(
    cast: Cast, client_of: Clients
) -> None:
    sheet = entering.draft(cast)
    [record] = entering.send(cast, sheet)
    entering.confirm(cast, sheet)
    ada, page = client_of("ada"), f"/me/hours/{record.code}"
    assert "申诉" in str(ada.page(page).main)
    assert ada.post(f"{page}/objection", {"note": ""}).status_code == 422
    assert ada.post(f"{page}/objection", {"note": "我到十二点才走"}).status_code == 303
    one = only_hold()
    assert (one.words, one.desk_id) == ("我到十二点才走", cast.organization(COUNTY).id)
    assert one.due_on == clock.add_working_days(clock.today(), 15)
    assert "核查中" in str(ada.page(page).main)
    assert "我到十二点才走" in client_of("cora").page(desk_of(cast, one)).text
    assert ada.post(f"{page}/objection", {"note": "再说一次"}).status_code == 422
    assert sound()


@pytest.mark.covers("VOL-16")
def test_a_paper_roll_leaves_out_who_has_still_to_agree(cast: Cast) -> None:
    shift = running(cast, "ada", "gus")
    waits = select(Signup).where(Signup.person_id == cast.person("gus").id)
    db.session.scalars(waits).one().agree_by = clock.now() + timedelta(days=1)
    db.session.commit()
    assert [one.person_id for one in seated_volunteers(shift)] == [cast.person("ada").id]


@pytest.mark.covers("PRV-10")
def test_evidence_is_kept_as_long_as_the_privacy_page_says(cast: Cast) -> None:
    setting("privacy.photos_years", 2)
    sheet = entering.draft(cast)
    entering.send(cast, sheet)
    sheet.sent_at = clock.now() - timedelta(days=500)
    db.session.commit()
    assert forget_evidence(clock.now()) == 0
    sheet.sent_at = clock.now() - timedelta(days=740)
    db.session.commit()
    assert forget_evidence(clock.now()) == 1
    with pytest.raises(RuleViolation, match="凭证"):
        hours.send_sheet(
            entering.draft(cast, evidence=b"").code, by=acting(cast, "ben"), now=clock.now()
        )
