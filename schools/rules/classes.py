"""School years, grades, and what a class is called (domain.md SCH-05, SCH-07, SCH-15). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.rules import N_, RuleViolation
from schools.rules.register import SchoolStage

#: A school year runs from 1 September to 31 August (domain.md SCH-15).
FIRST_MONTH = 9
NUMBER_MAX, NAME_MAX = 60, 20

#: The grades of each stage, counted through: primary 1 to 6, junior 7 to 9, senior 10 to 12.
GRADES: Mapping[SchoolStage, range] = {
    SchoolStage.PRIMARY: range(1, 7),
    SchoolStage.JUNIOR: range(7, 10),
    SchoolStage.NINE_YEAR: range(1, 10),
    SchoolStage.SENIOR: range(10, 13),
    SchoolStage.VOCATIONAL: range(10, 13),
    SchoolStage.UNIVERSITY: range(13, 18),
    SchoolStage.SPECIAL: range(1, 13),
}

#: How each grade is said, in the words that teachers write.
GRADE_NAMES = {
    1: N_("一年级"),
    2: N_("二年级"),
    3: N_("三年级"),
    4: N_("四年级"),
    5: N_("五年级"),
    6: N_("六年级"),
    7: N_("七年级"),
    8: N_("八年级"),
    9: N_("九年级"),
    10: N_("高一"),
    11: N_("高二"),
    12: N_("高三"),
    13: N_("大一"),
    14: N_("大二"),
    15: N_("大三"),
    16: N_("大四"),
    17: N_("大五"),
}


def school_year_of(day: date) -> int:
    """Return the calendar year in which the school year of a day began."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def grades_of(stage: SchoolStage) -> range:
    """Return the grades that a stage has."""
    return GRADES[stage]


def is_last_grade(stage: SchoolStage, grade: int) -> bool:
    """Return whether who leaves a grade leaves the school: graduates (domain.md SCH-07)."""
    return grade >= GRADES[stage][-1]


def check_class(stage: SchoolStage, grade: int, number: int, name: str) -> str:
    """Return the own name of a class, squeezed. Raises RuleViolation for a class no school has."""
    if grade not in GRADES[stage]:
        raise RuleViolation("grade", N_("这所学校没有这个年级"))
    if not 1 <= number <= NUMBER_MAX:
        raise RuleViolation("number", N_("班号是 1 到 %(max)s"), max=NUMBER_MAX)
    name = " ".join(name.split())
    if len(name) > NAME_MAX or not name.isprintable():
        raise RuleViolation("name", N_("班名最多 %(max)s 个字"), max=NAME_MAX)
    return name
