"""Reports: handed over, checked, frozen for good; what is corrected later shows in the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.rules import IllegalTransition, RuleViolation, next_state
from organizations import figures
from organizations.models import FigureStock
from organizations.rules import Measure
from supervision.reports import rules
from supervision.reports.models import Report, ReportAdjustment, ReportLine
from supervision.reports.operations.reports import open_reports
from supervision.reports.queries.sealing import broken_seals
from supervision.reports.rules import REPORT_TRANSITIONS, ReportAction, ReportStatus
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, close, home, look

Clients = Callable[[str], Client]
HOURS = Measure.CONFIRMED_MINUTES


@pytest.fixture
def opened(cast: Cast) -> tuple[int, int]:
    """Return the month and the year whose reports are open."""
    open_reports(clock.today(), clock.now())
    db.session.commit()
    return rules.ended_periods(clock.today())


def report_at(cast: Cast, place: str, period: int) -> Report:
    return db.session.scalars(
        select(Report).where(
            Report.organization_id == cast.organization(place).id, Report.period == period
        )
    ).one()


def act(cast: Cast, client: Client, place: str, report: Report, step: str, **data: str) -> int:
    return client.post(f"/o/{cast.code(place)}/reports/{report.code}/{step}", data).status_code


def freeze(cast: Cast, client: Client, period: int) -> int:
    path = f"/o/{cast.code('测试省')}/reports/freeze"
    return client.post(path, {"period": str(period)}).status_code


def carry(cast: Cast, client_of: Clients, report: Report) -> None:
    """Let the report of 东县 go all the way until it is frozen."""
    assert act(cast, client_of("cora"), "东县", report, "submit") == 303
    assert act(cast, client_of("eve"), "东县", report, "check") == 303
    assert act(cast, client_of("gil"), "东县", report, "accept") == 303
    assert freeze(cast, client_of("gil"), report.period) == 303


def values(page: object) -> dict[str, str]:
    """Return name of the indicator -> its value as the page shows it."""
    return {
        row.th.contents[0].strip(): row.td.text.strip()
        for row in page.select("#numbers tr")  # type: ignore[attr-defined]
    }


@pytest.mark.covers("S30", "STA-05", "STA-06")
def test_a_frozen_year_stays_and_the_correction_shows_in_the_next(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    year = opened[1] - 1
    open_reports(date(year + 1, 1, 15), clock.now())
    add(cast, "东一村", HOURS, 600, year)
    report = report_at(cast, "东县", year)
    carry(cast, client_of, report)
    path, cora = f"/o/{cast.code('东县')}/reports/{report.code}", client_of("cora")
    assert values(look(cora, path))["已确认时长"] == "10 小时"
    assert cora.post(f"{path}/explain", {"note": "没有更正"}).status_code == 422
    add(cast, "东一村", HOURS, 720, year)
    page = look(cora, path)
    assert values(page)["已确认时长"] == "10 小时"
    assert [cell.text for cell in page.select("#corrections td")][:3] == ["10", "22", "+12"]
    assert "等下一期" in page.select_one("#corrections").text
    assert cora.post(f"{path}/explain", {"reason_I12": " "}).status_code == 422
    assert cora.post(f"{path}/explain", {"reason_I12": "补录一次演练"}).status_code == 303
    following = report_at(cast, "东县", year + 1)
    carry(cast, client_of, following)
    booked = db.session.scalars(select(ReportAdjustment)).one()
    assert (booked.frozen, booked.known, booked.counted) == (600, 600, 1320)
    assert (booked.report_id, booked.about_id) == (following.id, report.id)
    for code in (report.code, following.code):
        shown = look(cora, f"/o/{cast.code('东县')}/reports/{code}").select_one("#corrections").text
        assert all(words in shown for words in ("补录一次演练", f"{year}年", f"{year + 1}年", "22"))
    assert values(look(cora, path))["已确认时长"] == "10 小时"


@pytest.mark.covers("S30")
def test_what_is_corrected_again_after_it_was_booked_is_a_difference_of_its_own(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    year = opened[1] - 1
    open_reports(date(year + 1, 1, 15), clock.now())
    report = report_at(cast, "东县", year)
    carry(cast, client_of, report)
    path, cora = f"/o/{cast.code('东县')}/reports/{report.code}", client_of("cora")
    add(cast, "东一村", HOURS, 720, year)
    cora.post(f"{path}/explain", {"reason_I12": "补录一次演练"})
    carry(cast, client_of, report_at(cast, "东县", year + 1))
    add(cast, "东一村", HOURS, 60, year)
    changes = [row.select("td")[2].text for row in look(cora, path).select("#corrections tr")]
    assert changes == ["+12", "+1"]
    assert not list(broken_seals())


@pytest.mark.covers("S30", "STA-05")
def test_what_comes_in_between_handing_over_and_freezing_is_told_afterwards(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    month, _year = opened
    add(cast, "东一村", HOURS, 600, month)
    report, cora = report_at(cast, "东县", month), client_of("cora")
    assert act(cast, cora, "东县", report, "submit") == 303
    assert act(cast, client_of("eve"), "东县", report, "check") == 303
    assert act(cast, client_of("gil"), "东县", report, "accept") == 303
    add(cast, "东一村", HOURS, 60, month)
    assert freeze(cast, client_of("gil"), month) == 303
    assert freeze(cast, client_of("gil"), month) == 409
    page = look(cora, f"/o/{cast.code('东县')}/reports/{report.code}")
    assert values(page)["已确认时长"] == "10 小时"
    assert [cell.text for cell in page.select("#corrections td")][:3] == ["10", "11", "+1"]


@pytest.mark.covers("STA-05", "LOG-05")
def test_the_database_refuses_every_change_of_a_frozen_report(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    month, _year = opened
    report = report_at(cast, "东县", month)
    carry(cast, client_of, report)
    report_id = report.id
    line = select(ReportLine).where(ReportLine.report_id == report_id)
    assert db.session.scalars(line).first() is not None
    copy = {"indicator": "X", "position": 9, "version": 1, "definition_text": "{}", "top": 0}
    for change in (
        update(Report).where(Report.id == report_id).values(status=ReportStatus.OPEN),
        update(ReportLine).where(ReportLine.report_id == report_id).values(value=1),
        ReportLine.__table__.delete().where(ReportLine.report_id == report_id),  # type: ignore[attr-defined]
        ReportLine.__table__.insert().values(report_id=report_id, **copy),  # type: ignore[attr-defined]
    ):
        with pytest.raises(DBAPIError, match=r"frozen|append-only"), db.session.begin_nested():
            db.session.execute(change)
    sealed = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "reports.freeze")
    ).one()
    assert sealed.detail_values["digest"] == report.digest
    for step in ("submit", "check", "accept", "return", "explain"):
        who = "cora" if step in {"submit", "explain"} else "gil"
        answer = act(cast, client_of(who), "东县", report, step, note="再看看")
        assert answer == (422 if step == "explain" else 409), step


@pytest.mark.covers("STA-05")
def test_a_returned_report_is_counted_again_and_handed_over_once_more(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    month, _year = opened
    report, eve, cora = report_at(cast, "东县", month), client_of("eve"), client_of("cora")
    path = f"/o/{cast.code('东县')}/reports?period={month}"
    add(cast, "东一村", HOURS, 60, month)
    assert act(cast, cora, "东县", report, "submit") == 303
    assert act(cast, cora, "东县", report, "submit") == 409
    add(cast, "东一村", HOURS, 60, month)
    assert values(look(cora, path))["已确认时长"] == "1 小时"
    assert act(cast, eve, "东县", report, "return", note="") == 422
    assert act(cast, eve, "东县", report, "return", note="漏了一次") == 303
    page = look(cora, path)
    assert values(page)["已确认时长"] == "2 小时"
    assert "漏了一次" in page.main.text
    assert act(cast, cora, "东县", report, "submit") == 303
    assert act(cast, eve, "东县", report, "check") == 303
    assert act(cast, eve, "东县", report, "check") == 409
    assert act(cast, eve, "东县", report, "return", note="晚了") == 409


@pytest.mark.covers("C6", "C1")
def test_the_home_leads_to_what_is_due_and_the_city_to_what_came_in(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    def tasks(who: str, place: str) -> dict[str, str]:
        rows = look(client_of(who), home(cast, place)).select("#tasks li")
        return {
            row.select_one(".link-rows-label").contents[0].strip(): row.select_one(".count").text
            for row in rows
            if "报表" in str(row)
        }

    month, _year = opened
    assert tasks("cora", "东县") == {"报表待报送": "2"}
    assert tasks("eve", "东市") == {"报表待报送": "2"}
    act(cast, client_of("cora"), "东县", report_at(cast, "东县", month), "submit")
    assert tasks("cora", "东县") == {"报表待报送": "1"}
    assert tasks("eve", "东市") == {"报表待报送": "2", "下级报表待办": "1"}


@pytest.mark.covers("AZ-01", "AZ-18")
def test_no_report_of_another_place_is_there(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    month, _year = opened
    west = report_at(cast, "西县", month)
    cora, here = client_of("cora"), cast.code("东县")
    assert cora.get(f"/o/{here}/reports/{west.code}").status_code == 404
    assert act(cast, cora, "东县", west, "submit") == 404
    assert act(cast, cora, "西县", west, "submit") == 404
    assert act(cast, client_of("eve"), "西县", west, "submit") == 403
    assert act(cast, client_of("noa"), "东县", west, "check") == 404
    assert act(cast, cora, "东县", report_at(cast, "东县", month), "check") == 403
    assert cora.post(f"/o/{here}/reports/freeze", {"period": str(month)}).status_code == 403
    city = report_at(cast, "东市", month)
    assert cora.get(f"/o/{here}/reports/{city.code}").status_code == 404


@pytest.mark.covers("IN-09")
@pytest.mark.parametrize(
    "text", ["202613", "202600", "2019", "299901", "2999", "x", "20261", "²026", "-2026", "202611 "]
)
def test_a_period_that_is_none_is_not_found(cast: Cast, client_of: Clients, text: str) -> None:
    if text.strip() != text:
        text = f"1{text}"
    path = f"/o/{cast.code('东县')}/reports"
    assert client_of("cora").get(f"{path}?period={text}").status_code == 404


def test_a_doubled_value_of_the_address_is_refused(cast: Cast, client_of: Clients) -> None:
    path, year = f"/o/{cast.code('东县')}", clock.today().year
    for page in ("reports", "tables/report"):
        answer = client_of("cora").get(f"{path}/{page}?period={year}&period={year - 1}")
        assert answer.status_code == 422, page


def every_step() -> Iterator[tuple[ReportStatus, ReportAction]]:
    for status in ReportStatus:
        for action in ReportAction:
            yield status, action


@pytest.mark.parametrize(("status", "action"), list(every_step()))
def test_only_the_steps_of_the_table_are_taken(status: ReportStatus, action: ReportAction) -> None:
    if (status, action) in REPORT_TRANSITIONS:
        assert next_state(REPORT_TRANSITIONS, status, action) is not status
        assert status is not ReportStatus.FROZEN
    else:
        with pytest.raises(IllegalTransition):
            next_state(REPORT_TRANSITIONS, status, action)


def test_periods_end_and_follow_each_other() -> None:
    assert rules.following(202612) == 202701
    assert rules.following(2026) == 2027
    assert rules.last_day(202602) == date(2026, 2, 28)
    assert rules.ended_periods(date(2026, 1, 1)) == (202512, 2025)
    with pytest.raises(RuleViolation):
        rules.read_period("202602", date(2026, 1, 31))


def test_a_report_of_a_month_tells_the_stock_at_its_end(
    cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    month, _year = opened
    place = cast.organization("东县")
    figures.shift([place.id], Measure.ORGANIZATIONS, 50)
    path = f"/o/{cast.code('东县')}/reports?period={month}"
    assert values(look(client_of("cora"), path))["基层组织"] == "—"
    db.session.add(
        FigureStock(
            organization_id=place.id, measure=Measure.ORGANIZATIONS, part="", month=month, value=7
        )
    )
    assert values(look(client_of("cora"), path))["基层组织"] == "7 个"


@pytest.mark.covers("AZ-07")
def test_few_people_are_hidden_from_above_on_the_page_and_in_the_file(
    app: Flask, cast: Cast, client_of: Clients, opened: tuple[int, int]
) -> None:
    month, _year = opened
    report = report_at(cast, "西县", month)
    have = figures.values([cast.organization("西县").id], [Measure.ADULT_MEMBERS])
    figures.shift([cast.organization("西县").id], Measure.ADULT_MEMBERS, 3 - sum(have.values()))
    close(month)
    act(cast, client_of("dan"), "西县", report, "submit")
    eve, path = client_of("eve"), f"/o/{cast.code('西县')}"
    assert values(look(eve, f"{path}/reports/{report.code}"))["成人会员"] == "人数过少"
    own = look(client_of("dan"), f"/o/{cast.code('西县')}/reports/{report.code}")
    assert values(own)["成人会员"] == "3 人"
    shown = look(eve, f"{path}/tables/report?period={month}")
    cells = {
        row.th.text: [one.text for one in row.select("td")] for row in shown.select("#rows tr")
    }
    assert cells["I05"][1] == "人数过少"


def test_the_list_costs_the_same_for_one_report_and_for_many(
    cast: Cast,
    client_of: Clients,
    opened: tuple[int, int],
    count_statements: Callable[[], object],
) -> None:
    gil, province = client_of("gil"), cast.organization("测试省")
    (month, year), code = opened, province.code

    def statements(path: str) -> int:
        db.session.commit()
        with count_statements() as seen:  # type: ignore[attr-defined]
            assert gil.get(f"/o/{code}/{path}").status_code == 200
        return len(seen)

    pages = (f"reports?period={month}", f"reports/below?period={month}")
    statements(pages[0])  # the first page of a session notes where it was
    before = [statements(path) for path in pages]
    place = cast.organization("东一村")
    for index in range(20):
        db.session.add_all(
            Report(
                code=f"x{of}{index}",
                organization_id=of,
                period=one,
                name=f"另{index}",
                level=place.level,
                status=ReportStatus.OPEN,
                handler_id=of,
                due_on=clock.today(),
                opened_at=clock.now(),
            )
            for of, one in ((province.id, 202001 + index % 12 + index // 12 * 100),)
        )
    assert [statements(path) for path in pages] == before
    assert max(before) <= 8
    assert year
