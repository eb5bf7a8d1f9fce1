"""Numbers of cases, and what is counted of them: pure rules."""

from __future__ import annotations

from datetime import date

import pytest

from core.clock import add_working_days
from people.rules.matters import (
    Figures,
    MatterFact,
    MatterState,
    Standing,
    counts_of,
    matter_number,
    serial_of,
    shown_number,
    working_days,
)

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


@pytest.mark.covers("S33")
def test_a_number_reads_back_and_every_slip_of_one_sign_is_seen() -> None:
    number = matter_number(2026, "330106", 123)
    assert shown_number(number) == f"2026-330106-0000123-{number[-1]}"
    assert serial_of(shown_number(number).lower()) == 123
    for place, sign in enumerate(number[:-1]):
        for other in set("0123456789") - {sign}:
            assert serial_of(number[:place] + other + number[place + 1 :]) is None
    for place in range(len(number) - 2):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or serial_of(swapped) is None
    assert [serial_of(text) for text in ("", "x" * 50, "２０２６", number + "1")] == [None] * 4


def test_working_days_are_those_of_the_clock_over_weekends() -> None:
    for first in (FRIDAY, MONDAY, date(2026, 11, 28), date(2026, 12, 31)):
        for count in range(1, 40):
            assert working_days(first, add_working_days(first, count, frozenset())) == count
    assert working_days(FRIDAY, date(2026, 11, 29)) == 0


def test_a_case_counts_once_as_what_it_is() -> None:
    late = Standing(MatterState.DONE, FRIDAY, MONDAY, date(2026, 12, 1))
    assert list(counts_of(late)) == [
        (MatterFact.RECEIVED, 2026, 0),
        (MatterFact.RECEIVED, 202611, 0),
        (MatterFact.LATE, 2026, 2),
        (MatterFact.LATE, 202612, 2),
    ]
    on_time = Standing(MatterState.REFUSED, FRIDAY, MONDAY, MONDAY)
    assert (MatterFact.IN_TIME, 202611, 1) in list(counts_of(on_time))
    dropped = Standing(MatterState.WITHDRAWN, FRIDAY, MONDAY, date(2026, 12, 9))
    assert (MatterFact.DROPPED, 202612, 0) in list(counts_of(dropped))
    open_one = Standing(MatterState.OPEN, FRIDAY, MONDAY, None)
    assert list(counts_of(open_one))[2:] == [(MatterFact.OPEN, 20261130, 0)]


def test_shares_and_days_of_none_and_of_many() -> None:
    assert (Figures().done_share, Figures().mean_days, Figures().median_days) == (None,) * 3
    found = Figures(received=9, in_time=3, late=1, dropped=1, open=4, days=((1, 2), (2, 1), (9, 1)))
    assert (found.done_share, found.in_time_share) == (5_555, 7_500)
    assert (found.mean_days, found.median_days) == (4, 1)
