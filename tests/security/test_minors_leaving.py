"""What leaves the screen: every paper and file is listed here with what it tells of a minor.

The ways out are found in the code, so that a new one fails until somebody has thought of minors.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core import clock
from core.database import db
from members.rules.exports import ExportSubject
from people.models import Person
from tests import activity_factories as acting
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tools.programs import ROOT

NOTHING = "no minor's data"
NUMBERS = "numbers, small groups hidden"
OWN = "the person himself"
ON_PAGE = "what the page shows"
APPROVED = "by approval, in the read log or in the log of exports"

#: Every template made for paper.
PAPERS = {
    "accounts/handover_print.html": NUMBERS,
    "activities/code_poster.html": NOTHING,
    "activities/plan_print.html": NOTHING,
    "activities/poster.html": NOTHING,
    "activities/sheet.html": APPROVED,
    "members/card_print.html": OWN,
    "members/dues/receipt_print.html": OWN,
    "members/group_certificate.html": NOTHING,
    "members/group_plate.html": NOTHING,
    "members/poster.html": NOTHING,
    "members/print.html": APPROVED,
    "schools/audit_print.html": NUMBERS,
    "schools/class_print.html": ON_PAGE,
    "schools/report_print.html": NUMBERS,
    "supervision/table_print.html": NUMBERS,
}
#: Every module of routes that answers with a file.
FILES = {
    "activities/routes/finding.py": OWN,
    "activities/routes/own_venues.py": NOTHING,
    "activities/routes/reports.py": NOTHING,
    "activities/routes/venue_keeping.py": NOTHING,
    "core/imports/routes/receiving.py": ON_PAGE,
    "core/imports/routes/results.py": ON_PAGE,
    "exchange/routes.py": APPROVED,
    "members/routes/card.py": OWN,
    "members/routes/exports.py": APPROVED,
    "members/routes/group_papers.py": NOTHING,
    "members/routes/own_groups.py": NOTHING,
    "members/routes/papers.py": APPROVED,
    "schools/routes/audits.py": NUMBERS,
    "schools/routes/consent_scans.py": APPROVED,
    "schools/routes/photos.py": ON_PAGE,
    "supervision/public/routes/places.py": NOTHING,
    "supervision/public/routes/statistics.py": NUMBERS,
    "supervision/tabling/routes.py": NUMBERS,
    "volunteers/routes/certificates.py": ON_PAGE,
    "volunteers/routes/own_certificates.py": OWN,
    "volunteers/routes/proposals.py": ON_PAGE,
    "volunteers/routes/seconds.py": ON_PAGE,
    "volunteers/routes/sheets.py": ON_PAGE,
}
SENDS = ("Content-Disposition", "give_out(", "give_bytes(", "send_file(", "return workbook(")
SKIPPED = {".venv", ".cache", "node_modules", "tests", "tools", "bench", "migrations"}


def _ways(folder: Path, pattern: str, words: tuple[str, ...]) -> set[str]:
    """Return the files of a folder that hold one of some words."""
    found = set()
    for path in folder.rglob(pattern):
        short = path.relative_to(folder)
        if short.parts[0] not in SKIPPED and any(word in path.read_text("utf-8") for word in words):
            found.add(short.as_posix())
    return found


@pytest.mark.pure
@pytest.mark.covers("PRV-10", "EXP-05", "D10")
def test_every_way_out_is_listed_with_what_it_tells_of_a_minor() -> None:
    papers = _ways(ROOT / "templates", "*.html", ('extends "base_print.html"',))
    assert papers == set(PAPERS)
    files = {one for one in _ways(ROOT, "*.py", SENDS) if "routes" in one}
    assert files == set(FILES)
    assert set(ExportSubject) == {ExportSubject.MEMBERS, ExportSubject.VOLUNTEERS}


def markers_of(child: Person, guardian_name: str, guardian_phone: str) -> dict[str, str]:
    """Return everything that is kept of a minor and could stand on a paper."""
    return {
        "name": child.name,
        "document": child.plain_id_number,
        "masked document": child.masked_id_number,
        "phone": child.plain_phone,
        "masked phone": child.masked_phone,
        "birth day": child.born_on.isoformat() if child.born_on else "-",
        "guardian": guardian_name,
        "guardian's phone": guardian_phone,
        "guardian's end of phone": guardian_phone[-4:],
    }


def shown(text: str, markers: dict[str, str]) -> set[str]:
    return {what for what, value in markers.items() if value and value in text}


@pytest.mark.covers("PRV-10", "D10", "PRI-04")
def test_no_paper_shows_more_of_a_minor_than_its_page(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    place = cast.organization("东小学")
    school.make_school(place)
    pupil = school.make_pupil(school.make_class(place), member=True)
    guardian = school.guardian_of(pupil.person)
    guardian.name = "试暗记监护"
    ada = cast.person("ada")
    ada.born_on = date(clock.today().year - 15, 1, 1)
    shift = acting.shift_of(acting.make_activity(cast.organization("东一村")))
    acting.make_signup(shift, ada)
    db.session.commit()
    assert pupil.school_class is not None
    row = f"/o/{place.code}/classes/{pupil.school_class.code}"
    roll = f"/o/{cast.code('东一村')}/shifts/{shift.code}"
    of_pupil = markers_of(pupil.person, guardian.name, guardian.plain_phone)
    of_ada = markers_of(ada, "", "")
    for who, page, paper, markers in (
        ("finn", row, f"{row}/print", of_pupil),
        ("ben", roll, f"{roll}/sign-in", of_ada),
    ):
        client = client_of(who)
        on_page = shown(client.page(page).text, markers)
        assert on_page == {"name"}
        assert shown(client.page(paper).text, markers) <= on_page
