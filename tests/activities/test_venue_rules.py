"""Rules of venues: life, hours, stars, funds, details of a kind (domain.md 5). Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules.venue_fund import FundFacts, FundWay, check_fund_entry
from activities.rules.venue_hours import (
    OtherDay,
    Period,
    check_week,
    days_open,
    read_periods,
    standing_at,
    text_of,
)
from activities.rules.venue_kinds import KINDS, check_details
from activities.rules.venue_reviews import (
    Finding,
    Inspection,
    Scored,
    StarItem,
    check_inspection,
    check_scores,
    check_second,
    stars_for,
)
from activities.rules.venues import (
    VENUE_LIFE,
    Naming,
    VenueAction,
    VenueFacts,
    VenueKind,
    VenueStatus,
    check_facts,
    check_naming,
    months_later,
    term_end,
)
from core.rules import IllegalTransition, RuleViolation

S, A = VenueStatus, VenueAction
#: Written by hand, not read from the table: what leads where (CTR-01).
LIFE = {
    S.PLANNED: {A.APPLY: S.APPLIED, A.CLOSE: S.CLOSED},
    S.APPLIED: {A.RETURN: S.PLANNED, A.INSPECT: S.INSPECTED, A.CLOSE: S.CLOSED},
    S.INSPECTED: {A.RETURN: S.PLANNED, A.NAME: S.NAMED, A.CLOSE: S.CLOSED},
    S.NAMED: {A.OPEN: S.RUNNING, A.CLOSE: S.CLOSED},
    S.RUNNING: {
        A.CALL_REVIEW: S.REVIEW_DUE,
        A.CONFIRM: S.RUNNING,
        A.RECTIFY: S.RECTIFY,
        A.RENAME: S.RUNNING,
        A.CLOSE: S.CLOSED,
    },
    S.REVIEW_DUE: {
        A.CONFIRM: S.RUNNING,
        A.RECTIFY: S.RECTIFY,
        A.RENAME: S.RUNNING,
        A.CLOSE: S.CLOSED,
    },
    S.RECTIFY: {
        A.CONFIRM: S.RUNNING,
        A.RECTIFY: S.RECTIFY,
        A.RENAME: S.RUNNING,
        A.CLOSE: S.CLOSED,
    },
    S.CLOSED: {A.UNDO_CLOSING: S.RUNNING},
}
MONDAY = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
WEEK = {0: (Period(540, 720), Period(810, 1020)), 1: (Period(540, 1020),)}


@pytest.mark.covers("CTR-01")
def test_a_venue_goes_only_the_ways_of_its_life() -> None:
    for status, action in product(VenueStatus, VenueAction):
        if action in LIFE[status]:
            assert VENUE_LIFE.next(status, action) is LIFE[status][action]
        else:
            with pytest.raises(IllegalTransition):
                VENUE_LIFE.next(status, action)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("9:00-12:00", ((540, 720),)),
        ("13：30－17：00，９:00 – 12:00", ((540, 720), (810, 1020))),
        ("9:00 - 12:00 13:30-24:00", ((540, 720), (810, 1440))),
        ("0900至1130", ((540, 690),)),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, found: tuple[tuple[int, int], ...]) -> None:
    assert [(one.opens, one.closes) for one in read_periods(text, "day_0")] == list(found)


@pytest.mark.parametrize(
    "text",
    ["9-12", "12:00-9:00", "9:00-9:00", "9:00-12:00,11:00-13:00", "9:00-24:30", "25:00-26:00",
     "9:60-10:00", "8:00-9:00,9:00-10:00,11:00-12:00,13:00-14:00", "上午"],
)  # fmt: skip
def test_hours_that_overlap_or_close_before_they_open_are_refused(text: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        read_periods(text, "day_3")
    assert refused.value.field == "day_3"


periods = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda minutes: [
        Period(first, last)
        for first, last in zip(sorted(minutes)[::2], sorted(minutes)[1::2], strict=False)
    ]
)


@given(st.dictionaries(st.integers(0, 6), periods), st.integers(0, 20_000))
def test_open_now_and_the_next_opening_agree_with_every_minute(
    week: dict[int, list[Period]], minutes: int
) -> None:
    checked = check_week(week)
    now = datetime(2026, 11, 30, tzinfo=UTC) + timedelta(minutes=minutes)

    def is_open(at: datetime) -> bool:
        minute = at.hour * 60 + at.minute
        return any(one.opens <= minute < one.closes for one in checked[at.weekday()])

    found = standing_at(now, checked)
    assert found.is_open is is_open(now)
    if found.until is not None:
        assert not is_open(found.until)
        assert is_open(found.until - timedelta(minutes=1))
    if found.next_opening is not None:
        assert is_open(found.next_opening)
        assert not found.is_open
    assert read_periods(text_of(checked[0]), "day_0") == checked[0]


def test_a_day_that_differs_goes_before_its_weekday() -> None:
    closed = OtherDay(MONDAY.date(), (), "节日")
    assert standing_at(MONDAY.replace(hour=10), WEEK).is_open
    found = standing_at(MONDAY.replace(hour=10), WEEK, [closed])
    assert not found.is_open
    assert found.next_opening == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    late = OtherDay(MONDAY.date(), (Period(1140, 1260),))
    assert standing_at(MONDAY.replace(hour=20), WEEK, [late]).is_open
    first = MONDAY.date()
    assert days_open(first, first + timedelta(days=6), WEEK, [closed]) == 1


def test_midnight_does_not_close_what_goes_on() -> None:
    week = {0: (Period(1200, 1440),), 1: (Period(0, 120),)}
    assert standing_at(MONDAY.replace(hour=23), week).until == datetime(
        2026, 12, 1, 2, 0, tzinfo=UTC
    )
    always = {day: (Period(0, 1440),) for day in range(7)}
    assert standing_at(MONDAY, always).until is None


@pytest.mark.covers("CTR-04")
def test_stars_begin_at_their_points_and_every_point_has_its_evidence() -> None:
    least = {3: 70, 4: 80, 5: 90}
    told = [stars_for(total, least) for total in (69, 70, 79, 80, 89, 90, 100)]
    assert told == [None, 3, 3, 4, 4, 5, 5]
    most = {StarItem.PLACE: 20, StarItem.TEAM: 15}
    full = [Scored(StarItem.PLACE, 20, "看过现场"), Scored(StarItem.TEAM, 0, "")]
    assert sum(one.points for one in check_scores(full, most)) == 20
    for wrong, field in (
        ([Scored(StarItem.PLACE, 21, "看过"), full[1]], "place"),
        ([Scored(StarItem.PLACE, 5, " "), full[1]], "place_evidence"),
        ([full[0]], "team"),
    ):
        with pytest.raises(RuleViolation) as refused:
            check_scores(wrong, most)
        assert refused.value.field == field
    with pytest.raises(RuleViolation):
        check_second(7, 7)
    check_second(7, 8)


def test_an_inspection_answers_every_criterion_with_evidence() -> None:
    today, asked = date(2026, 11, 30), ["sign", "rules"]
    both = (
        Finding("sign", is_met=True, evidence="有"),
        Finding("rules", is_met=False, evidence="缺"),
    )
    found = check_inspection(Inspection(today, "王查", both), asked, today)
    assert not found.is_fit
    for findings, field in (
        (both[:1], "rules"),
        ((both[0], Finding("rules", is_met=True, evidence="")), "rules_evidence"),
    ):
        with pytest.raises(RuleViolation) as refused:
            check_inspection(Inspection(today, "王查", findings), asked, today)
        assert refused.value.field == field


@given(st.lists(st.tuples(st.sampled_from(FundWay), st.integers(1, 5_000)), max_size=30))
def test_a_fund_is_never_below_zero(moves: list[tuple[FundWay, int]]) -> None:
    balance, today = 0, date(2026, 11, 30)
    for way, fen in moves:
        try:
            balance += check_fund_entry(FundFacts(way, fen, today, "互助"), balance, today).change
        except RuleViolation:
            assert way is FundWay.OUT
            assert fen > balance
        assert balance >= 0


def test_details_belong_to_the_kind_and_are_read_as_they_are_meant() -> None:
    told = {"staff": "０３", "windows": "", "approval": " 东红 〔2026〕 ", "field": "x"}
    found = check_details(VenueKind.MEMBER_SERVICE_CENTRE, told)
    assert found == {"staff": "3", "approval": "东红 〔2026〕"}
    with pytest.raises(RuleViolation):
        check_details(VenueKind.TRAINING_BASE, {"rooms": "两间"})
    assert set(KINDS) == set(VenueKind)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"seats": -1}, "seats"), ({"phone": "call me"}, "phone"), ({"name": " "}, "name")],
)
def test_a_file_is_written_in_plain_values(changed: dict[str, object], field: str) -> None:
    told: dict[str, object] = {"name": "家", "address": "路", **changed}
    with pytest.raises(RuleViolation) as refused:
        check_facts(VenueFacts(**told))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_name_ends_after_its_term_and_never_begins_tomorrow() -> None:
    today = date(2026, 11, 30)
    assert term_end(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert term_end(today, 0) is None
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    with pytest.raises(RuleViolation):
        check_naming(Naming("1", today + timedelta(days=1)), None, today)
    with pytest.raises(RuleViolation):
        check_naming(Naming("1", today), today + timedelta(days=1), today)
