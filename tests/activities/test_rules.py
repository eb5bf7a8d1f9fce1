"""States of activities and sign-ups over the whole product, and what is pure about conditions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from activities.rules import (
    ACTIVITY_TRANSITIONS,
    HOLDING,
    LIVE,
    SIGNUP_TRANSITIONS,
    ActivityAction,
    ActivityField,
    ActivityStatus,
    Applicant,
    Ground,
    Notice,
    Phase,
    SignupAction,
    SignupStatus,
    Terms,
    grounds_of,
    judge,
    needs_review,
    phase_of,
    text_of_grounds,
)
from core.rules import IllegalTransition, RuleViolation, next_state
from volunteers.rules import ServiceField

pytestmark = pytest.mark.pure

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
OVER = {ActivityStatus.ENDED, ActivityStatus.CANCELLED}
GONE = set(SignupStatus) - set(LIVE)
#: An ending that is taken back within a day leads out of what is over.
TAKEN_BACK = {
    (ActivityStatus.ENDED, ActivityAction.REOPEN),
    (SignupStatus.NO_SHOW, SignupAction.UNDO_MISS),
    (SignupStatus.NO_SHOW, SignupAction.UNDO_MISS_UNSEEN),
}


@pytest.mark.covers("VOL-21", "VOL-22")
def test_what_is_over_stays_over_and_every_state_is_reached() -> None:
    assert {*ACTIVITY_TRANSITIONS, *SIGNUP_TRANSITIONS} >= TAKEN_BACK
    for state, action in set(product(ActivityStatus, ActivityAction)) - TAKEN_BACK:
        if state in OVER or (state, action) not in ACTIVITY_TRANSITIONS:
            with pytest.raises(IllegalTransition):
                next_state(ACTIVITY_TRANSITIONS, state, action)
    for signup, act in set(product(SignupStatus, SignupAction)) - TAKEN_BACK:
        if signup in GONE or (signup, act) not in SIGNUP_TRANSITIONS:
            with pytest.raises(IllegalTransition):
                next_state(SIGNUP_TRANSITIONS, signup, act)
    assert set(ACTIVITY_TRANSITIONS.values()) == set(ActivityStatus)
    assert set(SIGNUP_TRANSITIONS.values()) | {SignupStatus.WAITLISTED} == set(SignupStatus)
    assert set(HOLDING) < set(LIVE)


def test_fields_are_those_of_service_records() -> None:
    assert [one.value for one in ActivityField] == [one.value for one in ServiceField]


def test_grounds_are_kept_as_they_were_chosen() -> None:
    chosen = {Ground.ASKED, Ground.DANGER}
    assert text_of_grounds(chosen) == "danger,asked"
    assert grounds_of("danger,asked") == chosen
    assert grounds_of("") == frozenset()
    assert len(",".join(Ground)) <= 60


@pytest.mark.covers("VOL-04", "VOL-05")
@pytest.mark.parametrize(
    ("age", "grounds", "unmet"),
    [
        (13, (), ["alone"]),
        (14, (), []),
        (17, (Ground.DANGER,), ["safe", "agreement"]),
        (18, (Ground.DANGER,), []),
        (None, (Ground.DANGER,), ["safe"]),
        (None, (Ground.LONG,), []),
        (17, (Ground.LONG,), ["agreement"]),
    ],
)
def test_age_decides_by_years(
    age: int | None, grounds: tuple[Ground, ...], unmet: list[str]
) -> None:
    terms = Terms(ActivityField.AID, frozenset(grounds))
    applicant = Applicant(age, is_volunteer=True, is_registered=False)
    found = [one.condition.value for one in judge(terms, applicant) if not one.is_met]
    assert found == unmet


def test_notice_is_counted_to_the_minute() -> None:
    notice = Notice(hours=24, back_days=30)
    assert not needs_review(NOW + 24 * HOUR, NOW, notice)
    assert needs_review(NOW + 24 * HOUR - timedelta(minutes=1), NOW, notice)
    assert needs_review(NOW - timedelta(days=30), NOW, notice)
    with pytest.raises(RuleViolation):
        needs_review(NOW - timedelta(days=30, minutes=1), NOW, notice)


def test_the_phase_follows_clock_and_seats() -> None:
    begin, end, out = NOW, NOW + HOUR, ActivityStatus.PUBLISHED
    assert phase_of(out, begin, end, NOW - HOUR, 1) is Phase.OPEN
    assert phase_of(out, begin, end, NOW - HOUR, 0) is Phase.FULL
    assert phase_of(out, begin, end, NOW, 1) is Phase.RUNNING
    assert phase_of(out, begin, end, end, 1) is Phase.TO_END
    assert phase_of(ActivityStatus.CANCELLED, begin, end, NOW, 1) is Phase.CANCELLED
