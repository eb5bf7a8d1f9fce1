"""Ages at their boundaries (PRV-13) and how much a mask leaves to guess (PRV-03)."""

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import local
from people.rules import (
    AgeBand,
    Sex,
    age_band_on,
    age_on,
    is_minor_on,
    mask_id,
    mask_name,
    mask_phone,
    turns_on,
)

pytestmark = pytest.mark.pure

DAY = timedelta(days=1)
ENOUGH = 500  # D2
BOUNDARIES = [  # birth, day, age on the day before, band on the day before, band on the day
    (date(2012, 11, 21), 14, AgeBand.FROM_8_TO_13, AgeBand.FROM_14_TO_17),
    (date(2008, 11, 21), 18, AgeBand.FROM_14_TO_17, AgeBand.ADULT),
    (date(2018, 11, 21), 8, AgeBand.UNDER_8, AgeBand.FROM_8_TO_13),
    (date(1986, 5, 4), 14, AgeBand.FROM_8_TO_13, AgeBand.FROM_14_TO_17),
    (date(1986, 5, 4), 18, AgeBand.FROM_14_TO_17, AgeBand.ADULT),
    (date(1991, 4, 14), 14, AgeBand.FROM_8_TO_13, AgeBand.FROM_14_TO_17),
    (date(1991, 4, 14), 18, AgeBand.FROM_14_TO_17, AgeBand.ADULT),
    (date(2004, 2, 29), 14, AgeBand.FROM_8_TO_13, AgeBand.FROM_14_TO_17),
    (date(2004, 2, 29), 18, AgeBand.FROM_14_TO_17, AgeBand.ADULT),
    (date(2000, 12, 31), 18, AgeBand.FROM_14_TO_17, AgeBand.ADULT),
    (date(2000, 1, 1), 18, AgeBand.FROM_14_TO_17, AgeBand.ADULT),
]
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")


@contextmanager
def server_in(zone: str) -> Iterator[None]:
    """The process as if its server stood in `zone`."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


@pytest.mark.covers("PRV-13")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("born_on", "age", "before", "after"), BOUNDARIES, ids=str)
def test_a_band_changes_on_the_birthday_in_shanghai(
    born_on: date, age: int, before: AgeBand, after: AgeBand, zone: str
) -> None:
    birthday = turns_on(born_on, age)
    midnight = datetime(birthday.year, birthday.month, birthday.day, tzinfo=UTC) - timedelta(
        hours=8
    )
    with server_in(zone):
        assert age_band_on(born_on, local(midnight - timedelta(seconds=1)).date()) is before
        assert age_band_on(born_on, local(midnight).date()) is after
        assert age_on(born_on, birthday - DAY) == age - 1
        assert age_on(born_on, birthday) == age
        assert date.fromisoformat(born_on.isoformat()) == born_on


@pytest.mark.covers("PRV-13")
def test_who_is_born_on_a_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    """security.md 74: in common years; protection of a minor never ends a day early."""
    assert turns_on(date(2004, 2, 29), 18) == date(2022, 3, 1)
    assert turns_on(date(2004, 2, 29), 20) == date(2024, 2, 29)
    assert is_minor_on(date(2004, 2, 29), date(2022, 2, 28))
    assert not is_minor_on(date(2004, 2, 29), date(2022, 3, 1))


@pytest.mark.covers("PRV-13")
@given(st.dates(date(1900, 1, 1), date(2026, 11, 21)), st.integers(0, 120))
def test_age_steps_exactly_on_the_birthday(born_on: date, age: int) -> None:
    birthday = turns_on(born_on, age)
    assert age_on(born_on, birthday) == age
    if age:
        assert age_on(born_on, birthday - DAY) == age - 1
    assert is_minor_on(born_on, birthday) == (age < 18)
    assert (age_band_on(born_on, birthday) is AgeBand.ADULT) == (age >= 18)


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before birth"):
        age_on(date(2026, 1, 2), date(2026, 1, 1))


def resident_ids(region: str, born_on: date, sex: Sex) -> Iterator[str]:
    """All numbers of a person of whom region, birth day and sex are known."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for serial in range(1000):
        if (serial % 2 == 1) == (sex is Sex.MALE):
            body = f"{region}{born_on:%Y%m%d}{serial:03}"
            total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
            yield body + "10X98765432"[total % 11]


