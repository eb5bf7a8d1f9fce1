"""What a row of a roster may say besides a name and a document: sex and relation. Pure."""

from __future__ import annotations

import re

from core.rules import N_, RuleViolation, typed
from people.rules import Sex
from people.rules.guardians import Relation

SEXES = {
    "男": Sex.MALE,
    "女": Sex.FEMALE,
    **{sign: one for one in Sex for sign in (one.value, one.value[0])},
}
RELATIONS = {
    Relation.FATHER: frozenset({"父", "父亲", "爸爸", "爸", "父子", "父女", "father"}),
    Relation.MOTHER: frozenset({"母", "母亲", "妈妈", "妈", "母子", "母女", "mother"}),
    Relation.GRANDPARENT: frozenset(
        {
            *("祖父", "祖母", "爷爷", "奶奶", "外公", "外婆", "外祖父", "外祖母"),
            *("姥姥", "姥爷", "祖父母", "外祖父母", "祖孙", "祖辈", "grandparent"),
        }
    ),
}
MANY_DIGITS = re.compile(r"[0-9]{6,}")


def read_sex(text: str, told: Sex | None = None) -> Sex | None:
    """Return the sex that a cell says, or what the document told. Raises RuleViolation."""
    plain = typed(text, "sex").lower().removesuffix("性").removesuffix("生")
    if not plain:
        return told
    found = SEXES.get(plain)
    if found is None:
        raise RuleViolation("sex", N_("性别请写男或女"))
    if told is not None and found is not told:
        raise RuleViolation("sex", N_("性别和身份证号里的不一样，请对照证件再看一遍"))
    return found


def read_relation(text: str) -> Relation:
    """Return what a guardian is to the child; words nobody foresaw are somebody else."""
    plain = typed(text, "relation").lower()
    fitting = (one for one, words in RELATIONS.items() if plain in words)
    return next(fitting, Relation.OTHER)


def check_columns(name: str) -> None:
    """Raise RuleViolation for a name that is a number: two columns were changed (scenario 21)."""
    if MANY_DIGITS.search(name):
        raise RuleViolation("name", N_("姓名里是一串数字，是不是和别的列填反了"))


def check_guardian_phone(
    phone_index: bytes, *, staff: frozenset[bytes], ward: bytes | None, field: str
) -> None:
    """Raise RuleViolation where a guardian would answer on a phone that is not his (PRV-11).

    Neither the child nor anybody who keeps the school's roster answers for the child.
    """
    if ward is not None and phone_index == ward:
        raise RuleViolation(field, N_("这是学生本人的手机号，请填监护人的"))
    if phone_index in staff:
        raise RuleViolation(field, N_("这是本校老师的手机号，老师不能当监护人，请填另一位监护人"))
