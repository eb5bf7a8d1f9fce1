"""Identity documents of people and the credit code of units (domain.md 7.1, security.md 5.3)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

from core.rules import N_, RuleViolation, typed
from people.rules.ages import age_on

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
ID_CHECKS = "10X98765432"
WEIGHT_OF_ZEROS = ord("0") * sum(ID_WEIGHTS)  # digits are added up as the bytes that they are
ID_LENGTH = 18
OLD_ID_LENGTH = 15  # first generation, invalid since 2013
MAX_AGE = 120
# GB/T 2260, first two digits; 81, 82, 83 are the residence permits of Hong Kong, Macao, Taiwan.
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I O S V Z
CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))

SHAPE = re.compile(r"[0-9]{17}[0-9X]")
SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]+)?[Ee]\+?[0-9]+")
DECORATION = re.compile(r"[ \u00a0'’‘\u2010-\u2015-]")


class IdType(StrEnum):
    """Kinds of identity documents (domain.md DAT-01 to DAT-03)."""

    RESIDENT_ID = "resident_id"  # 居民身份证, 港澳台居民居住证: one structure
    PASSPORT = "passport"
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"  # 外国人永久居留身份证
    HK_MACAO_TRAVEL_PERMIT = "hk_macao_travel_permit"  # 港澳居民来往内地通行证
    TAIWAN_TRAVEL_PERMIT = "taiwan_travel_permit"  # 台湾居民来往大陆通行证


class Sex(StrEnum):
    """As the document says."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A number whose every part was checked; `number` is in canonical form."""

    number: str
    born_on: date
    sex: Sex

    @property
    def region_known(self) -> bool:
        """Whether the province part is one of GB/T 2260; if not, warn and accept (DAT-01)."""
        return PROVINCE.match(self.number) is not None


OTHER_DOCUMENTS = {
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    # Since 2023 eighteen characters beginning with 9, before that three letters and 12 digits.
    IdType.FOREIGN_PERMANENT_RESIDENT: re.compile(r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}"),
    IdType.HK_MACAO_TRAVEL_PERMIT: re.compile(r"[HM][0-9]{8}"),
    IdType.TAIWAN_TRAVEL_PERMIT: re.compile(r"[0-9]{8}"),
}
OTHER_MESSAGES = {
    IdType.PASSPORT: N_("护照号码应为 5 到 20 位字母和数字"),
    IdType.FOREIGN_PERMANENT_RESIDENT: N_(
        "永久居留身份证号应为 9 开头的 18 位，或 3 位字母加 12 位数字"
    ),
    IdType.HK_MACAO_TRAVEL_PERMIT: N_("港澳居民来往内地通行证号码应为 H 或 M 加 8 位数字"),
    IdType.TAIWAN_TRAVEL_PERMIT: N_("台湾居民来往大陆通行证号码应为 8 位数字"),
}


def check_resident_id(text: str, today: date, field: str = "id_number") -> ResidentId:
    """The number with birth day and sex read from it, or `RuleViolation` (GB 11643, DAT-01, 02).

    Full-width digits, lower-case x, spaces, hyphens and a leading apostrophe are put right.
    Fifteen-digit numbers are refused: those cards are invalid since 2013. An unknown region is
    no reason to refuse: numbers of abolished counties stay valid.
    """
    number = text
    if not SHAPE.fullmatch(text):
        number = _plain(text, field, N_("请填写身份证号"))
        _check_id_shape(number, field)
    born_on = _birth_day(number, today, field)
    total = sum(map(mul, number.encode("ascii"), ID_WEIGHTS)) - WEIGHT_OF_ZEROS
    if ID_CHECKS[total % 11] != number[-1]:
        raise RuleViolation(field, N_("最后一位和前面对不上，请对照证件再看一遍"))
    return ResidentId(number, born_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def check_document(id_type: IdType, text: str, today: date, field: str = "id_number") -> str:
    """The canonical number of a document of any kind, or `RuleViolation` (DAT-01 to DAT-03).

    Only a resident ID tells birth day and sex; ask `check_resident_id` for these.
    """
    if id_type is IdType.RESIDENT_ID:
        return check_resident_id(text, today, field).number
    number = _plain(text, field, N_("请填写证件号码"))
    if not OTHER_DOCUMENTS[id_type].fullmatch(number):
        raise RuleViolation(field, OTHER_MESSAGES[id_type])
    return number


def check_born_on(resident: ResidentId, born_on: date, field: str = "born_on") -> None:
    """Raises `RuleViolation` when a birth day told apart differs from the number (security 61)."""
    if born_on != resident.born_on:
        raise RuleViolation(field, N_("出生日期和身份证号里的不一样，请对照证件再看一遍"))


def check_credit_code(text: str, field: str = "credit_code") -> str:
    """The 统一社会信用代码 of a unit in canonical form, or `RuleViolation` (DAT-05)."""
    code = _plain(text, field, N_("请填写统一社会信用代码"))
    if len(code) != ID_LENGTH:
        raise RuleViolation(
            field, N_("统一社会信用代码应为 18 位，现在是 %(count)d 位"), count=len(code)
        )
    if any(char not in CREDIT_DIGITS for char in code):
        raise RuleViolation(field, N_("统一社会信用代码只能有数字和大写字母，没有 I、O、S、V、Z"))
    total = sum(
        CREDIT_DIGITS.index(char) * weight
        for char, weight in zip(code, CREDIT_WEIGHTS, strict=False)
    )
    if CREDIT_DIGITS[-total % 31] != code[-1]:
        raise RuleViolation(field, N_("最后一位和前面对不上，请对照证件再看一遍"))
    return code


def _plain(text: str, field: str, missing: str) -> str:
    """The text without decoration, in capitals; raises `missing` when nothing is left."""
    number = DECORATION.sub("", typed(text, field))
    if not number:
        raise RuleViolation(field, missing)
    return number.upper() if number.isascii() else number  # "ſ".upper() would become an S


def _check_id_shape(number: str, field: str) -> None:
    """Raises when the text cannot be a number of 17 digits and a check character."""
    if SCIENTIFIC.fullmatch(number):
        raise RuleViolation(
            field,
            N_("身份证号列变成了科学计数法（%(text)s），请用模板或把该列设为文本"),
            text=number,
        )
    if len(number) == OLD_ID_LENGTH and number.isascii() and number.isdecimal():
        raise RuleViolation(field, N_("15 位的旧身份证已停用，请填 18 位的身份证号"))
    if len(number) != ID_LENGTH:
        raise RuleViolation(field, N_("身份证号应为 18 位，现在是 %(count)d 位"), count=len(number))
    if not SHAPE.fullmatch(number):
        raise RuleViolation(field, N_("身份证号只能有数字，最后一位可以是字母 X"))


def _birth_day(number: str, today: date, field: str) -> date:
    """The birth day inside the number; raises when it is no day, to come, or too long ago."""
    try:
        born_on = date.fromisoformat(number[6:14])
    except ValueError:
        raise RuleViolation(
            field,
            N_("身份证号里的出生日期不存在（%(month)d月%(day)d日）"),
            month=int(number[10:12]),
            day=int(number[12:14]),
        ) from None
    if born_on > today:
        raise RuleViolation(field, N_("身份证号里的出生日期晚于今天"))
    if age_on(born_on, today) > MAX_AGE:
        raise RuleViolation(field, N_("身份证号里的出生日期超过 %(years)d 年"), years=MAX_AGE)
    return born_on
