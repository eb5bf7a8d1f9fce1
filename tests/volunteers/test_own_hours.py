"""What a volunteer reads of his own hours, and objecting (S13, S14, V9, V15)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.database import db
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
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
from volunteers.queries import StepKind, hours_summary, pending_counts
from volunteers.queries.summary import next_step
from volunteers.rules import RefusalReason, ServiceStatus, VolunteerStatus

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
OWN = "/me/hours"


def refuse(cast: Cast, record: ServiceRecord, by: str = "ben", place: str = BRANCH) -> None:
    hours.refuse(
        [record.code],
        RefusalReason.NOT_THERE,
        "名单上没有",
        handler_id=cast.organization(place).id,
        by=acting(cast, by),
        now=clock.now(),
    )
    db.session.commit()


def tiles(client: Client, path: str = OWN) -> list[str]:
    return [tile.text for tile in client.page(path).select(".tile-value")]


@pytest.mark.covers("S13", "V8", "LED-01")
def test_totals_by_state_stand_above_the_months(cast: Cast, client_of: ClientOf) -> None:
    first, second = log(cast, "ada"), log(cast, "ada", an_entry(back=2, minutes=90, title="巡河"))
    confirm(cast, first)
    ada = client_of("ada")
    if first.served_on.year == second.served_on.year == clock.today().year:
        assert tiles(ada) == ["2小时", "1.5小时"]
    rows = ada.page(OWN).select("#rows tr[data-row]")
    assert [row.select_one("a").text for row in rows] == ["急救演练", "巡河"]  # type: ignore[union-attr]
    assert "已确认" in rows[0].text
    assert "自报" in rows[0].text
    waiting = ada.page(f"{OWN}?show=pending").select("#rows tr[data-row]")
    assert [row["data-row"] for row in waiting] == [""]
    assert "巡河" in waiting[0].text


def test_a_year_without_records_says_so(cast: Cast, client_of: ClientOf) -> None:
    ada = client_of("ada")
    assert "还没有时长" in ada.page(OWN).text
    log(cast, "ada", an_entry(back=0 if clock.local(clock.now()).hour > 3 else 1))
    assert "没有记录" in ada.page(f"{OWN}?year={clock.today().year - 2}").text
    for year in ("²", "12345", "1900", "", "abc", "2026' or 1=1"):
        assert ada.get(OWN, query_string={"year": year}).status_code == 200
    confirm(cast, log(cast, "gus"))
    assert "没有待确认" in client_of("gus").page(f"{OWN}?show=pending").text


@pytest.mark.covers("V9", "S14")
def test_where_a_record_is_and_how_it_was_counted(cast: Cast, client_of: ClientOf) -> None:
    since = clock.now() - timedelta(days=20)
    record = log(cast, "ada", an_entry(back=30), now=since)
    ada = client_of("ada")
    page = ada.page(f"{OWN}/{record.code}")
    words = " ".join(page.select_one("main").text.split())  # type: ignore[union-attr]
    assert f"由{BRANCH}确认，已等 20 天" in words
    assert "已经比平常久" in words
    assert page.select_one("main a[href^='tel:']")
    assert "填写了 2 小时，没有写开始时间，排在 08:00–10:00" in words
    assert "按分钟记，不取整" in words


def test_the_usual_time_is_told_where_enough_is_known(cast: Cast, client_of: ClientOf) -> None:
    records = [log(cast, "ada", an_entry(back=back, title=f"第{back}次")) for back in range(2, 8)]
    confirm(cast, *records[:4])
    ada = client_of("ada")
    last = f"{OWN}/{records[5].code}?new=1"
    assert "通常" not in ada.page(last).text
    confirm(cast, records[4])
    assert "通常 1 天内" in ada.page(last).text


@pytest.mark.covers("V15", "S14")
def test_an_objection_goes_to_the_county(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    refuse(cast, record)
    ada = client_of("ada")
    page = ada.page(f"{OWN}/{record.code}")
    assert "当时没有到场" in page.text
    assert "名单上没有" in page.text
    form = f"{OWN}/{record.code}/objection"
    assert form in [link["href"] for link in page.select("main a")]
    assert ada.page(form).select_one("textarea[name=note]")
    assert ada.post(form, {"note": "长" * 201}).status_code == 422
    answer = ada.post(form, {"note": "我和张老师在一起"})
    assert answer.status_code == 303
    after = ada.page(answer.headers["Location"])
    assert f"由{COUNTY}答复" in after.text
    assert record.handler_id == cast.organization(COUNTY).id
    assert figure(cast, COUNTY, Measure.OBJECTIONS_WAITING) == 1
    assert figure(cast, BRANCH, Measure.OBJECTIONS_WAITING) == 0
    assert ada.post(form, {"note": ""}).status_code == 409
    assert (totals(record), entries_of(record)) == ({record.served_on.year: (0, 0)}, [])


def test_an_objection_comes_within_thirty_days(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    refuse(cast, record)
    record.decided_at = clock.now() - timedelta(days=31)
    db.session.commit()
    ada = client_of("ada")
    assert "申诉" not in [b.text for b in ada.page(f"{OWN}/{record.code}").select(".button")]
    answer = ada.post(f"{OWN}/{record.code}/objection", {"note": ""})
    assert answer.status_code == 422
    assert "已超过 30 天" in answer.text
    assert record.status is ServiceStatus.REFUSED


@pytest.mark.covers("PF-04")
def test_the_next_page_follows_without_gap_or_double(cast: Cast, client_of: ClientOf) -> None:
    for back in range(1, 46):
        log(cast, "ada", an_entry(back=back, title=f"第{back}次", minutes=30))
    ada, seen, path = client_of("ada"), list[str](), f"{OWN}?year={clock.today().year}"
    expected = [
        f"第{back}次"
        for back in range(1, 46)
        if (clock.today() - timedelta(days=back)).year == clock.today().year
    ]
    while path:
        page = ada.page(path)
        seen += [str(link.text) for link in page.select("#rows .row-head a")]
        more = page.select_one("#rows-more a")
        path = str(more["href"]) if more else ""
    assert seen == expected


def test_a_page_costs_the_same_for_ten_and_for_a_hundred(
    cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    ada, counts = client_of("ada"), []
    ada.page(OWN)
    for first, last in ((1, 11), (11, 90)):
        for back in range(first, last):
            log(cast, "ada", an_entry(back=back, title=f"第{back}次", minutes=30))
        db.session.expire_all()
        with count_statements() as seen:
            ada.page(OWN)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


@pytest.mark.covers("S09", "V8")
def test_the_home_card_knows_hours_and_the_next_step(cast: Cast) -> None:
    today = clock.today()
    person_id = cast.person("ada").id
    empty = hours_summary(person_id, today.year, today)
    assert empty.next_step is not None
    assert (empty.is_volunteer, empty.next_step.minutes_left) == (True, 1200)
    record = log(cast, "ada", an_entry(minutes=480))
    confirm(cast, record)
    log(cast, "ada", an_entry(back=2, minutes=60))
    year = record.served_on.year
    found = hours_summary(person_id, year, today)
    assert (found.confirmed_minutes, found.total_minutes) == (480, 480)
    assert found.next_step is not None
    assert (found.next_step.kind, found.next_step.minutes_left) == (StepKind.REGISTERED, 720)
    assert hours_summary(cast.person("mia").id, year, today).is_volunteer is False
    assert hours_summary(None, year, today).next_step is None


@pytest.mark.parametrize(
    ("status", "total", "step"),
    [
        (VolunteerStatus.ENTERED, 99_999, (StepKind.REGISTERED, 0, 1200)),
        (VolunteerStatus.REGISTERED, 0, (StepKind.STAR, 1, 6_000)),
        (VolunteerStatus.REGISTERED, 6_000, (StepKind.STAR, 2, 12_000)),
        (VolunteerStatus.REGISTERED, 89_999, (StepKind.STAR, 5, 1)),
        (VolunteerStatus.REGISTERED, 90_000, None),
        (VolunteerStatus.WITHDRAWN, 0, None),
    ],
)
def test_stars_come_after_registration(
    cast: Cast, status: VolunteerStatus, total: int, step: tuple[StepKind, int, int] | None
) -> None:
    found = next_step(status, 0, total, clock.today())
    assert (found and (found.kind, found.star, found.minutes_left)) == step


@pytest.mark.covers("S22")
def test_what_waits_is_counted_with_its_oldest(cast: Cast) -> None:
    village = cast.organization(BRANCH).id

    def waiting() -> tuple[int, datetime | None]:
        count, since = db.session.execute(select(*pending_counts(village))).one()
        return count, since

    assert waiting() == (0, None)
    early = clock.now() - timedelta(days=3)
    first = log(cast, "ada", an_entry(back=5), now=early)
    second = log(cast, "gus")
    assert waiting() == (2, early)
    refuse(cast, second)
    hours.object_(second.code, "", by=acting(cast, "gus"), now=clock.now())
    db.session.commit()
    assert waiting() == (1, early)
    assert first.status is ServiceStatus.PENDING


def test_a_new_secretary_takes_over_what_waits_at_the_county(
    cast: Cast, client_of: ClientOf
) -> None:
    from accounts.operations import grant_post  # noqa: PLC0415 - the hook is what is tested

    record = log(cast, "ned")
    village = cast.organization("北一村")
    assert record.handler_id == village.county_id
    user = make.make_user(make.make_person())
    by = acting(cast, "noa")
    grant_post(user, Role.SECRETARY, village, clock.today(), None, by=by, now=clock.now())
    db.session.commit()
    assert record.handler_id == village.id
    assert figure(cast, "北一村", Measure.HOURS_WAITING) == 1
    assert "转由现在的负责组织处理" in client_of("ned").page(f"{OWN}/{record.code}").text
