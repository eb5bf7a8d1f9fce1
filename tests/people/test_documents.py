"""Identity documents and credit codes: security.md 5.3 and the vectors of domain.md 7.1.

Numbers are vectors of domain.md or built from the unused region 990000.
"""

from contextlib import suppress
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleViolation
from people.rules import (
    IdType,
    Sex,
    check_born_on,
    check_credit_code,
    check_document,
    check_resident_id,
)

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 21)
WRONG_CHECK = "最后一位和前面对不上，请对照证件再看一遍"
OLD = "15 位的旧身份证已停用，请填 18 位的身份证号"
ALPHABET = "身份证号只能有数字，最后一位可以是字母 X"
CREDIT_ALPHABET = "统一社会信用代码只能有数字和大写字母，没有 I、O、S、V、Z"


def with_check(body: str) -> str:
    """The 17 digits with their check character, by ISO 7064 MOD 11-2 (not by weights)."""
    rest = 0
    for digit in body:
        rest = (rest + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - rest) % 11]


def credit_code_with_check(body: str) -> str:
    """The 17 characters with their check character, by Horner's scheme in the inverse of 3."""
    digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = 0
    for char in reversed(body):
        total = (total * 3 + digits.index(char)) % 31
    return body + digits[(31 - total) % 31]


