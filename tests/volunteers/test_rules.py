"""Rules of hours: states, days, doubts, who decides, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import IllegalTransition, RuleViolation, next_state
from volunteers.rules import (
    SERVICE_TRANSITIONS,
    SERVING,
    SHANGHAI,
    VOLUNTEER_TRANSITIONS,
    Claim,
    Doubt,
    Entry,
    Existing,
    Limits,
    RefusalReason,
    RepeatedEntry,
    ServiceAction,
    ServiceField,
    ServiceStatus,
    VolunteerAction,
    VolunteerStatus,
    check_claim,
    check_confirmer,
    check_correction,
    check_day,
    check_no_ward,
    check_other_decider,
    check_reason,
    check_refusal,
    check_repeat,
    check_serving,
    check_text,
    claim_of,
    place_without_time,
)

pytestmark = pytest.mark.pure

LIMITS = Limits(
    max_day=1440, review_day=720, review_week=3600, review_entry=480, back_days=90, burst=10
)
MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI)


def span(day: date, start: str, minutes: int) -> Claim:
    begin = datetime.combine(day, time.fromisoformat(start), tzinfo=SHANGHAI)
    return Claim(begin, begin + timedelta(minutes=minutes))


def standing(day: date, start: str, minutes: int, **more: object) -> Existing:
    claim = span(day, start, minutes)
    return Existing(claim.starts_at, claim.ends_at, "急救演练", **more)  # type: ignore[arg-type]


def check(claim: Claim, *rows: Existing, now: datetime = NOW) -> list[Doubt]:
    return check_claim(claim, rows, now=now, joined_on=date(2026, 1, 1), limits=LIMITS)


def field_refused(claim: Claim, rows: list[Existing]) -> str | None:
    try:
        check(claim, *rows)
    except RuleViolation as violation:
        return violation.field
    return None


@pytest.mark.parametrize(
    ("table", "states", "actions", "legal"),
    [
        (SERVICE_TRANSITIONS, ServiceStatus, ServiceAction, 17),
        (VOLUNTEER_TRANSITIONS, VolunteerStatus, VolunteerAction, 16),
    ],
)
def test_every_pair_of_state_and_action_leads_on_or_is_refused(
    table: Mapping[tuple[StrEnum, StrEnum], StrEnum],
    states: type[StrEnum],
    actions: type[StrEnum],
    legal: int,
) -> None:
    led = 0
    for state, action in product(states, actions):
        if (state, action) in table:
            assert next_state(table, state, action) in states
            led += 1
        else:
            with pytest.raises(IllegalTransition):
                next_state(table, state, action)
    assert led == len(table) == legal


def test_withdrawn_and_disowned_records_are_final_and_an_upheld_one_may_go_up_once() -> None:
    final = set(ServiceStatus) - {state for state, _ in SERVICE_TRANSITIONS}
    assert final == {ServiceStatus.WITHDRAWN, ServiceStatus.DISOWNED}
    from_upheld = [action for state, action in SERVICE_TRANSITIONS if state is ServiceStatus.UPHELD]
    assert from_upheld == [ServiceAction.APPEAL]


@pytest.mark.covers("LED-03")
@pytest.mark.parametrize(
    ("claim", "field"),
    [
        (span(MONDAY, "09:00", 0), "length"),
        (span(MONDAY, "09:00", -60), "length"),
        (span(MONDAY, "00:00", 1441), "length"),
        (span(date(2026, 11, 23), "09:00", 60), "day"),
        (span(date(2026, 11, 22), "11:30", 60), "day"),
        (span(date(2025, 12, 31), "09:00", 60), "day"),
        (span(date(2026, 8, 23), "09:00", 60), "day"),
    ],
)
def test_what_may_not_be_recorded_is_refused(claim: Claim, field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        check(claim)
    assert refused.value.field == field


def test_the_last_day_back_and_the_day_of_joining_may_be_recorded() -> None:
    assert check(span(date(2026, 8, 24), "09:00", 60)) == []
    first = span(date(2026, 11, 20), "09:00", 60)
    assert check_claim(first, [], now=NOW, joined_on=first.day, limits=LIMITS) == []


@pytest.mark.covers("LED-02")
@pytest.mark.parametrize(
    ("start", "minutes", "fits"),
    [
        ("08:00", 60, True),
        ("08:00", 61, False),
        ("09:30", 15, False),
        ("09:59", 1, False),
        ("10:00", 60, True),
        ("08:00", 240, False),
    ],
)
def test_touching_intervals_are_fine_and_a_shared_minute_is_not(
    start: str, minutes: int, fits: bool
) -> None:
    row = standing(MONDAY, "09:00", 60)
    if fits:
        assert check(span(MONDAY, start, minutes), row) == []
        return
    with pytest.raises(RuleViolation, match="急救演练 09:00–10:00"):
        check(span(MONDAY, start, minutes), row)


def test_an_overlap_with_a_record_without_time_says_how_to_go_on() -> None:
    row = standing(MONDAY, "08:00", 120, time_stated=False)
    with pytest.raises(RuleViolation, match="不填开始时间就能记"):
        check(span(MONDAY, "09:00", 60), row)


@pytest.mark.covers("LED-03")
def test_a_day_holds_24_hours_whatever_the_records_are_cut_into() -> None:
    night = standing(MONDAY - timedelta(days=1), "20:00", 480)
    rows = [night, standing(MONDAY, "04:00", 600)]
    with pytest.raises(RuleViolation, match="这一天已记 14 小时，再加 11 小时会超过 24 小时"):
        check(span(MONDAY, "13:00", 660), *rows)
    assert Doubt.DAY in check(span(MONDAY, "14:00", 600), *rows)


def test_a_lower_limit_of_the_day_is_kept_too() -> None:
    with pytest.raises(RuleViolation, match="会超过 8 小时"):
        check_day(span(MONDAY, "12:00", 61), [standing(MONDAY, "01:00", 420)], 480)
    check_day(span(MONDAY, "12:00", 60), [standing(MONDAY, "01:00", 420)], 480)


@pytest.mark.covers("LED-03", "S26")
def test_long_days_and_weeks_and_bursts_are_looked_at() -> None:
    assert check(span(MONDAY, "08:00", 480)) == []
    assert check(span(MONDAY, "08:00", 481)) == [Doubt.LONG]
    morning = standing(MONDAY, "00:00", 480)
    assert check(span(MONDAY, "09:00", 240), morning) == []
    assert check(span(MONDAY, "09:00", 241), morning) == [Doubt.DAY]
    week = [standing(MONDAY + timedelta(days=back), "00:00", 720) for back in range(5)]
    assert Doubt.WEEK in check(span(MONDAY + timedelta(days=5), "08:00", 1), *week)
    assert Doubt.WEEK not in check(span(MONDAY - timedelta(days=1), "08:00", 1), *week)
    many = [standing(MONDAY, f"{hour:02d}:00", 5, submitted_at=NOW) for hour in range(10)]
    assert check(span(MONDAY, "10:00", 5), *many) == [Doubt.BURST]
    assert check(span(MONDAY, "10:00", 5), *many[1:]) == []


@pytest.mark.covers("LED-11")
def test_the_same_within_ten_seconds_is_asked() -> None:
    entry = Entry(MONDAY, 60, "急救演练", ServiceField.FIRST_AID)

    def ask(seconds: int, entry: Entry = entry) -> None:
        at = NOW - timedelta(seconds=seconds)
        row = standing(MONDAY, "09:00", 60, submitted_at=at, time_stated=False)
        check_repeat(entry, [row], NOW)

    with pytest.raises(RepeatedEntry):
        ask(10)
    ask(11)
    for other in (
        Entry(MONDAY, 61, "急救演练", ServiceField.FIRST_AID),
        Entry(MONDAY, 60, "急救", ServiceField.FIRST_AID),
        Entry(MONDAY + timedelta(days=1), 60, "急救演练", ServiceField.FIRST_AID),
    ):
        ask(0, other)


def test_another_start_is_another_entry() -> None:
    entry = Entry(MONDAY, 60, "急救演练", ServiceField.FIRST_AID, time(9))
    row = standing(MONDAY, "09:00", 60, submitted_at=NOW)
    with pytest.raises(RepeatedEntry):
        check_repeat(entry, [row], NOW)
    check_repeat(replace(entry, start=time(10)), [row], NOW)
    check_repeat(replace(entry, start=None), [row], NOW)


SLOTS = st.lists(
    st.tuples(st.integers(0, 47), st.integers(1, 8)), max_size=8, unique_by=lambda slot: slot[0]
)


@given(SLOTS, st.integers(1, 48))
def test_a_claim_without_time_finds_a_free_place_or_is_refused(
    slots: list[tuple[int, int]], halves: int
) -> None:
    rows: list[Existing] = []
    for start, length in sorted(slots):
        row = standing(MONDAY, f"{start // 2:02d}:{start % 2 * 30:02d}", length * 30)
        if not rows or row.starts_at >= rows[-1].ends_at:
            rows.append(row)
    claim = place_without_time(MONDAY, halves * 30, rows, NOW)
    assert claim.day == MONDAY
    assert claim.minutes == halves * 30
    refused = field_refused(claim, rows)
    free = all(claim.ends_at <= r.starts_at or claim.starts_at >= r.ends_at for r in rows)
    assert refused == "length" or (refused is None and free)


def test_a_stated_start_is_kept_and_a_missing_one_is_eight_o_clock() -> None:
    entry = Entry(MONDAY, 90, "急救演练", ServiceField.FIRST_AID, time(14, 30))
    assert claim_of(entry, [], NOW) == span(MONDAY, "14:30", 90)
    free = claim_of(Entry(MONDAY, 90, "急救演练", ServiceField.FIRST_AID), [], NOW)
    assert (free.starts_at.hour, free.time_stated) == (8, False)


@pytest.mark.covers("LED-04")
def test_nobody_confirms_his_own_what_he_entered_or_his_ward() -> None:
    check_confirmer(subject_person=1, submitter=7, confirmer=8, confirmer_person=2)
    check_confirmer(subject_person=1, submitter=None, confirmer=8, confirmer_person=None)
    with pytest.raises(RuleViolation):
        check_confirmer(subject_person=2, submitter=7, confirmer=8, confirmer_person=2)
    with pytest.raises(RuleViolation):
        check_confirmer(subject_person=1, submitter=8, confirmer=8, confirmer_person=2)
    check_no_ward({1, 2}, {3})
    with pytest.raises(RuleViolation):
        check_no_ward({1, 2}, {2})
    check_other_decider(7, 8)
    with pytest.raises(RuleViolation):
        check_other_decider(8, 8)


@pytest.mark.parametrize("status", VolunteerStatus)
def test_only_serving_volunteers_enter_hours(status: VolunteerStatus) -> None:
    if status in SERVING:
        check_serving(status)
        return
    with pytest.raises(RuleViolation):
        check_serving(status)


@pytest.mark.parametrize(
    ("title", "note", "field"),
    [
        ("", "", "title"),
        (" 　", "", "title"),
        ("长" * 61, "", "title"),
        ("急救", "长" * 201, "note"),
        ("急\x00救", "", "title"),
        ("急救", "a\u202eb", "note"),
    ],
)
def test_a_title_is_short_and_readable(title: str, note: str, field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        check_text(title, note)
    assert refused.value.field == field


def test_texts_are_trimmed_and_reasons_are_asked_where_needed() -> None:
    assert check_text("  急救  演练 ", " 两行\n备注 ") == ("急救 演练", "两行\n备注")
    assert check_reason(" 看错 了 ") == "看错 了"
    assert check_reason("", needed=False) == ""
    for wrong in ("", "长" * 201, "a\x07b"):
        with pytest.raises(RuleViolation):
            check_reason(wrong)
    assert check_refusal(RefusalReason.NOT_THERE, "") == ""
    with pytest.raises(RuleViolation):
        check_refusal(RefusalReason.OTHER, " ")
    check_correction(60, 61)
    with pytest.raises(RuleViolation):
        check_correction(60, 60)