def candidates(shown: str, region: str, born_on: date, sex: Sex) -> int:
    """How many numbers fit what is shown, when all else on the page is known too."""
    return sum(
        all(mark in {"*", digit} for mark, digit in zip(shown, number, strict=True))
        for number in resident_ids(region, born_on, sex)
    )


@pytest.mark.covers("PRV-03")
@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("born_on", [date(1990, 3, 7), date(2012, 2, 29), date(1949, 12, 31)])
def test_a_masked_id_leaves_at_least_500_numbers(born_on: date, sex: Sex) -> None:
    number = next(itertools.islice(resident_ids("990000", born_on, sex), 17, None))
    assert mask_id(number) == "990" + "*" * 15
    assert candidates(mask_id(number), "990000", born_on, sex) >= ENOUGH


@pytest.mark.covers("PRV-03")
@pytest.mark.parametrize(("digits", "most"), [(1, 46), (2, 10), (4, 1)])
def test_the_count_notices_a_mask_that_shows_the_end(digits: int, most: int) -> None:
    """Power proof: so few are left when trailing digits are shown, as PRV-03 says."""
    born_on, sex = date(1990, 3, 7), Sex.MALE
    left = [
        candidates(f"990{'*' * (15 - digits)}{number[-digits:]}", "990000", born_on, sex)
        for number in itertools.islice(resident_ids("990000", born_on, sex), 40)
    ]
    assert len(left) == 40
    assert 1 <= min(left) <= max(left) <= most < ENOUGH


@pytest.mark.covers("PRV-03")
@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("H00000001", "H00******"),
        ("00000001", "000*****"),
        ("E00000001", "E00******"),
        ("E0001", "*****"),
        ("E000001", "*******"),
        ("XYZ110000000001", "XYZ************"),
        ("", ""),
    ],
)
def test_other_documents_show_no_end_either(number: str, shown: str) -> None:
    assert mask_id(number) == shown
    assert not shown or 10 ** shown.count("*") >= ENOUGH


@pytest.mark.covers("PRV-03")
@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800138000", "138****8000"),
        ("0571-88880000", "0571-****0000"),
        ("0571-8880000", "0571-***0000"),
        ("010-88880000", "010-****0000"),
        ("+85250000000", "+852****0000"),
        ("+886900000000", "+886*****0000"),
        ("+12002000000", "+1******0000"),
        ("12345", "*****"),
        ("0571-12345", "**********"),
        ("", ""),
    ],
)
def test_a_masked_phone_leaves_at_least_500_numbers(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown
    assert not shown or 10 ** shown.count("*") >= ENOUGH


@pytest.mark.covers("PRV-03")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王", "*"),
        ("王芳", "王*"),
        ("王桂香", "王**"),
        ("欧阳明月", "欧**"),
        ("阿不都热西提·买买提江", "阿**"),
        ("Mary Smith", "M**"),
        ("\U00020bb7田", "\U00020bb7*"),
        ("葛\U000e0100明", "葛\U000e0100*"),
        ("葛\U000e0100", "*"),
        ("", "*"),
    ],
)
def test_a_masked_name_shows_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.covers("PRV-03")
@given(st.text(st.characters(exclude_characters="*"), max_size=60))
def test_no_mask_shows_a_whole_value(text: str) -> None:
    assert mask_name(text) != text
    for mask in (mask_id, mask_phone):
        assert len(mask(text)) == len(text)
        assert not text or mask(text).count("*") >= min(3, len(text))
