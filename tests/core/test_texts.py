"""Texts of the screen with values in them."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from core.filters import in_hours
from core.i18n import fill, say, speaking, translate
from core.rules import RuleViolation, first_number

SEARCHED = "没有找到『%(text)s』。换个写法再试"


@pytest.mark.covers("IN-03")
def test_what_somebody_typed_is_shown_and_never_run(app: Flask) -> None:
    with app.test_request_context():
        told = translate(SEARCHED, text="<script>1</script> %(x)s")
        assert "<script>" not in told
        assert "&lt;script&gt;1&lt;/script&gt; %(x)s" in told
        assert "<b>1</b>" in translate(SEARCHED, text=Markup("<b>1</b>"))
        assert isinstance(told, Markup)


@pytest.mark.parametrize(
    ("message", "values", "told"),
    [
        (
            "已超过 %(hours)d 小时，不能撤销",
            {"hours": 1},
            "More than 1 hour has passed; it cannot be undone",
        ),
        (
            "已超过 %(hours)d 小时，不能撤销",
            {"hours": 24},
            "More than 24 hours have passed; it cannot be undone",
        ),
        (
            "%(organization)s有 %(count)s 项待办，请打开看。",
            {"organization": "A", "count": 1},
            "A has 1 task waiting; please take a look.",
        ),
        (
            "纸上合计 %(told)s 小时，这里合计 %(keyed)s 小时，少 %(gap)s 小时",
            {"told": "1", "keyed": "0.5", "gap": "0.5"},
            "The paper says 1 hour, here are 0.5: 0.5 too few",
        ),
        (
            "手机号应为 11 位，现在是 %(count)d 位",
            {"count": 1},
            "Phone should have 11 digits, has 1",
        ),
    ],
)
def test_a_marked_message_is_said_by_its_first_number(
    app: Flask, message: str, values: dict[str, object], told: str
) -> None:
    with app.test_request_context():
        with speaking("en"):
            assert fill(message, values) == say(RuleViolation("", message, **values)) == told
        assert fill(message, values) == message % values


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (60, "1 hour", "1 小时"),
        (59, "1 hour", "1 小时"),
        (30, "0.5 hours", "0.5 小时"),
        (120, "2 hours", "2 小时"),
    ],
)
def test_one_hour_is_said_in_the_singular(
    app: Flask, minutes: int, english: str, chinese: str
) -> None:
    with app.test_request_context():
        assert in_hours(minutes) == chinese
        with speaking("en"):
            assert in_hours(minutes) == english


def test_a_message_without_a_number_or_values_stays_as_it_is(app: Flask) -> None:
    with app.test_request_context():
        assert first_number("%(name)s", {"name": "甲"}) == first_number("x", {}) == 2
        assert first_number("%(day)s %(count)d", {"day": "1月2日", "count": 1}) == 1
        assert fill("100 %", {}) == "100 %"
