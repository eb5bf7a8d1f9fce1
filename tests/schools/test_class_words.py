"""A class is found by the words that teachers write; a class no such school has is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleViolation
from people.rules import Sex
from people.rules.guardians import Relation
from schools.roster_words import check_guardian_phone, read_relation, read_sex
from schools.rules.class_words import ClassWords, read_class
from schools.rules.classes import GRADES, NUMBER_MAX
from schools.rules.register import SchoolStage

pytestmark = pytest.mark.pure

SIGNS = "零一二三四五六七八九十"
KINDS = {7: "初", 8: "初", 9: "初", 10: "高", 11: "高", 12: "高"}


def in_signs(number: int) -> str:
    """Return a number below a hundred as it is written in Chinese."""
    tens, ones = divmod(number, 10)
    start = "" if not tens else SIGNS[10] if tens == 1 else f"{SIGNS[tens]}{SIGNS[10]}"
    return f"{start}{SIGNS[ones] if ones else ''}"


@pytest.mark.covers("SCH-07")
@pytest.mark.parametrize(
    ("text", "stage", "grade", "number"),
    [
        ("三年级2班", SchoolStage.PRIMARY, 3, 2),
        ("三(2)班", SchoolStage.PRIMARY, 3, 2),
        (" 三（２）班 ", SchoolStage.PRIMARY, 3, 2),
        ("3年2班", SchoolStage.PRIMARY, 3, 2),
        ("3-2班", SchoolStage.PRIMARY, 3, 2),
        ("302", SchoolStage.PRIMARY, 3, 2),
        ("三年级十二班", SchoolStage.PRIMARY, 3, 12),
        ("高一(3)班", SchoolStage.SENIOR, 10, 3),
        ("一(3)班", SchoolStage.SENIOR, 10, 3),
        ("初二3班", SchoolStage.JUNIOR, 8, 3),
        ("八年级3班", SchoolStage.JUNIOR, 8, 3),
        ("小学三年级2班", SchoolStage.NINE_YEAR, 3, 2),
        ("初一1班", SchoolStage.NINE_YEAR, 7, 1),
    ],
)
def test_words_that_teachers_write(text: str, stage: SchoolStage, grade: int, number: int) -> None:
    assert read_class(text, stage) == ClassWords(grade, number)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("", SchoolStage.PRIMARY),
        ("12班", SchoolStage.PRIMARY),
        ("十二班", SchoolStage.PRIMARY),
        ("七年级1班", SchoolStage.PRIMARY),
        ("高一(3)班", SchoolStage.PRIMARY),
        ("三年级0班", SchoolStage.PRIMARY),
        ("三年级61班", SchoolStage.PRIMARY),
        ("向日葵班", SchoolStage.PRIMARY),
        ("3.30E+17", SchoolStage.PRIMARY),
    ],
)
def test_what_is_no_class_here_is_refused_beside_the_cell(text: str, stage: SchoolStage) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_class(text, stage)
    assert refusal.value.field == "class_name"


def test_a_grade_may_stand_in_a_column_of_its_own() -> None:
    assert read_class("2班", SchoolStage.PRIMARY, "三年级") == ClassWords(3, 2)
    assert read_class("2", SchoolStage.PRIMARY, "3") == ClassWords(3, 2)
    assert read_class("(2)班", SchoolStage.SENIOR, "高二") == ClassWords(11, 2)


@given(st.sampled_from(sorted(SchoolStage)), st.integers(1, NUMBER_MAX), st.data())
def test_every_way_of_writing_means_one_class(
    stage: SchoolStage, number: int, data: st.DataObject
) -> None:
    grade = data.draw(st.sampled_from(list(GRADES[stage])))
    kind = KINDS.get(grade)
    ways = [f"{grade}年级{number}班", f"{in_signs(grade)}年级({in_signs(number)})班"]
    ways.append(f"{grade}{number:02d}")
    if kind:
        ways.append(f"{kind}{in_signs((grade - 1) % 3 + 1)}（{number}）班")
    assert {read_class(one, stage) for one in ways} == {ClassWords(grade, number)}


@given(st.text(max_size=12), st.sampled_from(sorted(SchoolStage)))
def test_whatever_is_typed_nothing_but_a_violation_is_raised(text: str, stage: SchoolStage) -> None:
    try:
        found = read_class(text, stage)
    except RuleViolation:
        return
    assert found.grade in GRADES[stage]
    assert 1 <= found.number <= NUMBER_MAX


def test_sex_and_relation_in_the_words_of_lists() -> None:
    assert read_sex("女", Sex.FEMALE) is Sex.FEMALE
    assert read_sex("男生") is Sex.MALE
    assert read_sex("", Sex.MALE) is Sex.MALE
    with pytest.raises(RuleViolation):
        read_sex("男", Sex.FEMALE)
    assert read_relation("妈妈") is Relation.MOTHER
    assert read_relation("奶奶") is Relation.GRANDPARENT
    assert read_relation("舅舅") is Relation.OTHER


@pytest.mark.covers("PRV-11")
def test_neither_the_child_nor_a_teacher_answers_for_the_child() -> None:
    check_guardian_phone(b"a", staff=frozenset({b"t"}), ward=b"c", field="phone")
    for phone in (b"t", b"c"):
        with pytest.raises(RuleViolation):
            check_guardian_phone(phone, staff=frozenset({b"t"}), ward=b"c", field="phone")
