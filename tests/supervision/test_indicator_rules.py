"""Arithmetic of indicators: shares, averages, medians, and what cannot be divided."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import speaking
from organizations.rules import Measure
from supervision.indicators import labels
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.definitions import Definition, Term, read, term
from supervision.indicators.rules import Shape, Unit, median, ratio
from supervision.reports import labels as report_labels


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


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("I13", 5, "5 支"),
        ("I17", 7, "7 处"),
        ("I17-silent", 3, "3 处"),
        ("I18", 2, "2 场"),
        ("I19", 4, "4 份"),
        ("I20-late", 6, "6 件"),
        ("I12-average", 15_000, "2.5 小时"),
        ("I15", 4_000, "40.00%"),
    ],
)
def test_indicators_and_reports_say_a_value_in_the_same_unit(
    app: Flask, code: str, value: int, text: str
) -> None:
    """A hundred and fifty minutes are two and a half hours on every page."""
    with app.test_request_context():
        one = INDICATORS[code]
        assert labels.with_unit(one, value) == text
        in_report = report_labels.value_text(one, value), report_labels.unit_text(one)
        assert " ".join(filter(None, in_report)) == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("I01", 1, "1 unit"),
        ("I01", 2, "2 units"),
        ("I13", 1, "1 team"),
        ("I18", 1, "1 activity"),
        ("I18", 11, "11 activities"),
        ("I12", 60, "1 hour"),
        ("I12", 90, "1.5 hours"),
    ],
)
def test_one_of_a_unit_is_said_in_the_singular(
    app: Flask, code: str, value: int, text: str
) -> None:
    with app.test_request_context(), speaking("en"):
        one = INDICATORS[code]
        assert labels.with_unit(one, value) == report_labels.with_unit(one, value) == text
        shown = labels.value_text(one, value)
        assert f"{shown} {labels.unit_text(one, shown)}" == text
        assert labels.unit_name(one) == labels.unit_text(one)  # in a column's head: of many


def test_the_distance_of_two_shares_is_in_points(app: Flask) -> None:
    with app.test_request_context():
        assert labels.signed(INDICATORS["I15"], 1_250) == "+12.50 个百分点"
        assert labels.signed(INDICATORS["I01"], -2) == "-2"
