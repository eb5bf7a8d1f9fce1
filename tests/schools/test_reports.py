"""The yearly report of a school: computed, frozen, and the school counts once (S25, SCH-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from organizations import figures
from people.rules.documents import Sex
from schools.models import Pupil, SchoolClass
from schools.operations import pupils as steps
from schools.operations.attending import Called, record_roll
from schools.operations.register import NewSchool, record_branch, register_school
from schools.operations.reports import accept_report, return_report, submit_report
from schools.queries.register import coverage_of
from schools.queries.reports import figures_of, packed, unpacked
from schools.rules.attending import ActivityFacts, YouthKind
from schools.rules.pupils import PupilAction
from schools.rules.register import Coverage, SchoolStage
from schools.rules.reports import GradeLine, ReportStatus, shown_grades, suppressed
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_class, make_pupil, make_school
from tests.schools.acting import actor_of

SCHOOL = "东小学"


def last_year() -> int:
    return clock.today().year - 1


def in_last_year() -> datetime:
    """Return a moment of last year's last school day in which everything happened."""
    return clock.at(date(last_year(), 12, 20), clock.local(clock.now()).time().replace(hour=15))


def lived(cast: Cast) -> tuple[SchoolClass, list[Pupil]]:
    """Return a class that joined last year, held two activities, and lost one who graduated."""
    place = cast.organization(SCHOOL)
    make_school(place, stage=SchoolStage.NINE_YEAR)
    with time_machine.travel(in_last_year(), tick=False):
        school_class = make_class(place, grade=9)
        pupils = [make_pupil(school_class, member=True) for _ in range(4)]
        for number, pupil in enumerate(pupils):
            pupil.person.sex = Sex.FEMALE if number else Sex.MALE
        by = actor_of(cast, "finn", SCHOOL)
        for kind, some in ((YouthKind.FIRST_AID, pupils), (YouthKind.LIFE, pupils[:3])):
            told = ActivityFacts(kind, kind.value, clock.now() - timedelta(hours=2), 40)
            codes = [one.code for one in some]
            record_roll(school_class, Called(told), codes, by=by, now=clock.now())
        steps.step(pupils[0], PupilAction.GRADUATE, by=SYSTEM, now=clock.now())
    db.session.flush()
    figures.write(db.session())
    return school_class, pupils


@pytest.mark.covers("S25", "SCH-14", "STA-04")
def test_the_figures_are_counted_from_rows(cast: Cast) -> None:
    lived(cast)
    told = figures_of(cast.organization(SCHOOL), last_year(), clock.today())
    assert (told.activities, told.pupils, told.times, told.trained) == (2, 4, 7, 4)
    assert (told.intake, told.graduates, told.certified) == (4, 1, 0)
    nine = next(line for line in told.grades if line.grade == 9)
    assert (nine.male, nine.female) == (1, 3)
    assert told.is_covered
    assert unpacked(packed(told)) == told
    before = figures_of(cast.organization(SCHOOL), last_year() - 1, clock.today())
    assert (before.activities, before.intake, before.graduates) == (0, 0, 0)


@pytest.mark.covers("S25")
def test_what_was_submitted_is_frozen_and_shown_unchanged_later(cast: Cast) -> None:
    school_class, pupils = lived(cast)
    place, county = cast.organization(SCHOOL), cast.organization("东县")
    finn, cora = actor_of(cast, "finn", SCHOOL), actor_of(cast, "cora", "东县")
    report = submit_report(place.id, last_year(), "一切正常", by=finn, now=clock.now())
    frozen = report.figures
    with time_machine.travel(in_last_year(), tick=False):
        told = ActivityFacts(YouthKind.AID, "补记", clock.now() - timedelta(hours=9), 40)
        record_roll(school_class, Called(told), [pupils[1].code], by=finn, now=clock.now())
    assert figures_of(place, last_year(), clock.today()).activities == 3
    accept_report(report.code, county_id=county.id, by=cora, now=clock.now())
    assert (report.status, report.figures) == (ReportStatus.ACCEPTED, frozen)
    with pytest.raises(IllegalTransition):
        submit_report(place.id, last_year(), "", by=finn, now=clock.now())
    with pytest.raises(IllegalTransition):
        return_report(report.code, "晚了", county_id=county.id, by=cora, now=clock.now())


