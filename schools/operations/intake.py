"""What a row of a roster tells of a child, and whether the child may stand on this roster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from core import keyring
from core.imports.rules import RowChoice, RowVerdict
from core.imports.subjects import Checked
from core.parsing import parse_date
from core.pinyin import NamePinyin, name_pinyin
from core.rules import MISSING, N_, RuleViolation
from people.models import document_index
from people.operations.persons import Identity, read_identity
from people.rules import IdType, Sex, check_mobile, check_name, name_match_key
from people.rules.guardians import Relation
from schools.queries.intake import Known, Surroundings
from schools.roster_words import (
    check_columns,
    check_guardian_phone,
    read_relation,
    read_sex,
)
from schools.rules.class_words import ClassWords, read_class

T = TypeVar("T")

ELSEWHERE = N_("这名学生还在别的学校登记着，要等那边办了离校才能登记到本校")
HERE = N_("%(name)s已经在本校的名册上")
ALIKE = N_("名册上已经有一名同名、同一天出生的学生，是同一人吗")
NOT_THE_NAME = N_("证件号和姓名对不上，请对照证件再看一遍")
WHO = N_("请填写身份证号；没有的，填写出生日期")


@dataclass(slots=True)
class Guardian:
    """Who answers for a child, as a row tells."""

    name: str
    relation: Relation
    phone: str
    phone_index: bytes


@dataclass(slots=True)
class Child:
    """The checked values of a row: who it is, in which class, and who answers for it."""

    name: str
    match_key: str
    sound: NamePinyin
    born_on: date
    sex: Sex | None
    in_class: ClassWords
    identity: Identity | None = None
    id_index: bytes | None = None
    guardian: Guardian | None = None
    person_id: int | None = None
    is_new: bool = False

    @property
    def key(self) -> bytes:
        """Return what tells that two rows of a list are the same child."""
        return self.id_index or keyring.index_of(f"{self.match_key}:{self.born_on}", "pupil")


def read_row(row: Checked, around: Surroundings, today: date) -> Child | None:
    """Return the checked values of a row; None where something is wrong, told beside its field."""
    values, problems = row.values, list[RuleViolation]()
    name = _try(lambda: _name(values.get("name", "")), problems)
    identity = _try(lambda: _identity(row, today), problems)
    told = identity.sex if isinstance(identity, Identity) else None
    born_on = identity.born_on if isinstance(identity, Identity) else identity
    sex = _try(lambda: (read_sex(values.get("sex", ""), told),), problems)
    in_class = _try(lambda: class_of(row, around), problems)
    guardian = _try(lambda: (_guardian(row, name or "", around),), problems)
    if problems or name is None or born_on is None or not (sex and in_class and guardian):
        for one in problems:
            row.refuse(one)
        return None
    known = identity if isinstance(identity, Identity) else None
    return Child(
        name=name,
        match_key=name_match_key(name),
        sound=name_pinyin(name),
        born_on=born_on,
        sex=sex[0],
        in_class=in_class,
        identity=known,
        id_index=document_index(known.id_type, known.number) if known else None,
        guardian=guardian[0],
    )


def judge(row: Checked, around: Surroundings) -> None:
    """Say whether the child of a row is new here, stands here, or stands somewhere else."""
    one: Child = row.facts
    owner = around.owners.get(one.id_index) if one.id_index else None
    if owner is None:
        _compare(row, one, around)
        return
    if owner.match_key != one.match_key:
        row.refuse(RuleViolation("id_number", NOT_THE_NAME))
    elif owner.id in around.at_school:
        row.ask(RowVerdict.PRESENT, HERE, name=one.name)
    elif owner.id in around.elsewhere:
        row.refuse(RuleViolation("id_number", ELSEWHERE))
    else:
        _link(row, one, owner)


def class_of(row: Checked, around: Surroundings) -> ClassWords:
    """Return the class of a row: by its own name, by grade and number, or as told for the list.

    Raises RuleViolation.
    """
    text = row.values.get("class_name", "").strip()
    if not text and around.first is not None:
        return ClassWords(*around.first)
    if text in around.named:
        return ClassWords(*around.named[text])
    field = "class_name" if "class_name" in row.values else ""
    try:
        return read_class(text, around.stage, row.values.get("grade", ""))
    except RuleViolation as violation:
        raise RuleViolation(field, violation.message, **violation.params) from violation


def _link(row: Checked, one: Child, owner: Known) -> None:
    """Note that a row is somebody known; the guardian may not answer on the child's own phone."""
    try:
        if one.guardian is not None:
            check_guardian_phone(
                one.guardian.phone_index,
                staff=frozenset(),
                ward=owner.phone_index,
                field="guardian_phone",
            )
    except RuleViolation as violation:
        row.refuse(violation)
        return
    row.found_id = one.person_id = owner.id


def _compare(row: Checked, one: Child, around: Surroundings) -> None:
    """Ask where a child of the same name and birth day is on the roster already."""
    if (one.match_key, one.born_on) not in around.alike:
        return
    if row.choice is RowChoice.SAME:
        row.ask(RowVerdict.PRESENT, HERE, name=one.name)
    else:
        row.ask(RowVerdict.DOUBTFUL, ALIKE)


def _name(text: str) -> str:
    check_columns(text)
    return check_name(text)


def _identity(row: Checked, today: date) -> Identity | date:
    """Return the document of a row, or the birth day where it has none. Raises RuleViolation."""
    number = row.values.get("id_number", "").strip()
    told = row.values.get("born_on", "").strip()
    day = parse_date(told, "born_on", high=today) if told else None
    if not number:
        if day is not None:
            return day
        field = next((one for one in ("id_number", "born_on") if one in row.values), "")
        raise RuleViolation(field, WHO)
    id_type = _type_of(row.values.get("id_type", ""))
    if id_type is not IdType.RESIDENT_ID and day is None:
        raise RuleViolation("born_on" if "born_on" in row.values else "", MISSING)
    identity = read_identity(id_type, number, day, today)
    if day is not None and day != identity.born_on:
        raise RuleViolation("born_on", N_("出生日期和身份证号里的不一样，请对照证件再看一遍"))
    return identity


def _type_of(text: str) -> IdType:
    """Return the kind of a document, by its code: lists of a school have resident IDs only."""
    return IdType(text) if text in set(IdType) else IdType.RESIDENT_ID


def _guardian(row: Checked, ward: str, around: Surroundings) -> Guardian | None:
    """Return who answers for the child, or None where nobody was told. Raises RuleViolation."""
    name, phone = row.values.get("guardian_name", ""), row.values.get("guardian_phone", "")
    if not name.strip() and not phone.strip():
        return None
    field = "guardian_phone" if "guardian_phone" in row.values else ""
    if not phone.strip():
        raise RuleViolation(field, N_("请填写监护人的手机号"))
    number = check_mobile(phone, field)
    index = keyring.index_of(number, "phone")
    check_guardian_phone(index, staff=around.staff, ward=None, field=field)
    named = check_name(name, "guardian_name") if name.strip() else f"{ward[:44]}的监护人"
    return Guardian(named, read_relation(row.values.get("relation", "")), number, index)


def _try(read: Callable[[], T], problems: list[RuleViolation]) -> T | None:
    try:
        return read()
    except RuleViolation as violation:
        problems.append(violation)
        return None
