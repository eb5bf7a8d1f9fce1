"""Telephone numbers: security.md 5.2 and domain.md DAT-04."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleViolation
from people.rules import Country, check_landline, check_mobile

pytestmark = pytest.mark.pure

MOBILE = "13800138000"
DIGITS_ONLY = "手机号只能有数字"
OTHER_COUNTRY = "手机号和所选的国家或地区不符"

ACCEPTED = [  # number in security.md 5.2, typed, country, stored
    (35, "１３８００１３８０００", Country.MAINLAND, MOBILE),
    (36, "+86 138-0013-8000", Country.MAINLAND, MOBILE),
    (36, "008613800138000", Country.MAINLAND, MOBILE),
    (36, "8613800138000", Country.MAINLAND, MOBILE),
    (36, "＋８６ 138 0013 8000", Country.MAINLAND, MOBILE),
    (36, "\u202d138\u20110013\u20118000\u202c", Country.MAINLAND, MOBILE),  # as phone books copy
    *[(38, f"1{second}800138000", Country.MAINLAND, f"1{second}800138000") for second in "3456789"],
    (42, "+852 5000 0000", Country.HONG_KONG, "+85250000000"),
    (42, "50000000", Country.HONG_KONG, "+85250000000"),
    (42, "00853 6000 0000", Country.MACAO, "+85360000000"),
    (42, "0900-000-000", Country.TAIWAN, "+886900000000"),
    (42, "+886 0900 000 000", Country.TAIWAN, "+886900000000"),
    (42, "+1 (200) 200-0000", Country.NORTH_AMERICA, "+12002000000"),
]
REFUSED = [
    (37, "1380013800", Country.MAINLAND, "手机号应为 11 位，现在是 10 位"),
    (37, "138001380001", Country.MAINLAND, "手机号应为 11 位，现在是 12 位"),
    (38, "12800138000", Country.MAINLAND, "手机号应以 13 到 19 开头"),
    (38, "23800138000", Country.MAINLAND, "手机号应以 13 到 19 开头"),
    (39, "١٣٨٠٠١٣٨٠٠٠", Country.MAINLAND, DIGITS_ONLY),
    (39, "1380013800²", Country.MAINLAND, DIGITS_ONLY),
    (40, f"{MOBILE};ext=2", Country.MAINLAND, DIGITS_ONLY),
    (40, f"{MOBILE}\n", Country.MAINLAND, DIGITS_ONLY),
    (40, f"{MOBILE}\r\nX: y", Country.MAINLAND, DIGITS_ONLY),
    (40, f"{MOBILE}%0a", Country.MAINLAND, DIGITS_ONLY),
    (41, "0571-88880000", Country.MAINLAND, "手机号应为 11 位，现在是 12 位"),
    (42, "+85250000000", Country.MAINLAND, DIGITS_ONLY),
    (42, "+85250000000", Country.TAIWAN, OTHER_COUNTRY),
    (42, MOBILE, Country.HONG_KONG, OTHER_COUNTRY),
    (45, " ", Country.MAINLAND, "请填写手机号"),
    (0, "1" * 10_000_000, Country.MAINLAND, "内容太长，最多 200 个字"),
]


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [row[1:] for row in ACCEPTED],
    ids=[f"5.2-{row[0]}" for row in ACCEPTED],
)
def test_a_mobile_is_stored_in_canonical_form(typed: str, country: Country, stored: str) -> None:
    assert check_mobile(typed, country=country) == stored


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    ("typed", "country", "sentence"),
    [row[1:] for row in REFUSED],
    ids=[f"5.2-{row[0]}" for row in REFUSED],
)
def test_what_is_no_mobile_is_refused_with_a_reason(
    typed: str, country: Country, sentence: str
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_mobile(typed, "guardian_mobile", country)
    assert (refusal.value.field, refusal.value.text(str)) == ("guardian_mobile", sentence)


@pytest.mark.covers("IN-01")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0571-88880000", "0571-88880000"),
        ("057188880000", "0571-88880000"),
        ("（0571）8888 0000", "0571-88880000"),
        ("+86 571 8888 0000", "0571-88880000"),
        ("+86 0571 8888 0000", "0571-88880000"),
        ("０５７１－８８８８０００", "0571-8888000"),
        ("01088880000", "010-88880000"),
        ("021-88880000", "021-88880000"),
    ],
)
def test_a_landline_is_stored_with_its_area_code(typed: str, stored: str) -> None:
    """security.md 41."""
    assert check_landline(typed) == stored


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    "typed", ["88880000", "0571-888800", MOBILE, "0571-88880000-1", "0571-８８８８００٣", "", "+86"]
)
def test_what_is_no_landline_is_refused(typed: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_landline(typed)
    assert refusal.value.field == "landline"


@pytest.mark.covers("IN-01")
@given(st.text(st.characters(codec=None), max_size=300), st.sampled_from(Country))
def test_any_text_is_a_number_or_a_refusal(text: str, country: Country) -> None:
    with suppress(RuleViolation):
        assert check_mobile(text, country=country).removeprefix("+").isdecimal()
    with suppress(RuleViolation):
        assert check_landline(text).replace("-", "").isdecimal()


@pytest.mark.covers("IN-01")
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "86", "+86", "0086"]))
def test_every_way_to_write_a_mobile_means_one_number(mobile: str, prefix: str) -> None:
    for space in ("", " ", "-"):
        typed = f"{prefix}{space}{mobile[:3]}{space}{mobile[3:7]}{space}{mobile[7:]}"
        assert check_mobile(typed) == mobile