@pytest.mark.covers("S25")
def test_a_returned_report_is_counted_anew(cast: Cast) -> None:
    lived(cast)
    place, county = cast.organization(SCHOOL), cast.organization("东县")
    finn, cora = actor_of(cast, "finn", SCHOOL), actor_of(cast, "cora", "东县")
    report = submit_report(place.id, last_year(), "", by=finn, now=clock.now())
    with pytest.raises(RuleViolation):
        return_report(report.code, " ", county_id=county.id, by=cora, now=clock.now())
    return_report(report.code, "少一个班", county_id=county.id, by=cora, now=clock.now())
    with time_machine.travel(in_last_year(), tick=False):
        make_class(place, grade=8)
    again = submit_report(place.id, last_year(), "补了", by=finn, now=clock.now())
    assert again.id == report.id
    assert (unpacked(again.figures).classes, again.note) == (2, "")


@pytest.mark.covers("S25")
def test_a_year_that_goes_on_is_not_submitted(cast: Cast) -> None:
    finn, place = actor_of(cast, "finn", SCHOOL), cast.organization(SCHOOL)
    for year in (clock.today().year, clock.today().year + 1, 1999):
        with pytest.raises(RuleViolation):
            submit_report(place.id, year, "", by=finn, now=clock.now())


@pytest.mark.covers("S25", "SCH-10")
def test_the_school_counts_once_whatever_it_reports(cast: Cast) -> None:
    place, county = cast.organization(SCHOOL), cast.organization("东县")
    new = NewSchool("2133900001", "东小学", SchoolStage.NINE_YEAR)
    school = register_school(new, county, by=SYSTEM)
    record_branch(school, place, by=SYSTEM)
    finn, cora = actor_of(cast, "finn", SCHOOL), actor_of(cast, "cora", "东县")
    for year in (last_year() - 1, last_year()):
        report = submit_report(place.id, year, "", by=finn, now=clock.now())
        accept_report(report.code, county_id=county.id, by=cora, now=clock.now())
        figures.write(db.session())
        assert coverage_of([county.id])[county.id] == Coverage(1, 1)


@pytest.mark.pure
@pytest.mark.covers("AZ-07")
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 10))
def test_a_hidden_cell_is_never_told_by_the_sum(cells: list[int], floor: int) -> None:
    shown = suppressed(cells, floor)
    for value, seen in zip(cells, shown, strict=True):
        assert seen in (None, value)
        assert not (0 < value < floor and seen is not None)
    hidden = [place for place, seen in enumerate(shown) if seen is None]
    others = [value for place, value in enumerate(cells) if value and place not in hidden]
    assert len(hidden) != 1 or not others


@pytest.mark.pure
@pytest.mark.covers("AZ-07")
def test_a_hidden_total_hides_its_cells() -> None:
    lines = [GradeLine(1, 3, 1, 0), GradeLine(2, 20, 9, 0), GradeLine(3, 30, 2, 0)]
    shown = shown_grades(lines, 5)
    assert [line.total for line in shown] == [None, None, 32]
    assert shown[0].cells == shown[1].cells == (None, None, None)
    assert shown[2].cells == (None, None, 0)
    assert [line.total for line in shown_grades(lines, 0)] == [4, 29, 32]


@pytest.mark.covers("S25", "SCH-14", "PRV-10")
def test_the_coordinator_submits_and_the_county_reads_numbers_only(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    _class, pupils = lived(cast)
    names = [one.person.name for one in pupils]
    finn, cora = client_of("finn"), client_of("cora")
    here, county = f"/o/{cast.code(SCHOOL)}", f"/o/{cast.code('东县')}"
    page = finn.page(f"{here}/report")
    assert [box["name"] for box in page.select("main textarea, main input[type=text]")] == [
        "remark"
    ]
    answer = finn.post(f"{here}/report/submit", {"year": str(last_year()), "remark": "好"})
    assert answer.status_code == 303
    assert "数字按当时冻结" in finn.page(answer.location).text
    assert "学校年报待受理" in cora.page(f"{county}/home").text
    listed = cora.page(f"{county}/school-reports")
    link = listed.select_one("main tbody a")
    assert link is not None
    above = cora.page(str(link["href"]))
    assert "人数过少" in above.text
    assert not any(name in above.text for name in names)
    accepted = cora.post(f"{str(link['href']).partition('?')[0]}/accept")
    assert accepted.status_code == 303
    assert "已受理" in finn.page(f"{here}/report").text
    assert finn.get(f"{here}/report/print").status_code == 200
