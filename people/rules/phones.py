"""Telephone numbers (domain.md DAT-04, security.md 5.2)."""

import re
from enum import StrEnum

from core.rules import N_, RuleViolation, typed

MOBILE_LENGTH = 11
DECORATION = re.compile(r"[ \u00a0().\u2010-\u2015-]")


class Country(StrEnum):
    """Countries and regions whose mobile numbers are taken; the value is the dialling code."""

    MAINLAND = "86"
    HONG_KONG = "852"
    MACAO = "853"
    TAIWAN = "886"
    NORTH_AMERICA = "1"


MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")  # nearly every number: nothing to put right
NATIONAL_NUMBERS = {
    Country.MAINLAND: MAINLAND_MOBILE,
    Country.HONG_KONG: re.compile(r"[4-9][0-9]{7}"),
    Country.MACAO: re.compile(r"6[0-9]{7}"),
    Country.TAIWAN: re.compile(r"9[0-9]{8}"),
    Country.NORTH_AMERICA: re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}"),
}


def check_mobile(text: str, field: str = "mobile", country: Country = Country.MAINLAND) -> str:
    """A mobile number in canonical form, or `RuleViolation`.

    Mainland: eleven digits, whatever of +86, 0086, spaces, hyphens and full-width digits was
    typed. Elsewhere: "+", dialling code, number; taken only when that country was chosen.
    """
    if country is Country.MAINLAND and MAINLAND_MOBILE.fullmatch(text):
        return text
    digits = _digits(text, field, N_("请填写手机号"))
    national = _without_dialling_code(digits, country)
    if NATIONAL_NUMBERS[country].fullmatch(national):
        return national if country is Country.MAINLAND else f"+{country.value}{national}"
    if country is not Country.MAINLAND:
        raise RuleViolation(field, N_("手机号和所选的国家或地区不符"))
    if not national.isascii() or not national.isdecimal():
        raise RuleViolation(field, N_("手机号只能有数字"))
    if len(national) != MOBILE_LENGTH:
        raise RuleViolation(field, N_("手机号应为 11 位，现在是 %(count)d 位"), count=len(national))
    raise RuleViolation(field, N_("手机号应以 13 到 19 开头"))


def check_landline(text: str, field: str = "landline") -> str:
    """A landline as area code, hyphen, number ("0571-88880000"), or `RuleViolation` (DAT-04).

    Area codes 010 and 02x have three digits, all others four; extensions are not taken.
    """
    digits = _digits(text, field, N_("请填写固定电话"))
    if digits.startswith(("+86", "0086")):
        digits = "0" + digits.partition("86")[2].removeprefix("0")
    found = re.fullmatch(r"(0[12][0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})", digits)
    if not found:
        raise RuleViolation(field, N_("固定电话应带区号，例如 0571-88880000"))
    return f"{found[1]}-{found[2]}"


def check_contact_phone(text: str, field: str = "phone") -> str:
    """A mobile number or a landline, in canonical form, or `RuleViolation` (DAT-04).

    What begins with 0 is meant as a landline, but 0086 and its mobile number.
    """
    digits = _digits(text, field, N_("请填写电话"))
    if digits.startswith("0") and not re.match(r"0086 *1[3-9]", digits):
        return check_landline(text, field)
    return check_mobile(text, field)


def _digits(text: str, field: str, missing: str) -> str:
    """The text without decoration; raises `missing` when nothing is left."""
    digits = DECORATION.sub("", typed(text, field))
    if not digits:
        raise RuleViolation(field, missing)
    return digits


def _without_dialling_code(digits: str, country: Country) -> str:
    """The national part: +86, 0086 and 86 fall away, and the trunk 0 of Taiwan."""
    national = digits
    for prefix in (f"+{country.value}", f"00{country.value}", country.value):
        if digits.startswith(prefix):
            national = digits.removeprefix(prefix)
            break
    if country is Country.TAIWAN:
        return national.removeprefix("0")
    return national
