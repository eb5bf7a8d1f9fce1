"""Moving up into the next school year: run and undo are identity, twice is once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from core import clock
from core.database import db
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.rules import RuleViolation
from schools.models import Pupil, PupilEvent, PupilYear, SchoolClass, YearException, YearRun
from schools.operations import years as operations
from schools.operations.purging import purge_due
from schools.queries import years as queries
from schools.rules.classes import GRADES
from schools.rules.pupils import ON_ROSTER, PUPIL_TRANSITIONS, PupilAction, PupilStatus
from schools.rules.register import SchoolStage
from schools.rules.years import (
    ExceptionKind,
    Goal,
    RunStatus,
    check_undo,
    goal_of,
    next_grade,
    reached,
    year_to_begin,
)
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_class, make_pupil, make_school

Clients = Callable[[str], Client]
SCHOOL, OTHER = "东小学", "西小学"


def year_now() -> int:
    return operations.year_now(clock.now())


def ended(cast: Cast, grade: int, number: int, size: int, name: str = SCHOOL) -> SchoolClass:
    """Return a class of the year that ended with so many members and one draft."""
    place = cast.organization(name)
    make_school(place)
    found = make_class(place, grade=grade, number=number, year=year_now() - 1)
    for _ in range(size):
        make_pupil(found, member=True)
    make_pupil(found)
    return found


def rows_of(name: str, cast: Cast) -> list[tuple[object, ...]]:
    """Return everything that an undo has to bring back: pupils and classes of a school."""
    here = cast.organization(name).id
    db.session.expire_all()
    pupils = select(
        Pupil.id, Pupil.class_id, Pupil.status, Pupil.consent, Pupil.membership_id, Pupil.due_on
    ).where(Pupil.organization_id == here)
    classes = select(
        SchoolClass.id,
        SchoolClass.year,
        SchoolClass.grade,
        SchoolClass.number,
        SchoolClass.follows_id,
        SchoolClass.teacher,
        SchoolClass.name,
    ).where(SchoolClass.organization_id == here)
    return [
        tuple(row) for one in (pupils, classes) for row in db.session.execute(one.order_by("id"))
    ]


def state_of(pupil: Pupil) -> str:
    db.session.refresh(pupil)
    return pupil.status.value


def job_at(location: str) -> Job:
    code = location.rpartition("/")[2]
    return db.session.scalars(select(Job).where(Job.code == code)).one()


@pytest.mark.pure
@pytest.mark.covers("SCH-15")
@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2027, 6, 30), 2026),
        (date(2027, 7, 1), 2027),
        (date(2027, 8, 31), 2027),
        (date(2027, 9, 1), 2027),
        (date(2028, 1, 1), 2027),
    ],
)
def test_from_summer_on_classes_move_into_the_next_year(day: date, year: int) -> None:
    assert year_to_begin(day, 701) == year


@pytest.mark.pure
@pytest.mark.covers("SCH-07")
@given(
    st.sampled_from(ON_ROSTER),
    st.sampled_from(SchoolStage),
    st.integers(0, 20),
    st.sampled_from([None, *ExceptionKind]),
)
def test_what_a_step_leads_to_is_in_the_table_of_states(
    status: PupilStatus, stage: SchoolStage, at: int, kind: ExceptionKind | None
) -> None:
    grades = GRADES[stage]
    grade = grades[at % len(grades)]
    is_last = next_grade(stage, grade) is None
    assert is_last == (grade == grades[-1])
    after = reached(status, Goal(kind) if kind else None, is_last=is_last)
    leaves = kind is ExceptionKind.LEAVE or (kind is None and is_last)
    assert (after not in ON_ROSTER) == leaves
    if leaves:
        actions = (PupilAction.LEAVE, PupilAction.GRADUATE)
        assert after in {PUPIL_TRANSITIONS[status, one] for one in actions}
    else:
        assert after is status


@pytest.mark.pure
def test_nobody_goes_where_there_is_no_class() -> None:
    stage, repeat, move = SchoolStage.PRIMARY, ExceptionKind.REPEAT, ExceptionKind.MOVE
    assert goal_of(repeat, stage, 3, 2, None) == Goal(repeat, 3, 2)
    assert goal_of(move, stage, 3, 2, (4, 1)) == Goal(move, 4, 1)
    for kind, to in ((repeat, (4, 1)), (move, None), (move, (4, 2)), (move, (7, 1))):
        with pytest.raises(RuleViolation):
            goal_of(kind, stage, 3, 2, to)


@pytest.mark.pure
def test_an_undo_has_thirty_days_and_nothing_later() -> None:
    now = clock.now()
    check_undo(now - timedelta(days=30), 30, now, has_later=False)
    for done, has_later in ((None, False), (now - timedelta(days=31), False), (now, True)):
        with pytest.raises(RuleViolation):
            check_undo(done, 30, now, has_later=has_later)


@pytest.mark.covers("S23", "SCH-07", "T5")
def test_all_move_up_in_three_taps_and_it_is_undone_exactly(client_of: Clients, cast: Cast) -> None:
    third, ninth = ended(cast, 3, 1, 4), ended(cast, 9, 1, 3)
    code, before = cast.code(SCHOOL), rows_of(SCHOOL, cast)
    finn = client_of("finn")
    page = finn.page(f"/o/{code}/year")
    assert "确认，9 人升年级" in page.text
    assert rows_of(SCHOOL, cast) == before  # nothing is written before it is confirmed
    answer = finn.post(f"/o/{code}/year")
    job = job_at(answer.location)
    assert (job.status, job.done, job.total) == (JobStatus.DONE, 9, 9)
    db.session.expire_all()
    fourth = db.session.scalars(select(SchoolClass).where(SchoolClass.follows_id == third.id)).one()
    assert (fourth.grade, fourth.number, fourth.year) == (4, 1, year_now())
    inside = select(func.count()).where(Pupil.class_id == fourth.id)
    assert db.session.scalar(inside) == 5
    states = db.session.scalars(select(Pupil.status).where(Pupil.class_id == ninth.id)).all()
    assert Counter(states) == {PupilStatus.GRADUATED: 3, PupilStatus.LEFT: 1}
    run = db.session.scalars(
        select(YearRun).where(YearRun.organization_id == fourth.organization_id)
    ).one()
    assert (run.status, run.moved, run.gone) == (RunStatus.DONE, 5, 4)
    after = rows_of(SCHOOL, cast)
    again = finn.post(f"/o/{code}/year")  # twice is once
    assert again.location.endswith("/year")
    assert rows_of(SCHOOL, cast) == after
    assert "撤销升年级" in finn.page(f"/o/{code}/year").text
    assert finn.post(f"/o/{code}/year/undo").status_code == 303
    assert rows_of(SCHOOL, cast) == before
    undone = select(func.count()).where(PupilEvent.action == PupilAction.UNDO)
    assert db.session.scalar(undone) == 4
    assert job_at(finn.post(f"/o/{code}/year").location).done == 9  # and once more
    assert len(rows_of(SCHOOL, cast)) == len(after)


@pytest.mark.covers("S23")
def test_repeaters_movers_and_leavers_are_chosen_and_the_history_stays(
    client_of: Clients, cast: Cast
) -> None:
    third = ended(cast, 3, 1, 4)
    ended(cast, 3, 2, 1)
    code, finn = cast.code(SCHOOL), client_of("finn")
    repeats, moves, leaves, *along = db.session.scalars(
        select(Pupil).where(Pupil.class_id == third.id).order_by(Pupil.id)
    ).all()
    page = finn.page(f"/o/{code}/year/{third.code}")
    assert page.find("a", href=f"/o/{code}/year/pupils/{repeats.code}")
    chosen = {repeats: ("repeat", ""), moves: ("move", "4-2"), leaves: ("leave", "")}
    for pupil, (kind, goal) in chosen.items():
        sent = {"kind": kind, "goal": goal}
        assert finn.post(f"/o/{code}/year/pupils/{pupil.code}", sent).status_code == 303
    wrong = finn.post(f"/o/{code}/year/pupils/{along[0].code}", {"kind": "move", "goal": ""})
    assert (wrong.status_code, "请选新的班级" in wrong.text) == (422, True)
    before = rows_of(SCHOOL, cast)
    finn.post(f"/o/{code}/year")
    db.session.expire_all()
    seats = {
        pupil: (pupil.school_class.grade, pupil.school_class.number)
        for pupil in chosen
        if pupil.school_class
    }
    assert seats == {repeats: (3, 1), moves: (4, 2), leaves: (3, 1)}
    assert [pupil.status for pupil in chosen] == [PupilStatus.MEMBER] * 2 + [PupilStatus.LEFT]
    assert all(one.school_class and one.school_class.grade == 4 for one in along)
    history = [(one.year, one.grade, one.number) for one in queries.history_of(moves)]
    assert history == [(year_now(), 4, 2), (year_now() - 1, 3, 1)]
    late = finn.post(f"/o/{code}/year/pupils/{along[0].code}", {"kind": "leave", "goal": ""})
    assert (late.status_code, "请先撤销" in late.text) == (422, True)
    finn.post(f"/o/{code}/year/undo")
    assert rows_of(SCHOOL, cast) == before
    assert db.session.scalar(select(func.count()).select_from(YearException)) == 3
    assert db.session.scalar(select(func.count()).select_from(PupilYear)) == 0


def test_an_undo_leaves_alone_what_happened_since(client_of: Clients, cast: Cast) -> None:
    ninth, third = ended(cast, 9, 1, 2), ended(cast, 3, 1, 1)
    place, code, finn = cast.organization(SCHOOL), cast.code(SCHOOL), client_of("finn")
    moved_on, stays = db.session.scalars(
        select(Pupil).where(Pupil.class_id == ninth.id, Pupil.status == PupilStatus.MEMBER)
    ).all()
    finn.post(f"/o/{code}/year")
    new = db.session.scalars(select(SchoolClass).where(SchoolClass.follows_id == third.id)).one()
    newcomer = make_pupil(new)
    make_school(cast.organization(OTHER))
    make_pupil(make_class(cast.organization(OTHER), grade=1), moved_on.person)
    finn.post(f"/o/{code}/year/undo")
    db.session.expire_all()
    assert newcomer.class_id == third.id  # the class went back, and he with it
    assert moved_on.status is PupilStatus.GRADUATED  # on another roster by now
    assert (stays.status, stays.class_id) == (PupilStatus.MEMBER, ninth.id)
    assert place.id == third.organization_id


def test_a_year_that_was_moved_up_late_is_undone_when_the_next_has_begun(
    client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    finn, year = client_of("finn"), year_now()
    third = ended(cast, 3, 1, 1)
    path = f"/o/{cast.code(SCHOOL)}/year"
    finn.post(path)
    monkeypatch.setattr(operations, "year_now", lambda _now: year + 1)
    assert f"撤销 {year}–{year + 1} 学年的升年级" in finn.page(path).text
    assert finn.post(f"{path}/undo").status_code == 303
    db.session.expire_all()
    assert set(db.session.scalars(select(Pupil.class_id))) == {third.id}


def test_too_late_is_said_in_words(client_of: Clients, cast: Cast) -> None:
    ended(cast, 3, 1, 1)
    code, finn = cast.code(SCHOOL), client_of("finn")
    finn.post(f"/o/{code}/year")
    db.session.execute(update(YearRun).values(done_at=clock.now() - timedelta(days=31)))
    after = rows_of(SCHOOL, cast)
    assert "撤销升年级" not in finn.page(f"/o/{code}/year").text
    assert finn.post(f"/o/{code}/year/undo").status_code in {409, 422}
    assert rows_of(SCHOOL, cast) == after


@pytest.mark.covers("D10")
def test_a_county_moves_all_its_schools_and_sees_no_name(client_of: Clients, cast: Cast) -> None:
    third = ended(cast, 3, 1, 2)
    ended(cast, 2, 1, 2, OTHER)  # of another county
    members = select(Pupil).where(Pupil.class_id == third.id).order_by(Pupil.id)
    pupil = db.session.scalars(members.limit(1)).one()
    sent = {"kind": "leave", "goal": ""}
    client_of("finn").post(f"/o/{cast.code(SCHOOL)}/year/pupils/{pupil.code}", sent)
    cora, county = client_of("cora"), cast.code("东县")
    page = cora.page(f"/o/{county}/schools/year")
    assert "1 所学校全部升年级" in page.text
    assert pupil.person.name not in page.text
    job = job_at(cora.post(f"/o/{county}/schools/year").location)
    assert (job.status, job.done) == (JobStatus.DONE, 3)
    assert state_of(pupil) == "left"  # what the school chose is kept
    other = cast.organization(OTHER).id
    assert db.session.scalar(select(func.count()).where(YearRun.organization_id == other)) == 0
    assert cora.post(f"/o/{county}/schools/year").location.endswith("/schools/year")
    assert cora.get(f"/o/{cast.code(SCHOOL)}/year").status_code == 403
    assert client_of("finn").post(f"/o/{cast.code(SCHOOL)}/year/undo").status_code == 303
    assert state_of(pupil) == "member"


@pytest.mark.covers("SCH-07", "S3", "PRV-16")
def test_a_draft_of_the_last_grade_is_forgotten_unless_the_year_is_taken_back(
    client_of: Clients, cast: Cast
) -> None:
    ended(cast, 9, 1, 1)
    draft = db.session.scalars(select(Pupil).where(Pupil.status == PupilStatus.DRAFT)).one()
    key, before, address = draft.id, draft.due_on, f"/o/{cast.code(SCHOOL)}/year"
    db.session.commit()
    finn = client_of("finn")
    assert finn.post(address).status_code == 303
    assert state_of(draft) == "left"
    assert draft.due_on == clock.today() + timedelta(days=7)
    assert finn.post(f"{address}/undo").status_code == 303
    assert state_of(draft) == "draft"
    assert draft.due_on == before
    assert finn.post(address).status_code == 303
    purge_due(clock.now() + timedelta(days=8))
    db.session.commit()
    assert db.session.get(Pupil, key, populate_existing=True) is None
