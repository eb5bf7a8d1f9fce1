"""Typed numbers, days and times: security.md 5.4 to 5.6 and the date field of ux.md 3.0."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parsing import (
    parse_date,
    parse_hours_to_minutes,
    parse_int,
    parse_page,
    parse_page_size,
    parse_time,
)
from core.rules import RuleViolation

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 21)
ANY_TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=300),
    st.text("0123456789.-+eE_:/年月日８²٣ xX\u00a0\n", max_size=30),
)

HOURS_REFUSED = [  # number in security.md 5.5, typed
    (81, "0"), (81, "0.0"), (82, "-1"), (83, "0.001"), (84, "1e3"), (85, "1e400"), (86, "NaN"),
    (87, "Infinity"), (88, "1_000"), (89, "²"), (90, "٣"), (91, "0x10"), (92, "8,5"), (92, "8，5"),
    (93, "24:01"), (94, "999999999999"), (95, ""), (95, "　"), (0, "0.333"), (0, "24.25"),
    (0, "7."), (0, ".5"), (0, "+7"), (0, "⑧"), (0, "½"), (0, "8\n"), (0, "8" * 10_000_000),
]  # fmt: skip
HOURS = [
    ("8", 480), ("８", 480), (" 8 ", 480), ("7.5", 450), ("７．５", 450), ("0.05", 3), ("24", 1440),
    ("0.35", 21), ("2.50", 150), ("1.2500", 75), ("08", 480), ("0.25", 15),
]  # fmt: skip
DAYS_REFUSED = [  # number in security.md 5.4, typed
    (64, "2024-02-30"), (65, "2023-02-29"), (66, "0000-00-00"), (67, "0001-01-01"),
    (67, "9999-12-31"), (68, "2024-W01-1"), (68, "2024W011"), (68, "2024-001"), (69, "²024-01-01"),
    (69, "٢٠٢٤-٠١-٠١"), (71, "45292"), (72, "tomorrow"), (72, "-1"), (72, "1e9"), (0, "2024-1-1"),
    (0, "2024-01-01T00:00"), (0, "20240230"), (0, "2024-13-01"), (0, "2月30日"), (0, "13.1"),
    (0, ""), (0, "2024-01-01\n"), (0, "1" * 10_000_000),
]  # fmt: skip
DAYS = [
    (69, "２０２４-０１-０１", date(2024, 1, 1)), (70, "2024/1/1", date(2024, 1, 1)),
    (70, "2024.1.1", date(2024, 1, 1)), (70, "2024年1月1日", date(2024, 1, 1)),
    (70, "2024 年 1 月 1 日", date(2024, 1, 1)), (73, "1986-05-04", date(1986, 5, 4)),
    (73, "1991-04-14", date(1991, 4, 14)), (73, "1940-06-01", date(1940, 6, 1)),
    (74, "2004-02-29", date(2004, 2, 29)), (0, "2026-11-21", TODAY), (0, "20261121", TODAY),
    (0, "11.21", TODAY), (0, "11月21日", TODAY), (0, " 1.5 ", date(2026, 1, 5)),
]  # fmt: skip


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    "typed", [row[1] for row in HOURS_REFUSED], ids=[f"5.5-{row[0]}" for row in HOURS_REFUSED]
)
def test_what_is_no_length_of_service_is_refused(typed: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        parse_hours_to_minutes(typed)
    assert refusal.value.field == "hours"
    assert refusal.value.text(str)


@pytest.mark.covers("IN-07")
@pytest.mark.parametrize(("typed", "minutes"), HOURS)
def test_hours_become_exact_minutes(typed: str, minutes: int) -> None:
    assert parse_hours_to_minutes(typed) == minutes


@pytest.mark.covers("IN-07")
@given(st.integers(1, 1440))
def test_every_number_of_minutes_that_two_decimals_can_say_is_exact(minutes: int) -> None:
    """D12: nothing is rounded; 20 minutes are no finite decimal of an hour and are refused."""
    typed = f"{minutes / 60:.2f}"
    if minutes % 3 == 0:
        assert parse_hours_to_minutes(typed) == minutes
    else:
        with pytest.raises(RuleViolation):
            parse_hours_to_minutes(typed)


def test_the_limit_of_hours_is_an_argument() -> None:
    assert parse_hours_to_minutes("12", high=720) == 720
    with pytest.raises(RuleViolation) as refusal:
        parse_hours_to_minutes("12.05", high=720)
    assert refusal.value.text(str) == "时长应大于 0，不超过 12 小时"


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    "typed", [row[1] for row in DAYS_REFUSED], ids=[f"5.4-{row[0]}" for row in DAYS_REFUSED]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        parse_date(typed, "served_on", today=TODAY)
    assert refusal.value.field == "served_on"
    assert refusal.value.text(str)


@pytest.mark.covers("IN-01")
@pytest.mark.parametrize(
    ("typed", "day"), [row[1:] for row in DAYS], ids=[f"5.4-{row[0]}" for row in DAYS]
)
def test_every_way_people_write_a_day_is_read(typed: str, day: date) -> None:
    assert parse_date(typed, "served_on", today=TODAY) == day


def test_the_ends_of_a_range_belong_to_it() -> None:
    first, last = date(1900, 1, 1), date(2100, 12, 31)
    assert [parse_date(day.isoformat(), "day") for day in (first, last)] == [first, last]
    for beyond in ("1899-12-31", "2101-01-01"):
        with pytest.raises(RuleViolation):
            parse_date(beyond, "day")
    assert parse_date("11.21", "day", low=TODAY, high=TODAY, today=TODAY) == TODAY


@pytest.mark.parametrize("typed", ["", "  ", "\u3000", "\u200b"])
def test_what_is_left_out_is_asked_for(typed: str) -> None:
    for parse in (parse_page, parse_hours_to_minutes):
        with pytest.raises(RuleViolation) as refusal:
            parse(typed)
        assert refusal.value.text(str) == "请填写这一项"


def test_a_day_without_a_year_needs_a_year_to_stand_in() -> None:
    with pytest.raises(RuleViolation):
        parse_date("11.21", "served_on")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-11-22", "日期不能晚于今天"),
        ("12.31", "日期不能晚于今天"),
        ("2026-08-22", "日期应在 2026-08-23 到 2026-11-21 之间"),
    ],
)
def test_a_day_outside_its_range_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        parse_date(typed, "served_on", low=date(2026, 8, 23), high=TODAY, today=TODAY)
    assert refusal.value.text(str) == sentence


@pytest.mark.covers("IN-01")
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_is_the_same_in_every_form(day: date) -> None:
    forms = (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02}.{day.day:02}",
        f"{day.year}年{day.month}月{day.day}日",
    )
    assert {parse_date(form, "born_on") for form in forms} == {day}


@pytest.mark.covers("IN-01")
@pytest.mark.parametrize(
    ("typed", "wall_clock"),
    [("14:00", time(14)), ("1400", time(14)), ("１４：３０", time(14, 30)), ("8:05", time(8, 5)),
     ("00:00", time(0)), ("23:59", time(23, 59))],
)  # fmt: skip
def test_a_time_of_day_is_read(typed: str, wall_clock: time) -> None:
    assert parse_time(typed, "starts_at") == wall_clock


@pytest.mark.covers("IN-01")
@pytest.mark.parametrize(
    "typed",
    ["24:00", "25:00", "23:59:60", "T25:00", "12:60", "1260", "805", "-1:00", "٠٨:٠٠", "", "8"],
)
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    """security.md 75."""
    with pytest.raises(RuleViolation):
        parse_time(typed, "starts_at")


@pytest.mark.covers("IN-01", "IN-07")
@pytest.mark.parametrize(
    "typed",
    ["0", "-1", "abc", "1.5", "100000000000000000000", "1_000", "1e3", "²", "٣", "+1", "1 2", "0x1",
     "", "1000001", "1\n"],
)  # fmt: skip
def test_a_page_no_list_can_have_is_refused(typed: str) -> None:
    """security.md 102, 103."""
    with pytest.raises(RuleViolation) as refusal:
        parse_page(typed)
    assert refusal.value.field == "page"


@pytest.mark.covers("IN-07")
def test_pages_and_their_size_are_numbers() -> None:
    assert [parse_page(text) for text in ("1", "１", " 20 ", "1000000")] == [1, 1, 20, 1_000_000]
    sizes = [parse_page_size(text) for text in ("1", "20", "1000000")]
    assert sizes == [1, 20, 100]  # security.md 105
    with pytest.raises(RuleViolation):
        parse_page_size("0")


@pytest.mark.covers("IN-07")
@given(st.integers(-(10**11), 10**11))
def test_a_number_outside_its_range_is_refused_with_the_range(number: int) -> None:
    if -5 <= number <= 1000:
        assert parse_int(str(number), "count", low=-5, high=1000) == number
    else:
        with pytest.raises(RuleViolation) as refusal:
            parse_int(str(number), "count", low=-5, high=1000)
        assert refusal.value.text(str) == "应在 -5 到 1000 之间"


@pytest.mark.covers("IN-01", "IN-07")
@given(ANY_TEXT)
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    with suppress(RuleViolation):
        assert 0 < parse_hours_to_minutes(text) <= 1440
    with suppress(RuleViolation):
        assert date(1900, 1, 1) <= parse_date(text, "day", today=TODAY) <= date(2100, 12, 31)
    with suppress(RuleViolation):
        assert 1 <= parse_page(text) <= 1_000_000
    with suppress(RuleViolation):
        assert 1 <= parse_page_size(text) <= 100
    with suppress(RuleViolation):
        assert parse_time(text, "time").second == 0
