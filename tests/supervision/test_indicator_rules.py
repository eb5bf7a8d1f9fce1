"""Arithmetic of indicators: shares, averages, medians, and what cannot be divided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organizations.rules import Measure
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.definitions import Definition, Term, read, term
from supervision.indicators.rules import Shape, Unit, median, ratio


def test_the_rate_of_the_province_is_the_published_one() -> None:
    """4,685 of 4,935 schools are 94.93 per cent (domain.md SCH-10)."""
    numbers = {Measure.SCHOOL_BRANCHES: 4_685, Measure.SCHOOLS: 4_935}
    found = read(INDICATORS["I15"], lambda one: numbers[one.measure])
    assert (found.value, found.top, found.bottom) == (9_493, 4_685, 4_935)


def test_nothing_by_nothing_is_no_value() -> None:
    assert read(INDICATORS["I15"], lambda _one: 0).value is None
    assert ratio(1, 0, 100) is None


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), max_size=20))
def test_a_median_is_the_middle_case(cases: list[tuple[int, int]]) -> None:
    spread = sorted(days for days, count in cases for _one in range(count))
    expected = spread[(len(spread) - 1) // 2] if spread else None
    assert median(cases) == expected


def test_a_term_is_written_as_it_is_read() -> None:
    assert str(term("organizations:village")) == "organizations:village"
    with pytest.raises(ValueError, match="nothing"):
        term("nothing")


def test_a_median_reads_days_only() -> None:
    one = Definition(
        "X", "x", Unit.DAYS, Shape.MEDIAN, (Term(Measure.ADMISSIONS_HANDLED),), "", "", is_flow=True
    )
    assert read(one, lambda _one: 3, [(1, 1), (4, 2)]).value == 4
