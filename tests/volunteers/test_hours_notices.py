"""Confirmed hours lie open before they count, where the setting says so (VOL-43)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from core import clock
from core.database import db
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import BRANCH, acting, confirm, log
from tests.volunteers.holding import desk_of, only_hold, setting
from volunteers.models import ServiceRecord
from volunteers.operations import holds as deciding
from volunteers.queries.certificates import proof_of
from volunteers.queries.counting import withheld_minutes
from volunteers.rules.certificates import Period
from volunteers.rules.patterns import Pattern

ClientOf = Callable[[str], Client]
NOTICES = "/me/hours/notices"


def confirmed(cast: Cast, name: str = "ada") -> ServiceRecord:
    record = log(cast, name)
    confirm(cast, record)
    return record


@pytest.mark.covers("VOL-43")
def test_without_the_setting_nothing_shows(cast: Cast, client_of: ClientOf) -> None:
    record = confirmed(cast)
    gus = client_of("gus")
    assert "公示" not in gus.page("/me/hours").text
    assert gus.page(NOTICES).select("tbody tr") == []
    assert gus.get(f"{NOTICES}/{record.code}").status_code == 404
    assert withheld_minutes(record.person_id, clock.now()) == 0


@pytest.mark.covers("VOL-43", "PRV-12")
def test_hours_lie_open_to_the_own_organization_with_masked_names(
    cast: Cast, client_of: ClientOf
) -> None:
    setting("hours.notice_days", 7)
    confirmed(cast)
    child = make.make_person(born_on=clock.today() - timedelta(days=15 * 366))
    young = make.make_record(
        make.make_volunteer(child, cast.organization(BRANCH)), cast.organization(BRANCH)
    )
    confirm(cast, young)
    confirmed(cast, "gus").counts = False  # a meeting: no hours that count
    db.session.commit()
    for name in ("gus", "mia"):  # a volunteer and a member of the village
        rows = client_of(name).page(NOTICES).select("tbody tr")
        assert len(rows) == 1
        assert "人**" in rows[0].text
        assert "自报" in rows[0].text
    assert client_of("wes").page(NOTICES).select("tbody tr") == []
    own = client_of("ada").page(NOTICES).select("tbody tr")
    assert "这是我" in own[0].text


@pytest.mark.covers("VOL-43", "LED-06", "LED-15")
def test_open_hours_count_when_the_days_are_over(cast: Cast) -> None:
    setting("hours.notice_days", 7)
    record = confirmed(cast)
    period = Period(date(2020, 1, 1), clock.today())
    for days, counted in ((6, 0), (8, 120)):
        then = clock.now() + timedelta(days=days)
        proof = proof_of(record.person_id, period, then)
        assert (proof.minutes, proof.open_minutes) == (counted, 120 - counted)
        assert withheld_minutes(record.person_id, then) == 120 - counted


@pytest.mark.covers("VOL-43", "LED-15", "LED-04")
def test_who_belongs_there_objects_and_the_county_looks(cast: Cast, client_of: ClientOf) -> None:
    setting("hours.notice_days", 7)
    record = confirmed(cast)
    path = f"{NOTICES}/{record.code}"
    assert client_of("wes").post(path, {"note": "不实"}).status_code == 404
    assert client_of("ada").post(path, {"note": "不实"}).status_code == 404  # his own
    gus = client_of("gus")
    assert gus.post(path, {"note": " "}).status_code == 422
    assert gus.post(path, {"note": "当天他在外地"}).status_code == 303
    one = only_hold()
    assert one.pattern is Pattern.OBJECTION
    page = client_of("cora").page(desk_of(cast, one))
    assert "当天他在外地" in page.text
    assert "人gus" not in page.text
    ada = client_of("ada").page(f"/me/hours/{record.code}")
    assert "由东县核查" in ada.text
    assert "当天他在外地" not in ada.text
    deciding.release(one.code, "", desk_id=one.desk_id, by=acting(cast, "cora"), now=clock.now())
    db.session.commit()
    again = gus.post(path, {"note": "再说一次"})
    assert again.status_code == 422
    assert "已经核查过了" in again.text
