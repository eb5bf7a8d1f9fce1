"""Time by day, month and year; numbers; ages: whole minutes, none lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules import check_character as member_check_character
from members.rules import is_member_number
from volunteers.queries.roster import latest_birth
from volunteers.rules import (
    SHANGHAI,
    check_character,
    hours_text,
    minutes_by_day,
    minutes_by_month,
    minutes_by_year,
    volunteer_number,
    window_of,
)

pytestmark = pytest.mark.pure

MONDAY = date(2026, 11, 16)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001 - made aware below


@pytest.mark.covers("LED-14", "LED-01")
@given(INSTANTS, st.integers(0, 3 * 1440))
def test_no_minute_is_lost_or_doubled_between_days_months_years(
    begin: datetime, minutes: int
) -> None:
    start = begin.replace(tzinfo=UTC)
    end = start + timedelta(minutes=minutes)
    for parts in (minutes_by_day, minutes_by_month, minutes_by_year):
        found = parts(start, end)
        assert sum(found.values()) == minutes
        assert all(part > 0 for part in found.values())


@pytest.mark.covers("LED-14")
def test_an_evening_over_new_year_is_split_at_midnight_in_shanghai() -> None:
    start = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    end = start + timedelta(hours=2)
    assert minutes_by_year(start, end) == {2026: 30, 2027: 90}
    assert minutes_by_month(start, end) == {(2026, 12): 30, (2027, 1): 90}


def test_the_window_holds_the_week_and_the_night_before() -> None:
    for back in range(7):
        first, last = window_of(MONDAY + timedelta(days=back))
        assert first == datetime(2026, 11, 15, tzinfo=SHANGHAI)
        assert last == datetime(2026, 11, 24, tzinfo=SHANGHAI)


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_is_the_one_of_member_numbers(digits: str) -> None:
    assert check_character(digits) == member_check_character(digits)


def test_a_volunteer_number_has_kind_nine_and_room_for_a_million_a_year() -> None:
    number = volunteer_number("330102", 2026, 42)
    assert number.startswith("33010292026000042")
    assert is_member_number(number)
    for county, serial in (("3301", 1), ("330102", 0), ("330102", 1_000_000)):
        with pytest.raises(ValueError, match="county code"):
            volunteer_number(county, 2026, serial)


@pytest.mark.parametrize(
    ("minutes", "words"), [(120, "2"), (150, "2.5"), (15, "0.25"), (67, "1:07"), (1440, "24")]
)
def test_hours_in_words_lose_no_minute(minutes: int, words: str) -> None:
    assert hours_text(minutes) == words


@pytest.mark.covers("PRV-09")
@pytest.mark.parametrize(
    ("on", "latest"),
    [
        (date(2026, 11, 22), date(2008, 11, 22)),
        (date(2028, 2, 29), date(2010, 2, 28)),
        (date(2026, 3, 1), date(2008, 3, 1)),
    ],
)
def test_who_was_born_later_is_still_a_minor(on: date, latest: date) -> None:
    assert latest_birth(on, 18) == latest
