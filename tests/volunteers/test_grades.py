"""Wherever hours are shown stands how they were recorded (security.md LED-05, ux.md 5.2)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.client import Client
from tests.volunteers.certified import credited, issued, link_of
from tests.volunteers.desk import BRANCH, COUNTY, crowd, log, queue
from tools.programs import ROOT
from volunteers.queries.own import volunteer_of

ClientOf = Callable[[str], Client]
TELLS = re.compile(r"(?:minutes|confirmed)\|(?:in_hours|hours)\b")
#: Templates that tell time which is no single service, and so has no one way of recording.
OTHERWISE = {
    "supervision/_my_hours.html": "sums; the list behind them tells each",
    "activities/check_in.html": "one's own time there, which is no record yet",
    "activities/report.html": "sums of what an activity credited; its roster tells each",
    "schools/_report_figures.html": "sums of a year; the records behind them tell each",
    "schools/activity.html": "how long a class activity took; records come of it with their way",
    "schools/attend.html": "how long a class activity takes, before anything is recorded",
    "schools/classes.html": "sums of a class; the list of each volunteer tells the ways",
    "exchange/batch.html": "sums of a batch; its rows tell each",
    "volunteers/sheets.html": "sums of sheets; the facts of each tell the way",
    "volunteers/seconds.html": "sums of sheets; the facts of each tell the way",
    "volunteers/second.html": "a sheet, whose facts tell the way",
    "volunteers/sheet.html": "a sheet, whose facts tell the way",
    "volunteers/sheet_sent.html": "a sheet, whose facts tell the way",
    "volunteers/certificate_clear.html": "a certificate, whose own page tells the ways",
    "volunteers/certificate_notices.html": "sums of certificates, whose verify page tells the ways",
    "volunteers/_abilities.html": "trainings: never hours of service",
    "volunteers/_decision.html": "what was just confirmed, ticked in a list that told it",
    "volunteers/_needs.html": "a sum; pages that show it to a keeper tell the ways below",
    "volunteers/certificate_end.html": "a certificate, whose own page tells the ways",
    "volunteers/registrations.html": "sums; the page of each tells the ways",
    "volunteers/stars.html": "sums; the page of each tells the ways",
    "volunteers/training.html": "trainings: never hours of service",
    "volunteers/trainings.html": "trainings: never hours of service",
    "volunteers/record.html": "in the toast and on the button; the facts below tell it",
}


@pytest.mark.pure
@pytest.mark.covers("LED-05")
def test_every_template_that_tells_hours_tells_how_they_were_recorded() -> None:
    folder = ROOT / "templates"
    silent = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if TELLS.search(text := path.read_text("utf-8")) and "_macros/hours.html" not in text
    }
    assert silent - {"_macros/hours.html"} == set(OTHERWISE)
    by_hand = [
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if path.name != "hours.html"
        and path.parent.name != "organizations"  # how a council was elected
        and "method|label" in path.read_text("utf-8")
    ]
    assert by_hand == []


@pytest.mark.covers("LED-05")
def test_the_way_of_recording_stands_on_every_page_of_hours(
    cast: Cast, client_of: ClientOf
) -> None:
    record = credited(cast)
    waiting = log(cast, "gus")
    crowd(cast, 2)
    ada, ben, cora = client_of("ada"), client_of("ben"), client_of("cora")
    certificate = issued(ada)
    volunteer = volunteer_of(record.person_id)
    assert volunteer is not None
    branch, county = cast.code(BRANCH), cast.code(COUNTY)
    pages = {
        "own list": ada.page("/me/hours"),
        "own record": ada.page(f"/me/hours/{record.code}"),
        "own stars": ada.page("/me/stars"),
        "own certificate": ada.page(f"/me/certs/{certificate.code}"),
        "certificates": cora.page(f"/o/{county}/certificates"),
        "certificate": cora.page(f"/o/{county}/certificates/{certificate.code}"),
        "public": ada.page(link_of(certificate)),
        "queue": ben.page(queue(cast)),
        "record": ben.page(f"{queue(cast)}/records/{waiting.code}"),
        "refusal": ben.page(f"{queue(cast)}/records/{waiting.code}/refusal"),
        "volunteer": ben.page(f"/o/{branch}/volunteers/{volunteer.code}"),
    }
    silent = [name for name, page in pages.items() if "自报" not in page.select_one("main").text]  # type: ignore[union-attr]
    assert silent == []
    groups = pages["queue"].select("#groups tr")
    assert groups
    assert all("自报" in row.text for row in groups)


@pytest.mark.covers("LED-05", "EXP-01")
def test_a_list_with_hours_has_what_was_seen_beside_them(cast: Cast, client_of: ClientOf) -> None:
    credited(cast)
    page = client_of("ben").page(f"/o/{cast.code(BRANCH)}/volunteers?cols=hours")
    assert [head.text for head in page.select("thead th")][-2:] == [
        "已确认（小时）",
        "其中扫码或点名（小时）",
    ]
    mine = next(row for row in page.select("#rows tr") if "人ada" in row.text)
    assert [cell.text for cell in mine.select("td")][-2:] == ["2", "0"]
