"""Class activities: everyone present, tap the absent; persons and person-times apart (SCH-08)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from organizations import figures
from organizations.rules import Measure
from schools.models import Pupil, SchoolClass, YouthMark, YouthRoll
from schools.operations.attending import Called, correct_roll, record_roll, undo_roll
from schools.operations.pupils import admit
from schools.queries import attending as queries
from schools.rules.attending import (
    ActivityFacts,
    HeldBack,
    YouthKind,
    held_back,
)
from schools.rules.pupils import ConsentState, PupilStatus
from supervision.recount import differences
from tests.cast import Cast
from tests.client import Client, parsed
from tests.school_factories import agree_on_paper, make_class, make_pupil, make_school
from tests.schools.acting import actor_of

SCHOOL = "东小学"


def keeper(cast: Cast) -> Actor:
    return actor_of(cast, "finn", SCHOOL)


def facts(kind: YouthKind = YouthKind.LIFE, days_ago: int = 1, **more: object) -> ActivityFacts:
    starts_at = clock.now() - timedelta(days=days_ago, hours=2)
    found = ActivityFacts(kind, "生命教育课", starts_at, 40)
    return replace(found, **more)  # type: ignore[arg-type]


def filled_class(cast: Cast, count: int = 4, grade: int = 8) -> tuple[SchoolClass, list[Pupil]]:
    place = cast.organization(SCHOOL)
    make_school(place)
    school_class = make_class(place, grade=grade)
    return school_class, [make_pupil(school_class, member=True) for _ in range(count)]


def recorded(
    cast: Cast, school_class: SchoolClass, pupils: list[Pupil], told: ActivityFacts
) -> YouthRoll:
    codes = [one.code for one in pupils]
    return record_roll(school_class, Called(told), codes, by=keeper(cast), now=clock.now())


def figure(cast: Cast, name: str, measure: Measure) -> int:
    figures.write(db.session())
    year = (
        (clock.now() - timedelta(days=1, hours=2)).astimezone(clock.local(clock.now()).tzinfo).year
    )
    place = cast.organization(name)
    return figures.values([place.id], [measure], [year]).get((place.id, measure, year), 0)


@pytest.mark.pure
@pytest.mark.covers("SCH-08")
@given(
    st.sampled_from(PupilStatus),
    st.sampled_from(ConsentState),
    st.none() | st.integers(3, 30),
    st.none() | st.just((13, 18)),
)
def test_only_a_member_with_standing_consent_and_of_the_age_is_counted(
    status: PupilStatus, consent: ConsentState, age: int | None, ages: tuple[int, int] | None
) -> None:
    found = held_back(status, consent, age, ages)
    agreed = status is PupilStatus.MEMBER and consent is ConsentState.GIVEN
    fits = ages is None or (age is not None and ages[0] <= age <= ages[1])
    assert (found is None) == (agreed and fits)
    assert (found is HeldBack.NO_CONSENT) == (not agreed)


@pytest.mark.covers("SCH-08", "STA-04", "T4")
def test_a_roll_call_counts_for_class_school_and_all_above(cast: Cast) -> None:
    school_class, pupils = filled_class(cast)
    roll = recorded(cast, school_class, pupils[:3], facts())
    assert (roll.present, roll.absent) == (3, 1)
    again = facts(title="又一次", days_ago=1)
    recorded(cast, school_class, pupils[:2], again)
    found = queries.tally_of_class(school_class.id)
    assert (found.activities, found.persons, found.times) == (2, 3, 5)
    for name in (SCHOOL, "东县", "东市", "测试省"):
        assert figure(cast, name, Measure.YOUTH_TIMES) == 5
        assert figure(cast, name, Measure.YOUTH_ACTIVITIES) == 2
        assert figure(cast, name, Measure.FIRST_AID_TIMES) == 0


@pytest.mark.covers("SCH-08")
def test_two_classes_at_one_activity_are_one_activity(cast: Cast) -> None:
    first, pupils = filled_class(cast)
    second = make_class(cast.organization(SCHOOL), grade=8)
    others = [make_pupil(second, member=True) for _ in range(2)]
    lesson = facts(YouthKind.FIRST_AID, title="心肺复苏")
    activity = recorded(cast, first, pupils, lesson).activity
    called = Called(activity.facts, activity=activity)
    record_roll(second, called, [one.code for one in others], by=keeper(cast), now=clock.now())
    assert figure(cast, "东县", Measure.YOUTH_ACTIVITIES) == 1
    assert figure(cast, "东县", Measure.FIRST_AID_TIMES) == 6
    assert queries.tally_of_class(second.id).persons == 2


@pytest.mark.covers("SCH-08")
def test_the_same_class_is_not_recorded_twice_for_one_activity(cast: Cast) -> None:
    school_class, pupils = filled_class(cast)
    recorded(cast, school_class, pupils, facts())
    with pytest.raises(RuleViolation, match="同名"):
        recorded(cast, school_class, pupils, facts())


@pytest.mark.covers("SCH-08", "PRV-09")
def test_a_pupil_without_standing_consent_is_held_back(cast: Cast) -> None:
    school_class, pupils = filled_class(cast)
    draft = make_pupil(school_class)
    pupils[0].consent = ConsentState.WITHDRAWN
    db.session.flush()
    held = {
        row.code: row.held
        for row in queries.roster_on(school_class, YouthKind.LIFE, clock.today())
        if row.held
    }
    assert held == {draft.code: HeldBack.NO_CONSENT, pupils[0].code: HeldBack.NO_CONSENT}
    for one in (draft, pupils[0]):
        with pytest.raises(RuleViolation):
            recorded(cast, school_class, [one, *pupils[1:]], facts())
    assert recorded(cast, school_class, pupils[1:], facts()).present == 3
    marked = db.session.query(YouthMark.pupil_id).all()
    assert draft.id not in {row[0] for row in marked}


@pytest.mark.covers("SCH-08")
def test_humanitarian_law_is_for_the_ages_of_the_setting(cast: Cast) -> None:
    school_class, pupils = filled_class(cast)
    today = clock.today()
    young = make_pupil(school_class, born_on=date(today.year - 10, 1, 1), member=True)
    teen = make_pupil(school_class, born_on=date(today.year - 15, 1, 1), member=True)
    day = (clock.now() - timedelta(days=1)).date()
    held = {row.code: row.held for row in queries.roster_on(school_class, YouthKind.EHL, day)}
    assert held[young.code] is HeldBack.TOO_YOUNG
    assert held[teen.code] is None
    with pytest.raises(RuleViolation):
        recorded(cast, school_class, [young], facts(YouthKind.EHL))
    assert len(pupils) == 4


@pytest.mark.covers("SCH-08")
def test_a_correction_keeps_what_was_before_and_moves_the_figures(cast: Cast) -> None:
    school_class, pupils = filled_class(cast)
    roll = recorded(cast, school_class, pupils[:3], facts())
    codes = [one.code for one in pupils[1:]]
    where = {"organization_id": roll.activity.organization_id, "by": keeper(cast)}
    with pytest.raises(RuleViolation):
        correct_roll(roll.code, codes, " ", now=clock.now(), **where)  # type: ignore[arg-type]
    correct_roll(roll.code, codes, "点错一位", now=clock.now(), **where)  # type: ignore[arg-type]
    step = queries.steps_of(roll.activity)[-1]
    assert (step.came, step.went, step.note) == (pupils[3].code, pupils[0].code, "点错一位")
    assert (step.present_before, step.present_after) == (3, 3)
    correct_roll(roll.code, codes[:1], "两位没来", now=clock.now(), **where)  # type: ignore[arg-type]
    assert figure(cast, "东县", Measure.YOUTH_TIMES) == 1


@pytest.mark.covers("SCH-08", "MEM-14")
def test_a_correction_adds_who_has_consent_by_now_and_nobody_else(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    school_class, pupils = filled_class(cast)
    late, draft = make_pupil(school_class), make_pupil(school_class)
    roll = recorded(cast, school_class, pupils, facts())
    agree_on_paper(late)
    admit(late, by=keeper(cast), now=clock.now())
    db.session.commit()
    finn, path = client_of("finn"), f"/o/{cast.code(SCHOOL)}/youth-rolls/{roll.code}/correct"
    page = finn.page(path)
    assert {str(one["value"]) for one in page.select("[name=present]")} == {
        one.code for one in (*pupils, late)
    }
    assert draft.person.name in page.select_one("#held").text  # type: ignore[union-attr]
    codes = [one.code for one in (*pupils, late)]
    fields = {"present": [*codes, draft.code], "note": "补一位"}
    assert finn.post(path, fields).status_code == 422
    assert finn.post(path, {"present": codes, "note": "补一位"}).status_code == 303
    db.session.expire_all()
    assert (roll.present, roll.absent) == (5, 0)
    assert figure(cast, SCHOOL, Measure.YOUTH_TIMES) == 5


@pytest.mark.covers("SCH-08")
def test_what_is_undone_counts_no_more_and_only_within_its_time(cast: Cast) -> None:
    school_class, pupils = filled_class(cast)
    roll = recorded(cast, school_class, pupils, facts())
    where = {"organization_id": roll.activity.organization_id, "by": keeper(cast)}
    late = clock.now() + timedelta(hours=25)
    with pytest.raises(RuleViolation, match="更正"):
        undo_roll(roll.code, now=late, **where)  # type: ignore[arg-type]
    undo_roll(roll.code, now=clock.now(), **where)  # type: ignore[arg-type]
    assert figure(cast, "东县", Measure.YOUTH_TIMES) == 0
    assert figure(cast, "东县", Measure.YOUTH_ACTIVITIES) == 0
    assert queries.tally_of_class(school_class.id).times == 0
    with pytest.raises(IllegalTransition):
        undo_roll(roll.code, now=clock.now(), **where)  # type: ignore[arg-type]
    assert recorded(cast, school_class, pupils, facts()).present == 4


@pytest.mark.covers("T4", "SCH-08")
def test_the_page_records_who_was_there_and_undoes_it(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    school_class, pupils = filled_class(cast)
    draft = make_pupil(school_class)
    finn, base = client_of("finn"), f"/o/{cast.code(SCHOOL)}"
    code, absent, waiting = school_class.code, pupils[0], draft.person.name
    path = f"{base}/classes/{code}/attend"
    page = finn.page(path)
    boxes = page.select("input[name=present]")
    assert len(boxes) == 4
    assert all(box.has_attr("checked") for box in boxes)
    assert "登记 4 人" in page.text
    held = page.select_one("#held")
    assert held is not None
    assert waiting in held.text
    data = {
        name: page.select_one(f"input[name={name}]")["value"]  # type: ignore[index]
        for name in ("day", "start", "minutes")
    }
    sent = [box["value"] for box in boxes if box["value"] != absent.code]
    answer = finn.post(path, {**data, "kind": "life", "campaign": "", "present": sent})
    assert answer.status_code == 303
    shown = parsed(finn.get(answer.location))
    assert "已登记 3 人" in shown.text
    undo = shown.select_one(".toast form")
    assert undo is not None
    assert finn.post(str(undo["action"])).status_code == 303
    assert queries.tally_of_class(db.session.get_one(SchoolClass, school_class.id).id).times == 0


def test_a_pupil_of_another_class_or_nobody_is_not_recorded(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    school_class, _pupils = filled_class(cast)
    stranger = make_pupil(make_class(cast.organization(SCHOOL), grade=7), member=True)
    finn, path = client_of("finn"), f"/o/{cast.code(SCHOOL)}/classes/{school_class.code}/attend"
    today = clock.today() - timedelta(days=1)
    data = {"kind": "life", "day": today.isoformat(), "start": "09:00", "minutes": "40"}
    code = stranger.code
    for present in ([], [code], ["zzzzzzzz"]):
        answer = finn.post(path, {**data, "present": present})
        assert answer.status_code == 422
        assert "要改" in answer.text


class History:
    """What was really recorded, beside what the database holds."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance = cast, Random(seed)  # noqa: S311 - it only picks what happens
        first, pupils = filled_class(cast, 5)
        second = make_class(cast.organization(SCHOOL), grade=8)
        self.classes = [first, second]
        others = [make_pupil(second, member=True) for _ in range(4)]
        self.crowds = {first.id: pupils, second.id: others}
        self.rolls: dict[str, YouthRoll] = {}
        self.truth: dict[str, set[str]] = {}

    def go_on(self, number: int) -> None:
        """Record, correct or undo something."""
        act = self.chance.choice(["record", "record", "correct", "undo"])
        if act == "record" or not self.truth:
            school_class = self.chance.choice(self.classes)
            chosen = self.some(school_class.id)
            kind = self.chance.choice([YouthKind.LIFE, YouthKind.FIRST_AID])
            told = facts(kind, self.chance.randint(1, 20), title=f"第{number}次")
            roll = recorded(self.cast, school_class, chosen, told)
            self.rolls[roll.code], self.truth[roll.code] = roll, {one.code for one in chosen}
            return
        code = self.chance.choice(sorted(self.truth))
        where = {"organization_id": self.classes[0].organization_id, "by": keeper(self.cast)}
        if act == "undo":
            undo_roll(code, now=clock.now(), **where)  # type: ignore[arg-type]
            del self.truth[code]
            return
        codes = {one.code for one in self.some(self.rolls[code].class_id)}
        if codes != self.truth[code]:
            correct_roll(code, codes, "点错", now=clock.now(), **where)  # type: ignore[arg-type]
            self.truth[code] = codes

    def some(self, class_id: int) -> list[Pupil]:
        crowd = self.crowds[class_id]
        return self.chance.sample(crowd, self.chance.randint(1, len(crowd)))

    def of(self, class_ids: set[int]) -> list[set[str]]:
        return [self.truth[code] for code in self.truth if self.rolls[code].class_id in class_ids]


@pytest.mark.covers("STA-04", "SCH-08")
@pytest.mark.parametrize("seed", [3, 5, 8])
def test_persons_and_person_times_equal_a_recount_after_many_changes(cast: Cast, seed: int) -> None:
    history = History(cast, seed)
    for number in range(25):
        history.go_on(number)
    place, today = cast.organization(SCHOOL), clock.today()
    year_ago = today - timedelta(days=366)
    for ids in ({history.classes[0].id}, {history.classes[1].id}, set(history.crowds)):
        sets = history.of(ids)
        found = (
            queries.tally_of_class(min(ids))
            if len(ids) == 1
            else queries.tally_of_school(place.id, year_ago, today)
        )
        assert found.persons == len(set().union(*sets))
        assert found.times == sum(len(one) for one in sets)
        assert found.activities == len(sets)
    figures.write(db.session())
    measures = {Measure.YOUTH_TIMES, Measure.YOUTH_ACTIVITIES, Measure.FIRST_AID_TIMES}
    assert [one for one in differences() if one.measure in measures] == []
    assert history.truth
