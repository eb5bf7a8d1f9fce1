"""What a row or a form tells of somebody who is to be entered, and who that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from core import keyring
from core.access.scope import Scope
from core.imports.rules import RowChoice, RowVerdict
from core.imports.subjects import Checked
from core.parsing import parse_date
from core.pinyin import name_pinyin
from core.rules import N_, RuleViolation
from members.admission import admission_of
from members.operations.newcomers import Newcomer
from members.queries.likeness import Known, Likeness, Signs
from members.rules import ApplicationKind, Flag
from people.models import document_index
from people.operations.persons import Identity, read_identity
from people.rules import IdType, age_on, check_mobile, check_name, name_match_key

T = TypeVar("T")

TYPES = {
    "居民身份证": IdType.RESIDENT_ID,
    "护照": IdType.PASSPORT,
    "外国人永久居留身份证": IdType.FOREIGN_PERMANENT_RESIDENT,
    "港澳居民来往内地通行证": IdType.HK_MACAO_TRAVEL_PERMIT,
    "台湾居民来往大陆通行证": IdType.TAIWAN_TRAVEL_PERMIT,
}
YOUNG = N_("未满 %(age)d 岁，不能在这里录入。在校学生请由学校登记，先征得监护人同意")
MEMBER = N_("%(name)s已经是%(place)s的会员")
APPLIES = N_("%(name)s已经提交过申请，正在审核")
VOLUNTEER = N_("%(name)s已经是志愿者")
SAME_NUMBER = N_("证件号是%(name)s（%(place)s）的，是同一人吗")
ALIKE = N_("和%(name)s（%(place)s）很像，是同一人吗")
NOT_OTHER = N_("证件号相同就是同一人，请核对证件号")
OWN = N_("不能录入自己，请别人办理")


@dataclass(slots=True)
class Facts:
    """The checked values of a row."""

    newcomer: Newcomer
    signs: Signs


def read_row(
    row: Checked, today: date, least: int, kind: ApplicationKind = ApplicationKind.MEMBER
) -> Facts | None:
    """Return the checked values of a row; None where something is wrong, told beside its field.

    A volunteer may come with a birth day in place of a document (domain.md VOL-01).
    """
    values, problems = row.values, list[RuleViolation]()
    name = _try(lambda: check_name(values.get("name", "")), problems)
    id_type = _try(lambda: _type_of(values.get("id_type", "")), problems)
    needs_document = kind is ApplicationKind.MEMBER or bool(values.get("id_number", "").strip())
    identity, born_on = None, None
    if needs_document:
        identity = _try(lambda: _identity(row, id_type or IdType.RESIDENT_ID, today), problems)
    else:
        born_on = _try(
            lambda: parse_date(values.get("born_on", ""), "born_on", high=today), problems
        )
    birth = identity.born_on if identity else born_on
    if birth is not None and age_on(birth, today) < least:
        field = "id_number" if identity else "born_on"
        problems.append(RuleViolation(field, YOUNG, age=least))
    phone = _try(lambda: _phone(values.get("phone", "")), problems)
    joined_on = _try(lambda: _joined(values.get("joined_on", ""), identity, today), problems)
    if problems or name is None or birth is None:
        for one in problems:
            row.refuse(one)
        return None
    newcomer = Newcomer(
        name=name,
        match_key=name_match_key(name),
        sound=name_pinyin(name),
        identity=identity,
        id_index=document_index(identity.id_type, identity.number) if identity else None,
        born_on=born_on,
        phone=phone or "",
        phone_index=keyring.index_of(phone, "phone") if phone else None,
        joined_on=joined_on,
    )
    return Facts(newcomer, signs_of(newcomer))


def signs_of(one: Newcomer) -> Signs:
    """Return what a newcomer is compared by."""
    born_on = one.identity.born_on if one.identity else one.born_on
    return Signs(one.id_index, born_on, one.sound.full, one.match_key, one.phone_index)


def judge(
    row: Checked,
    likeness: Likeness,
    number: int,
    scope: Scope,
    kind: ApplicationKind = ApplicationKind.MEMBER,
) -> None:
    """Say who a row is: somebody new, somebody within the reach, or one for another desk.

    Who is outside the reach leaves no trace in the verdict (security.md PRV-06).
    """
    one: Newcomer = row.facts.newcomer
    owner = likeness.owner(row.facts.signs)
    if owner is not None:
        _meet(row, owner, scope, kind, is_certain=True)
        return
    alike = likeness.alike[number]
    near = next((known for known in alike if known.is_near), None)
    if near is None:
        one.flags = (Flag.DUPLICATE,) if alike else ()
    elif row.choice is RowChoice.OTHER:
        row.ask(RowVerdict.DOUBTFUL, ALIKE, name=near.name, place=near.place)
    else:
        _meet(row, near, scope, kind, is_certain=False)


def _meet(
    row: Checked, known: Known, scope: Scope, kind: ApplicationKind, *, is_certain: bool
) -> None:
    """Note that a row is, or may be, somebody stored."""
    one: Newcomer = row.facts.newcomer
    if not known.is_near:
        one.flags = (Flag.ID_IN_USE,)
        return
    if known.id == scope.principal.person_id:
        row.ask(RowVerdict.PRESENT, OWN)
        return
    if not (is_certain and known.match_key == one.match_key):
        if row.choice is RowChoice.OTHER:
            row.refuse(RuleViolation("id_number", NOT_OTHER))
            return
        words = SAME_NUMBER if is_certain else ALIKE
        row.ask(RowVerdict.DOUBTFUL, words, name=known.name, place=known.place)
        if row.choice is not RowChoice.SAME:
            return
    _join(row, one, known, kind)


def _join(row: Checked, one: Newcomer, known: Known, kind: ApplicationKind) -> None:
    """Note that a row is somebody within the reach: free to become what is asked, or not."""
    is_member = kind is ApplicationKind.MEMBER and bool(known.member_at)
    if is_member and not known.is_member_near:
        one.flags = (Flag.ID_IN_USE,)
    elif is_member:
        row.ask(RowVerdict.PRESENT, MEMBER, name=known.name, place=known.member_at)
    elif kind is ApplicationKind.VOLUNTEER and admission_of(kind).holds(known.id):
        row.ask(RowVerdict.PRESENT, VOLUNTEER, name=known.name)
    elif known.applies:
        row.ask(RowVerdict.PRESENT, APPLIES, name=known.name)
    else:
        row.found_id = one.person_id = known.id


def _try(read: Callable[[], T], problems: list[RuleViolation]) -> T | None:
    try:
        return read()
    except RuleViolation as violation:
        problems.append(violation)
        return None


def _type_of(text: str) -> IdType:
    if not text:
        return IdType.RESIDENT_ID
    if text in set(IdType):
        return IdType(text)
    found = TYPES.get(text.strip().removesuffix("号码"))
    if found is None and text.strip() in {"身份证", "二代身份证"}:
        found = IdType.RESIDENT_ID
    if found is None:
        raise RuleViolation("id_type", N_("证件种类请从模板的下拉里选"))
    return found


def _identity(row: Checked, id_type: IdType, today: date) -> Identity:
    number, told = row.values.get("id_number", ""), row.values.get("born_on", "")
    is_resident = id_type is IdType.RESIDENT_ID
    born_on = None
    if told or not is_resident:
        born_on = parse_date(told, "born_on", high=today)
    identity = read_identity(id_type, number, born_on, today)
    if born_on is not None and born_on != identity.born_on:
        raise RuleViolation("born_on", N_("出生日期和身份证号里的不一样，请对照证件再看一遍"))
    return identity


def _phone(text: str) -> str:
    return check_mobile(text, "phone") if text else ""


def _joined(text: str, identity: Identity | None, today: date) -> date | None:
    if not text:
        return None
    day = parse_date(text, "joined_on", high=today)
    if identity is not None and day <= identity.born_on:
        raise RuleViolation("joined_on", N_("入会日期早于出生日期，请再看一遍"))
    return day
