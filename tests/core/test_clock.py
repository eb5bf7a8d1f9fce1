"""The clock: instants in UTC, days in Shanghai (D20)."""

import time as wall_clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core import clock, holidays

pytestmark = pytest.mark.pure

NEW_YEAR = date(2026, 1, 1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock_is_put_back() -> Iterator[None]:
    yield
    clock.set_offset_for_tests(timedelta(0), production=False)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_now_is_an_aware_instant_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert clock.now() <= clock.now()
    assert abs(clock.now().timestamp() - wall_clock.time()) < 60


def test_the_clock_can_be_moved_in_tests_only() -> None:
    before = clock.now()
    clock.set_offset_for_tests(timedelta(days=400), production=False)
    assert timedelta(days=400) <= clock.now() - before < timedelta(days=400, minutes=5)
    with pytest.raises(RuntimeError, match="production"):
        clock.set_offset_for_tests(timedelta(0), production=True)
    assert clock.now() - before >= timedelta(days=400)


@pytest.mark.covers("PRV-13")
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-20T15:59:59+00:00", date(2026, 11, 20)),
        ("2026-11-20T16:00:00+00:00", date(2026, 11, 21)),  # security.md 77: UTC is a day behind
        ("2026-11-20T23:59:59+00:00", date(2026, 11, 21)),
        ("2026-11-20T10:00:00-05:00", date(2026, 11, 20)),
        ("2026-11-20T11:00:00-05:00", date(2026, 11, 21)),
    ],
)
def test_the_day_of_an_instant_is_the_day_in_shanghai(moment: str, day: date) -> None:
    assert clock.local(instant(moment)).date() == day


def test_today_is_the_day_in_shanghai_of_now() -> None:
    first, between, last = clock.now(), clock.today(), clock.now()
    assert clock.local(first).date() <= between <= clock.local(last).date()


def test_a_naive_instant_has_no_local_time() -> None:
    with pytest.raises(ValueError, match="naive"):
        clock.local(datetime(2026, 11, 21))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("first", "last", "begins", "ends"),
    [
        (
            date(2026, 11, 21),
            date(2026, 11, 21),
            "2026-11-20T16:00+00:00",
            "2026-11-21T16:00+00:00",
        ),
        (date(2026, 2, 1), date(2026, 2, 28), "2026-01-31T16:00+00:00", "2026-02-28T16:00+00:00"),
        (date(1991, 4, 14), date(1991, 4, 14), "1991-04-13T16:00+00:00", "1991-04-14T15:00+00:00"),
    ],
)
def test_days_are_half_open_in_utc(first: date, last: date, begins: str, ends: str) -> None:
    assert clock.days_bounds(first, last) == (instant(begins), instant(ends))
    if first == last:
        assert clock.day_bounds(first) == (instant(begins), instant(ends))


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_days_follow_each_other_without_a_gap(day: date) -> None:
    begins, ends = clock.day_bounds(day)
    assert clock.day_bounds(day + timedelta(days=1))[0] == ends
    assert clock.local(begins).date() == clock.local(ends - timedelta(microseconds=1)).date() == day


def test_a_wall_clock_time_is_eight_hours_ahead_of_utc() -> None:
    assert clock.at(date(2026, 11, 21), time(14, 0)) == instant("2026-11-21T06:00+00:00")


@pytest.mark.parametrize(
    ("day", "count", "holidays", "due"),
    [
        (date(2026, 11, 20), 1, set(), date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 20), 5, set(), date(2026, 11, 27)),
        (date(2026, 11, 21), 1, set(), date(2026, 11, 23)),  # from a Saturday
        (date(2026, 11, 20), 15, set(), date(2026, 12, 11)),  # D16
        (date(2026, 9, 30), 1, {date(2026, 10, day) for day in range(1, 8)}, date(2026, 10, 8)),
        (date(2026, 11, 21), 0, set(), date(2026, 11, 21)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(
    day: date, count: int, holidays: set[date], due: date
) -> None:
    assert clock.add_working_days(day, count, holidays) == due


def test_without_a_list_the_days_off_of_the_installation_are_left_out(app: Flask) -> None:
    """The seven days of October 2026 come with the product."""
    assert date(2026, 10, 7) in clock.days_off()
    assert clock.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_deployment_adds_years_and_hears_of_a_wrong_line(tmp_path: Path) -> None:
    own = tmp_path / holidays.NAME
    own.write_text("day,name,source\n2031-01-01,元旦,notice\n", "utf-8-sig")
    found = holidays.days_off(holidays.DATA, own, tmp_path / "nothing.csv")
    assert date(2031, 1, 1) in found
    assert holidays.years(found) >= {2026, 2031}
    own.write_text("day,name,source\n1/1/2031,元旦,notice\n", "utf-8")
    with pytest.raises(holidays.HolidaysError, match="line 2"):
        holidays.days_off(own)


def test_working_days_are_counted_forward() -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.add_working_days(NEW_YEAR, -1)


@given(st.dates(NEW_YEAR, date(2030, 1, 1)), st.integers(1, 60), st.integers(1, 60))
def test_working_days_add_up(day: date, one: int, more: int) -> None:
    there = clock.add_working_days(clock.add_working_days(day, one), more)
    assert there == clock.add_working_days(day, one + more)
    assert there.weekday() < 5