X_NUMBER = "11010519491231002X"
VALID = [  # id of the row, typed, number, birth day, sex
    ("DAT-01", X_NUMBER, X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("DAT-01", "330102199003070019", "330102199003070019", date(1990, 3, 7), Sex.MALE),
    ("DAT-02-58", "810000199003070015", "810000199003070015", date(1990, 3, 7), Sex.MALE),
    ("DAT-02-58", "830000201001010020", "830000201001010020", date(2010, 1, 1), Sex.FEMALE),
    ("DAT-01", with_check("45678919900307123"), None, date(1990, 3, 7), Sex.MALE),
    ("5.3-46", "11010519491231002x", X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("5.3-47", "１１０１０５１９４９１２３１００２Ｘ", X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("5.3-47", "11010519491231002ｘ", X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("5.3-54", " 110105 19491231 002X ", X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("5.3-54", "110105-19491231-002X", X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("5.3-54", "110105\u200b19491231\u3000002X", X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("5.3-56", f"'{X_NUMBER}", X_NUMBER, date(1949, 12, 31), Sex.FEMALE),
    ("5.3-52", with_check("99000020261121001"), None, TODAY, Sex.MALE),
    ("5.3-52", with_check("99000019061121002"), None, date(1906, 11, 21), Sex.FEMALE),
    ("5.3-52", with_check("99000019051122002"), None, date(1905, 11, 22), Sex.FEMALE),
    ("5.3-51", with_check("99000020040229001"), None, date(2004, 2, 29), Sex.MALE),
    *[
        ("5.4-73", with_check(f"990000{day:%Y%m%d}001"), None, day, Sex.MALE)
        for day in (date(1986, 5, 4), date(1991, 4, 14), date(1940, 6, 1))
    ],
]
REFUSED = [  # id of the row, typed, the sentence beside the field
    ("5.3-48", "11010519491231002\u0425", ALPHABET),
    ("5.3-48", "11010519491231002\u03a7", ALPHABET),
    ("5.3-48", "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", ALPHABET),
    ("5.3-48", "1101051949123100²X", ALPHABET),
    ("5.3-49", "110105194912310020", WRONG_CHECK),
    ("5.3-50", "110105491231002", OLD),
    ("5.3-51", with_check("99000019900231001"), "身份证号里的出生日期不存在（2月31日）"),
    ("5.3-51", with_check("99000019901301001"), "身份证号里的出生日期不存在（13月1日）"),
    ("5.3-51", with_check("99000020230229001"), "身份证号里的出生日期不存在（2月29日）"),
    ("5.3-51", with_check("99000000000101001"), "身份证号里的出生日期不存在（1月1日）"),
    ("5.3-52", with_check("99000020261122001"), "身份证号里的出生日期晚于今天"),
    ("5.3-52", with_check("99000019051121001"), "身份证号里的出生日期超过 120 年"),
    (
        "5.3-55",
        "3.30106E+17",
        "身份证号列变成了科学计数法（3.30106E+17），请用模板或把该列设为文本",
    ),
    ("length", "1101051949123100", "身份证号应为 18 位，现在是 16 位"),
    ("length", "", "请填写身份证号"),
    ("length", "1" * 10_000_000, "内容太长，最多 200 个字"),
    ("line break", f"{X_NUMBER}\n", "身份证号应为 18 位，现在是 19 位"),
]


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    ("typed", "number", "born_on", "sex"), [row[1:] for row in VALID], ids=[r[0] for r in VALID]
)
def test_a_resident_id_tells_birth_day_and_sex(
    typed: str, number: str | None, born_on: date, sex: Sex
) -> None:
    resident = check_resident_id(typed, TODAY)
    assert (resident.number, resident.born_on, resident.sex) == (number or typed, born_on, sex)


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    ("typed", "sentence"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_wrong_resident_id_is_refused_with_a_reason(typed: str, sentence: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_resident_id(typed, TODAY, "guardian_id")
    assert (refusal.value.field, refusal.value.text(str)) == ("guardian_id", sentence)


def test_an_unknown_region_is_accepted_and_can_be_warned_about() -> None:
    """security.md 53: codes of abolished counties stay on cards."""
    assert check_resident_id("330102199003070019", TODAY).region_known
    assert check_resident_id("830000201001010020", TODAY).region_known
    assert not check_resident_id(with_check("99000019900307001"), TODAY).region_known


def test_a_birth_day_that_differs_from_the_number_is_refused() -> None:
    """security.md 61."""
    resident = check_resident_id("330102199003070019", TODAY)
    check_born_on(resident, date(1990, 3, 7))
    with pytest.raises(RuleViolation) as refusal:
        check_born_on(resident, date(1990, 7, 3))
    assert refusal.value.field == "born_on"


@given(st.integers(0, 10**17 - 1), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: int, place: int, shift: int) -> None:
    number = with_check(f"99000019900307{body % 1000:03}")
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(RuleViolation):
        check_resident_id(number[:place] + wrong + number[place + 1 :], TODAY)


@given(st.integers(0, 999), st.dates(date(1907, 1, 1), TODAY))
def test_neighbours_that_changed_places_are_always_noticed(serial: int, born_on: date) -> None:
    number = with_check(f"990000{born_on:%Y%m%d}{serial:03}")
    assert check_resident_id(number, TODAY).born_on == born_on
    for place, (left, right) in enumerate(pairwise(number)):
        if left != right:
            swapped = number[:place] + right + left + number[place + 2 :]
            with pytest.raises(RuleViolation):
                check_resident_id(swapped, TODAY)


OTHER_VALID = [
    ("5.3-57", IdType.HK_MACAO_TRAVEL_PERMIT, "h 00000001", "H00000001"),
    ("5.3-57", IdType.HK_MACAO_TRAVEL_PERMIT, "M00000001", "M00000001"),
    ("5.3-57", IdType.TAIWAN_TRAVEL_PERMIT, "０００００００１", "00000001"),
    ("5.3-59", IdType.FOREIGN_PERMANENT_RESIDENT, "91100019900307001x", "91100019900307001X"),
    ("5.3-59", IdType.FOREIGN_PERMANENT_RESIDENT, "xyz110000000001", "XYZ110000000001"),
    ("5.3-60", IdType.PASSPORT, "e00000001", "E00000001"),
    ("5.3-60", IdType.PASSPORT, "Ｅ0000-0001", "E00000001"),
    ("5.3-46", IdType.RESIDENT_ID, "11010519491231002x", X_NUMBER),
]
OTHER_REFUSED = [
    ("5.3-57", IdType.HK_MACAO_TRAVEL_PERMIT, "T00000001"),
    ("5.3-57", IdType.HK_MACAO_TRAVEL_PERMIT, "H0000001"),
    ("5.3-57", IdType.TAIWAN_TRAVEL_PERMIT, "0000001"),
    ("5.3-57", IdType.TAIWAN_TRAVEL_PERMIT, "H00000001"),
    ("5.3-59", IdType.FOREIGN_PERMANENT_RESIDENT, "811000199003070019"),
    ("5.3-60", IdType.PASSPORT, "E001"),
    ("5.3-60", IdType.PASSPORT, "E" * 21),
    ("5.3-60", IdType.PASSPORT, "Ｅ0000_0001"),
    ("5.3-48", IdType.PASSPORT, "Е00000001"),  # a Cyrillic letter
    ("5.3-48", IdType.PASSPORT, "ſ00000001"),  # its capital is an S
    ("5.3-48", IdType.TAIWAN_TRAVEL_PERMIT, "٠٠٠٠٠٠٠١"),
    ("empty", IdType.PASSPORT, "  "),
    ("5.3-49", IdType.RESIDENT_ID, "110105194912310020"),
]


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    ("kind", "typed", "number"), [row[1:] for row in OTHER_VALID], ids=[r[0] for r in OTHER_VALID]
)
def test_other_documents_have_their_own_form(kind: IdType, typed: str, number: str) -> None:
    assert check_document(kind, typed, TODAY) == number


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    ("kind", "typed"), [row[1:] for row in OTHER_REFUSED], ids=[r[0] for r in OTHER_REFUSED]
)
def test_documents_of_another_form_are_refused(kind: IdType, typed: str) -> None:
    with pytest.raises(RuleViolation):
        check_document(kind, typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("13100000500004729P", "13100000500004729P"),
        ("91110000600037341L", "91110000600037341L"),
        ("91110000600037341l", "91110000600037341L"),
        (" ９１１１００００ 600037341-L", "91110000600037341L"),
        *[
            (code, code)
            for code in (credit_code_with_check(k + "330100MA0000000") for k in ("N2", "Y1"))
        ],
    ],
)
def test_a_credit_code_is_stored_in_canonical_form(typed: str, code: str) -> None:
    """domain.md DAT-05; village collectives have N2."""
    assert check_credit_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("91350100M000100Y43"[:-1] + "4", WRONG_CHECK),
        ("91350100M000100Y4Z", CREDIT_ALPHABET),
        ("91110000600037341I", CREDIT_ALPHABET),
        ("91110000600037341", "统一社会信用代码应为 18 位，现在是 17 位"),
        ("911100006000373４１Ｌ２", "统一社会信用代码应为 18 位，现在是 19 位"),
        ("", "请填写统一社会信用代码"),
    ],
)
def test_a_wrong_credit_code_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_credit_code(typed)
    assert refusal.value.text(str) == sentence


def test_the_right_end_of_the_code_with_z_is_three() -> None:
    """domain.md DAT-05."""
    assert check_credit_code("91350100M000100Y43") == "91350100M000100Y43"


@pytest.mark.covers("IN-01")
@given(st.text(st.characters(codec=None), max_size=300), st.sampled_from(IdType))
def test_any_text_is_a_number_or_a_refusal(text: str, kind: IdType) -> None:
    with suppress(RuleViolation):
        number = check_document(kind, text, TODAY)
        assert number.isascii()
        assert number.isalnum()
    with suppress(RuleViolation):
        assert len(check_credit_code(text)) == 18
