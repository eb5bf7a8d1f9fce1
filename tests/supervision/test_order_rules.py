"""The life of a supervision order as its table tells it, and what lines a rule may have."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from flask import Flask

from core.access.permissions import Level
from core.rules import IllegalTransition, RuleViolation
from supervision.alerts.defaults import RULES
from supervision.alerts.definitions import judge, pace
from supervision.alerts.labels import SHARES, rule_words
from supervision.alerts.rules import Colour, Threshold, check_threshold
from supervision.indicators.rules import Better, Reading
from supervision.orders.rules import (
    BY_SIDE,
    OPEN,
    TRANSITIONS,
    Delay,
    OrderAction,
    OrderStatus,
    Side,
    check_due,
    check_side,
    delay_of,
    supervises,
)

S, A = OrderStatus, OrderAction
TODAY = date(2026, 11, 20)
#: By hand from domain.md 6.2 and ux.md S44.
ALLOWED = {
    (S.ISSUED, A.RECEIVE): S.RECEIVED,
    (S.ISSUED, A.WITHDRAW): S.WITHDRAWN,
    (S.ISSUED, A.RECOVER): S.RECOVERED,
    (S.ISSUED, A.LAPSE): S.LAPSED,
    (S.ISSUED, A.MOVE): S.ISSUED,
    (S.ISSUED, A.WRITE): S.ISSUED,
    (S.ISSUED, A.ESCALATE): S.ISSUED,
    (S.RECEIVED, A.REPLY): S.REPLIED,
    (S.RECEIVED, A.WITHDRAW): S.WITHDRAWN,
    (S.RECEIVED, A.RECOVER): S.RECOVERED,
    (S.RECEIVED, A.LAPSE): S.LAPSED,
    (S.RECEIVED, A.MOVE): S.RECEIVED,
    (S.RECEIVED, A.WRITE): S.RECEIVED,
    (S.RECEIVED, A.ESCALATE): S.RECEIVED,
    (S.REPLIED, A.CLOSE): S.CLOSED,
    (S.REPLIED, A.REOPEN): S.RECEIVED,
    (S.REPLIED, A.WITHDRAW): S.WITHDRAWN,
    (S.REPLIED, A.RECOVER): S.RECOVERED,
    (S.REPLIED, A.LAPSE): S.LAPSED,
    (S.REPLIED, A.MOVE): S.REPLIED,
    (S.REPLIED, A.WRITE): S.REPLIED,
}


@pytest.mark.covers("S28")
@pytest.mark.parametrize(("state", "action"), list(product(OrderStatus, OrderAction)))
def test_every_step_leads_where_the_table_says_or_is_refused(
    state: OrderStatus, action: OrderAction
) -> None:
    if (state, action) in ALLOWED:
        assert TRANSITIONS.next(state, action) is ALLOWED[state, action]
    else:
        with pytest.raises(IllegalTransition):
            TRANSITIONS.next(state, action)


def test_an_order_that_ended_stays_as_it_is() -> None:
    assert {state for state in OrderStatus if TRANSITIONS.actions_from(state)} == set(OPEN)


def test_nobody_does_the_steps_of_the_other_side() -> None:
    for action, side in product(OrderAction, Side):
        if side in BY_SIDE.get(action, ()):
            check_side(action, side)
        else:
            with pytest.raises(RuleViolation):
                check_side(action, side)
    assert {one for one in OrderAction if Side.HANDLER in BY_SIDE.get(one, ())} == {
        A.RECEIVE,
        A.REPLY,
        A.WRITE,
    }


@pytest.mark.parametrize(
    ("level", "path", "target", "target_path", "branch", "may"),
    [
        (Level.PROVINCE, "1/", Level.CITY, "1/2/", "1/2/", True),
        (Level.PROVINCE, "1/", Level.COUNTY, "1/2/3/", "1/2/3/", True),
        (Level.PROVINCE, "1/", Level.UNIT, "1/2/3/9/", "1/2/3/", False),
        (Level.PROVINCE, "1/", Level.UNIT, "1/8/", "1/", True),
        (Level.CITY, "1/2/", Level.COUNTY, "1/2/3/", "1/2/3/", True),
        (Level.CITY, "1/2/", Level.COUNTY, "1/4/5/", "1/4/5/", False),
        (Level.CITY, "1/2/", Level.UNIT, "1/2/3/9/", "1/2/3/", False),
        (Level.CITY, "1/2/", Level.UNIT, "1/2/7/", "1/2/", True),
        (Level.COUNTY, "1/2/3/", Level.TOWNSHIP, "1/2/3/6/", "1/2/3/", True),
        (Level.COUNTY, "1/2/3/", Level.UNIT, "1/2/3/6/9/", "1/2/3/", True),
        (Level.COUNTY, "1/2/3/", Level.COUNTY, "1/2/3/", "1/2/3/", False),
        (Level.COUNTY, "1/2/3/", Level.CITY, "1/2/", "1/2/", False),
        (Level.TOWNSHIP, "1/2/3/6/", Level.UNIT, "1/2/3/6/9/", "1/2/3/", False),
    ],
)
def test_each_level_gives_orders_to_whom_it_supervises(
    level: Level, path: str, target: Level, target_path: str, branch: str, *, may: bool
) -> None:
    assert supervises(level, path, target, target_path, branch) is may


@pytest.mark.parametrize(
    ("status", "receipt", "due", "delay"),
    [
        (S.ISSUED, 0, 5, None),
        (S.ISSUED, -1, 5, Delay.RECEIPT),
        (S.ISSUED, -1, -1, Delay.DUE),
        (S.RECEIVED, -1, 5, None),
        (S.RECEIVED, -1, 0, None),
        (S.RECEIVED, -1, -1, Delay.DUE),
        (S.REPLIED, -9, -9, None),
        (S.CLOSED, -9, -9, None),
    ],
)
def test_the_last_day_belongs_to_a_deadline(
    status: OrderStatus, receipt: int, due: int, delay: Delay | None
) -> None:
    days = [TODAY + timedelta(days=one) for one in (receipt, due)]
    assert delay_of(status, days[0], days[1], TODAY) is delay


def test_a_deadline_is_to_come_and_not_too_far() -> None:
    assert check_due(TODAY + timedelta(days=1), TODAY, 30)
    for days in (0, -1, 31):
        with pytest.raises(RuleViolation):
            check_due(TODAY + timedelta(days=days), TODAY, 30)


@pytest.mark.covers("S28")
@pytest.mark.parametrize(
    ("code", "reading", "near", "colour"),
    [
        ("A03", Reading(0, 0), 0, None),
        ("A03", Reading(0, 0), 2, Colour.YELLOW),
        ("A03", Reading(1, 1), 2, Colour.RED),
        ("A06", Reading(10_000, 4, 4), 0, None),
        ("A06", Reading(9_999, 4, 4), 0, Colour.YELLOW),
        ("A06", Reading(8_000, 4, 5), 0, Colour.YELLOW),
        ("A06", Reading(7_999, 3, 5), 0, Colour.RED),
        ("A06", Reading(None, 0, 0), 0, None),
        ("A07", Reading(5_000, 10, 20), 0, Colour.RED),
        ("A07", Reading(5_000, 9, 19), 0, None),
        ("A07", Reading(2_999, 20, 60), 0, None),
    ],
)
def test_a_figure_has_the_colour_of_the_line_that_it_crossed(
    code: str, reading: Reading, near: int, colour: Colour | None
) -> None:
    rule = RULES[code]
    found = judge(rule, rule.thresholds[Level.COUNTY], reading, near)
    assert (found.colour if found else None) is colour


def test_a_pace_is_the_share_of_what_the_target_asks_for_by_today() -> None:
    half = date(2026, 7, 2)
    assert pace(100, 200, half).value == 10_000
    assert pace(80, 200, half).value == 8_000
    assert pace(0, 200, date(2026, 1, 1)).value is None
    assert pace(200, 200, date(2024, 12, 31)).value == 10_000


def test_lines_are_drawn_from_today_on_and_red_is_the_worse_one() -> None:
    good = Threshold(10, 20, "会议", True, TODAY)
    assert check_threshold(good, TODAY, more_is_better=False) == good
    for wrong in (
        Threshold(10, 20, "会议", True, TODAY - timedelta(days=1)),
        Threshold(10, 20, " ", True, TODAY),
        Threshold(None, None, "会议", True, TODAY),
        Threshold(30, 20, "会议", True, TODAY),
        Threshold(-1, 20, "会议", True, TODAY),
    ):
        with pytest.raises(RuleViolation):
            check_threshold(wrong, TODAY, more_is_better=False)
    with pytest.raises(RuleViolation):
        check_threshold(good, TODAY, more_is_better=True)


@pytest.mark.covers("C3")
def test_a_share_that_is_to_be_more_is_named_where_the_rule_names_what_is_missing(
    app: Flask,
) -> None:
    """“学校没有建会：40.00%” would say the opposite of what is so."""
    more = {code for code, rule in RULES.items() if rule.definition.better is Better.MORE}
    assert more == set(SHARES)
    with app.test_request_context():
        assert rule_words(RULES["A06"], Colour.RED, 8_000) == "红色：学校建会率低于 80.00%"
