"""Which class is meant by the words that teachers write: 三年级2班, 三(2)班, 302. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.rules import N_, RuleViolation, typed
from schools.rules.classes import GRADES, NUMBER_MAX
from schools.rules.register import SchoolStage

FIELD = "class_name"
DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")}
TEN = "十"
_COUNT = r"[零一二三四五六七八九十]{1,3}|[0-9]{1,2}"
#: The grade before the first of each kind of school, by the words that people count with.
BEFORE = {"小": 0, "小学": 0, "初": 6, "初中": 6, "高": 9, "高中": 9, "职高": 9, "大": 12}
SPACES = re.compile(r"[\s·、,，]+")
#: 3-2班 and 3.2 mean what 3年2班 means.
BETWEEN = re.compile(r"(?<=[0-9])[-._—–](?=[0-9])")
BARE_COUNT = re.compile(_COUNT)
WORDS = re.compile(
    rf"(?P<kind>小学|初中|高中|职高|小|初|高|大)?第?(?P<grade>{_COUNT})(?P<year>年级|年)?级?"
    rf"[(（\[【]?第?(?P<number>{_COUNT})[)）\]】]?班?"
)
#: 302 is class 2 of grade 3, 1003 class 3 of grade 10; two signs for the class, always.
COMPACT = re.compile(r"(?P<grade>[0-9]{1,2})(?P<number>[0-9]{2})班?")
UNKNOWN = N_("看不懂是哪个班，请写成『三年级2班』的样子")
NO_GRADE = N_("这所学校没有这个年级")


@dataclass(frozen=True, slots=True)
class ClassWords:
    """A class by its grade, counted through from primary school, and its number."""

    grade: int
    number: int


def read_class(text: str, stage: SchoolStage, grade_text: str = "") -> ClassWords:
    """Return the class that words mean at a school of a stage. Raises RuleViolation.

    ``grade_text`` is the grade where a list keeps it in a column of its own.
    """
    plain, grade = _squeezed(text), _squeezed(grade_text)
    if BARE_COUNT.fullmatch(grade):
        grade = f"{grade}年级"
    if not plain:
        raise RuleViolation(FIELD, N_("请写明是哪个班"))
    found = COMPACT.fullmatch(plain) or _spoken(plain)
    if found is None and grade:
        found = _spoken(f"{grade}{plain}")
    if found is None:
        raise RuleViolation(FIELD, UNKNOWN)
    parts = found.groupdict()
    number = _count(parts["number"])
    if not 1 <= number <= NUMBER_MAX:
        raise RuleViolation(FIELD, N_("班号是 1 到 %(max)s"), max=NUMBER_MAX)
    return ClassWords(_grade(parts.get("kind") or "", _count(parts["grade"]), stage), number)


def _squeezed(text: str) -> str:
    return BETWEEN.sub("年", SPACES.sub("", typed(text, FIELD)))


def _spoken(plain: str) -> re.Match[str] | None:
    """Return the match of words, where the grade is told apart from the number of the class.

    "十二班" is a number without a grade and "12班" is either: both are refused.
    """
    found = WORDS.fullmatch(plain)
    if found is None:
        return None
    told_apart = found["year"] or found["kind"] or plain[found.end("grade")] in "(（[【第级"
    return found if told_apart or _is_mixed(found["grade"], found["number"]) else None


def _is_mixed(grade: str, number: str) -> bool:
    """Return whether one is told in signs and the other in digits: 三2班."""
    return grade.isascii() != number.isascii()


def _count(text: str) -> int:
    if text.isascii():
        return int(text)
    if TEN not in text:
        return DIGITS[text] if len(text) == 1 else 0
    tens, _, ones = text.partition(TEN)
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _grade(kind: str, told: int, stage: SchoolStage) -> int:
    """Return the grade counted through; without a kind it is counted from the school's own first.

    Grade 7 of a junior school is 七年级 and also its first, as people say 初一.
    """
    grades = GRADES[stage]
    grade = told + BEFORE[kind] if kind else told
    if not kind and grade not in grades:
        grade = told + grades[0] - 1
    if grade not in grades or (kind and told < 1):
        raise RuleViolation(FIELD, NO_GRADE)
    return grade
