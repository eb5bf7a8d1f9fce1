"""The tables of applications, memberships and consents, and the small rules beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.rules import IllegalTransition, RuleViolation, next_state
from members import rules
from members.rules import (
    ApplicationKind,
    Flag,
    JoinField,
    JoinWay,
    MembershipKind,
    ReturnReason,
    Search,
    SearchKind,
)
from people.rules import check_resident_id
from people.rules.consents import CONSENT_TRANSITIONS, ConsentAction, ConsentStatus
from people.rules.reveals import RevealReason, reason_text
from tests.factories import make_id_number

pytestmark = pytest.mark.pure

A, AA = rules.ApplicationStatus, rules.ApplicationAction
M, MA = rules.MembershipStatus, rules.MembershipAction
C, CA = ConsentStatus, ConsentAction
T, TA = rules.TransferStatus, rules.TransferAction
E, EA = rules.ExpulsionStatus, rules.ExpulsionAction
W, WA = rules.WithdrawalStatus, rules.WithdrawalAction

#: A branch has a member in one of these while nothing else happens to him.
SETTLED = (M.APPROVED, M.FILING_RETURNED, M.ACTIVE, M.ARREARS)
#: Written by hand from domain.md 2.4 and ux.md S05, S23 to S25, not from the code.
APPLICATIONS = {
    (A.CONSENT_PENDING, AA.CONSENT): A.SUBMITTED,
    (A.CONSENT_PENDING, AA.REFUSE_CONSENT): A.WITHDRAWN,
    (A.CONSENT_PENDING, AA.WITHDRAW): A.WITHDRAWN,
    (A.SUBMITTED, AA.APPROVE): A.APPROVED,
    (A.SUBMITTED, AA.RETURN): A.RETURNED,
    (A.SUBMITTED, AA.REJECT): A.REJECTED,
    (A.SUBMITTED, AA.WITHDRAW): A.WITHDRAWN,
    (A.RETURNED, AA.RESUBMIT): A.SUBMITTED,
    (A.RETURNED, AA.WITHDRAW): A.WITHDRAWN,
    (A.RETURNED, AA.UNDO_RETURN): A.SUBMITTED,
    (A.APPROVED, AA.UNDO_APPROVAL): A.SUBMITTED,
    **{(state, AA.CLOSE): A.CLOSED for state in (A.CONSENT_PENDING, A.SUBMITTED, A.RETURNED)},
    (A.CLOSED, AA.REOPEN): A.SUBMITTED,
}
MEMBERSHIPS = {
    (M.APPROVED, MA.FILE): M.ACTIVE,
    (M.APPROVED, MA.RETURN_FILING): M.FILING_RETURNED,
    (M.FILING_RETURNED, MA.REFILE): M.APPROVED,
    (M.APPROVED, MA.REVOKE): M.REVOKED,
    (M.FILING_RETURNED, MA.REVOKE): M.REVOKED,
    (M.APPROVED, MA.WITHDRAW): M.WITHDRAWN,
    (M.FILING_RETURNED, MA.WITHDRAW): M.WITHDRAWN,
    (M.ACTIVE, MA.WITHDRAW): M.WITHDRAWN,
    (M.ARREARS, MA.WITHDRAW): M.WITHDRAWN,
    (M.WITHDRAWN, MA.UNDO_WITHDRAWAL): M.ACTIVE,
    (M.ACTIVE, MA.TRANSFER): M.APPROVED,
    (M.ARREARS, MA.TRANSFER): M.APPROVED,
    (M.ACTIVE, MA.FALL_BEHIND): M.ARREARS,
    (M.ARREARS, MA.CATCH_UP): M.ACTIVE,
    (M.ARREARS, MA.AUTO_WITHDRAW): M.AUTO_WITHDRAWN,
    **{(one, MA.REGRADE): one for one in (M.APPROVED, M.FILING_RETURNED, M.ACTIVE, M.ARREARS)},
    (M.APPROVED, MA.CONVERT): M.APPROVED,  # at eighteen, by own consent: the county files it
    (M.ACTIVE, MA.CONVERT): M.APPROVED,
    (M.PENDING_TRANSFER, MA.CONVERT): M.PENDING_TRANSFER,
    (M.ACTIVE, MA.PROPOSE_EXPULSION): M.EXPULSION_PROPOSED,
    (M.ARREARS, MA.PROPOSE_EXPULSION): M.EXPULSION_PROPOSED,
    (M.EXPULSION_PROPOSED, MA.CLEAR): M.ACTIVE,
    (M.EXPULSION_PROPOSED, MA.WITHDRAW): M.WITHDRAWN,
    (M.EXPULSION_PROPOSED, MA.EXPEL): M.EXPELLED,
    (M.EXPELLED, MA.OVERTURN): M.ACTIVE,
    **{(state, MA.RESETTLE): state for state in SETTLED},
    (M.PENDING_TRANSFER, MA.RESETTLE): M.ACTIVE,
    **{(state, MA.AWAIT_TRANSFER): M.PENDING_TRANSFER for state in SETTLED},
    **{(state, MA.UNDO_CLOSING): state for state in SETTLED},
    (M.PENDING_TRANSFER, MA.UNDO_CLOSING): M.ACTIVE,
    (M.PENDING_TRANSFER, MA.TRANSFER): M.APPROVED,
    (M.PENDING_TRANSFER, MA.WITHDRAW): M.WITHDRAWN,
    (M.PENDING_TRANSFER, MA.LAPSE): M.LAPSED,
    **{
        (state, MA.DIE): M.DECEASED
        for state in (*SETTLED, M.EXPULSION_PROPOSED, M.PENDING_TRANSFER)
    },
    (M.DECEASED, MA.UNDO_DEATH): M.ACTIVE,
    **{(state, MA.MERGE): M.WITHDRAWN for state in SETTLED},
    (M.WITHDRAWN, MA.UNDO_MERGE): M.ACTIVE,
}
EXPULSIONS = {
    (E.PROPOSED, EA.ANSWER): E.HEARD,
    (E.PROPOSED, EA.END_HEARING): E.HEARD,
    **{(state, EA.DECIDE): E.DECIDED for state in (E.HEARD, E.RETURNED)},
    **{(state, EA.DROP): E.DROPPED for state in (E.PROPOSED, E.HEARD, E.RETURNED)},
    (E.DECIDED, EA.CONFIRM): E.EFFECTIVE,
    (E.DECIDED, EA.RETURN): E.RETURNED,
    (E.EFFECTIVE, EA.APPEAL): E.APPEALED,
    (E.EFFECTIVE, EA.FINISH): E.FINAL,
    (E.APPEALED, EA.UPHOLD): E.UPHELD,
    (E.APPEALED, EA.OVERTURN): E.OVERTURNED,
    **{
        (state, EA.DISCONTINUE): E.DISCONTINUED
        for state in (E.PROPOSED, E.HEARD, E.DECIDED, E.RETURNED)
    },
    (E.DISCONTINUED, EA.RESUME): E.PROPOSED,
}
TRANSFERS = {
    (T.REQUESTED, TA.RELEASE): T.RELEASED,
    (T.RELEASED, TA.ACCEPT): T.ACCEPTED,
    (T.RELEASED, TA.DECLINE): T.DECLINED,
    (T.REQUESTED, TA.CANCEL): T.CANCELLED,
    (T.RELEASED, TA.CANCEL): T.CANCELLED,
}
WITHDRAWALS = {
    (W.REQUESTED, WA.CONFIRM): W.CONFIRMED,
    (W.REQUESTED, WA.FILE): W.FILED,
    (W.CONFIRMED, WA.FILE): W.FILED,
    (W.REQUESTED, WA.UNDO): W.UNDONE,
    (W.CONFIRMED, WA.UNDO): W.UNDONE,
}
CONSENTS = {
    (C.REQUESTED, CA.GIVE): C.GIVEN,
    (C.REQUESTED, CA.REFUSE): C.REFUSED,
    (C.REQUESTED, CA.LAPSE): C.LAPSED,
    (C.GIVEN, CA.WITHDRAW): C.WITHDRAWN,
    (C.LAPSED, CA.ASK_AGAIN): C.REQUESTED,
}


@pytest.mark.parametrize(
    ("table", "expected", "states", "actions"),
    [
        pytest.param(rules.APPLICATION_TRANSITIONS, APPLICATIONS, A, AA, id="applications"),
        pytest.param(rules.MEMBERSHIP_TRANSITIONS, MEMBERSHIPS, M, MA, id="memberships"),
        pytest.param(rules.WITHDRAWAL_TRANSITIONS, WITHDRAWALS, W, WA, id="withdrawals"),
        pytest.param(rules.EXPULSION_TRANSITIONS, EXPULSIONS, E, EA, id="expulsions"),
        pytest.param(rules.TRANSFER_TRANSITIONS, TRANSFERS, T, TA, id="transfers"),
        pytest.param(CONSENT_TRANSITIONS, CONSENTS, C, CA, id="consents"),
    ],
)
def test_every_pair_of_state_and_action_leads_where_it_should_or_is_refused(
    table: Mapping[tuple[StrEnum, StrEnum], StrEnum],
    expected: Mapping[tuple[StrEnum, StrEnum], StrEnum],
    states: type[StrEnum],
    actions: type[StrEnum],
) -> None:
    for state in states:
        for action in actions:
            if (state, action) in expected:
                assert next_state(table, state, action) is expected[state, action]
            else:
                with pytest.raises(IllegalTransition):
                    next_state(table, state, action)


@pytest.mark.covers("VOL-04", "PRV-13")
@pytest.mark.parametrize(
    ("age", "way"),
    [
        (7, None),
        (8, JoinWay.THROUGH_GUARDIAN),
        (13, JoinWay.THROUGH_GUARDIAN),
        (14, JoinWay.WITH_CONSENT),
        (17, JoinWay.WITH_CONSENT),
        (18, JoinWay.OWN),
        (None, JoinWay.OWN),
    ],
)
def test_who_has_to_agree(age: int | None, way: JoinWay | None) -> None:
    if way is None:
        with pytest.raises(RuleViolation):
            rules.volunteer_way(age, min_age=8, min_age_alone=14)
    else:
        assert rules.volunteer_way(age, min_age=8, min_age_alone=14) is way


@pytest.mark.parametrize(
    ("flags", "doubtful"),
    [
        ([], False),
        ([Flag.OTHER_COUNTY], False),
        ([Flag.DUPLICATE], True),
        ([Flag.ID_IN_USE], True),
        ([Flag.MINOR, Flag.OTHER_COUNTY], True),
    ],
)
def test_a_region_elsewhere_is_told_and_no_reason_to_wait(
    flags: list[Flag], doubtful: bool
) -> None:
    assert rules.is_doubtful(flags) is doubtful


def test_only_the_named_fields_open_again() -> None:
    member, volunteer = ApplicationKind.MEMBER, ApplicationKind.VOLUNTEER
    assert rules.fields_to_fix(ReturnReason.ID_WRONG, member) == (JoinField.ID_NUMBER,)
    assert rules.fields_to_fix(ReturnReason.ID_WRONG, volunteer) == ()
    assert rules.fields_to_fix(ReturnReason.OTHER, volunteer) == (JoinField.NAME,)
    for reason in (ReturnReason.NOT_OURS, ReturnReason.CONSENT_MISSING):
        assert rules.fields_to_fix(reason, member) == ()


def test_another_reason_needs_words() -> None:
    assert rules.check_note(ReturnReason.ID_WRONG, " ") == ""
    assert rules.check_note(ReturnReason.OTHER, " 看不清 ") == "看不清"
    for reason, note in ((ReturnReason.OTHER, "  "), (ReturnReason.ID_WRONG, "字" * 201)):
        with pytest.raises(RuleViolation):
            rules.check_note(reason, note)


@pytest.mark.covers("MEM-18", "RACE-14")
@given(
    serial=st.integers(1, 999_999),
    year=st.integers(2000, 2099),
    kind=st.sampled_from(MembershipKind),
    place=st.integers(0, 17),
    change=st.integers(1, 9),
)
def test_a_member_number_finds_every_slip_of_one_digit(
    serial: int, year: int, kind: MembershipKind, place: int, change: int
) -> None:
    number = rules.member_number("330102", kind, year, serial)
    assert len(number) == 18
    assert rules.is_member_number(number)
    digits = list(number)
    if digits[place] != "X":
        digits[place] = str((int(digits[place]) + change) % 10)
        assert not rules.is_member_number("".join(digits))


@pytest.mark.covers("PRV-07")
@given(born_on=st.dates(date(1910, 1, 1), date(2025, 12, 31)), serial=st.integers(1, 999))
def test_a_whole_id_number_or_phone_never_stays_in_an_address(born_on: date, serial: int) -> None:
    number = make_id_number(born_on, serial)
    assert check_resident_id(number, date(2026, 11, 21)).number == number
    assert rules.tells_too_much(number)
    assert rules.tells_too_much(f" {number[:6]} {number[6:]} ")
    assert rules.tells_too_much(f"138 {serial:08d}")
    assert not rules.tells_too_much(
        rules.member_number("330102", MembershipKind.ADULT, 2026, serial)
    )


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("", None),
        ("  ", None),
        ("王 桂", Search(SearchKind.WORDS, "王桂")),
        ("WGX", Search(SearchKind.WORDS, "wgx")),
        ("1234", Search(SearchKind.PHONE_TAIL, "1234")),
        ("123", Search(SearchKind.WORDS, "123")),
        ("１２３４", Search(SearchKind.WORDS, "１２３４")),
    ],
)
def test_what_a_search_asks_for(text: str, search: Search | None) -> None:
    assert rules.read_search(text) == search


def test_a_member_number_is_looked_for_as_such() -> None:
    number = rules.member_number("330102", MembershipKind.ADULT, 2026, 20)
    assert rules.read_search(number.lower()) == Search(SearchKind.NUMBER, number)


@pytest.mark.covers("S13")
@pytest.mark.parametrize(
    ("approved", "today", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 22), False),
        (date(2026, 11, 2), date(2026, 11, 23), True),
        (date(2026, 11, 2), date(2026, 12, 1), True),
    ],
)
def test_a_filing_is_due_on_the_fifteenth_working_day(
    approved: date, today: date, due: bool
) -> None:
    assert rules.is_filing_due(clock.add_working_days(approved, 15), today) is due


@pytest.mark.covers("IN-02")
@pytest.mark.parametrize("note", ["看\x00不清", "看\u202e不清"])
def test_a_note_holds_only_what_a_screen_shows(note: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        rules.check_note(ReturnReason.OTHER, note)
    assert refused.value.field == "note"
    with pytest.raises(RuleViolation):
        reason_text(RevealReason.OTHER, note)
    assert rules.check_note(ReturnReason.OTHER, "两行\n都要") == "两行\n都要"
