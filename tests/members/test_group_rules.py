"""The table of group members, bands of staff, receipts, grades, searches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest

from core.rules import IllegalTransition, RuleViolation, next_state
from members.rules import GradeFacts, MemberGrade, check_grade, may_be_deregistered
from members.rules.groups import (
    GROUP_ENDED,
    GROUP_HELD,
    GROUP_LIVE,
    GROUP_TRANSITIONS,
    GROUP_WAITING,
    GroupAction,
    GroupSearch,
    GroupSearchKind,
    GroupStatus,
    Visit,
    check_dues_day,
    check_group_reason,
    check_proposable,
    check_staff,
    check_undo_day,
    check_unit_name,
    check_visit,
    group_search_tells_too_much,
    read_group_search,
)
from people.rules import check_credit_code
from tests.units import credit_code

pytestmark = pytest.mark.pure

G, A = GroupStatus, GroupAction
TODAY = date(2026, 11, 25)
EDGES = (200, 500, 1000, 2000)

#: Written by hand from domain.md 2.4 and MEM-11, not from the code: state -> action -> state.
WANTED: dict[GroupStatus, dict[GroupAction, GroupStatus]] = {
    G.DRAFT: {A.SUBMIT: G.SUBMITTED, A.CANCEL: G.CANCELLED, A.AMEND: G.DRAFT, A.REVEAL: G.DRAFT},
    G.SUBMITTED: {
        A.VISIT: G.VISITED,
        A.RETURN: G.RETURNED,
        A.REJECT: G.REJECTED,
        A.CANCEL: G.CANCELLED,
        A.REVEAL: G.SUBMITTED,
    },
    G.RETURNED: {
        A.RESUBMIT: G.SUBMITTED,
        A.CANCEL: G.CANCELLED,
        A.AMEND: G.RETURNED,
        A.REVEAL: G.RETURNED,
    },
    G.VISITED: {
        A.APPROVE: G.APPROVED,
        A.RETURN: G.RETURNED,
        A.REJECT: G.REJECTED,
        A.CANCEL: G.CANCELLED,
        A.REVEAL: G.VISITED,
    },
    G.APPROVED: {
        A.UNDO_APPROVAL: G.VISITED,
        A.ASK_DUES: G.DUES_PENDING,
        A.ADMIT_FREE: G.ACTIVE,
        A.CANCEL: G.CANCELLED,
        A.REVEAL: G.APPROVED,
    },
    G.DUES_PENDING: {
        A.RECEIVE_DUES: G.ACTIVE,
        A.REJECT: G.REJECTED,
        A.CANCEL: G.CANCELLED,
        A.REVEAL: G.DUES_PENDING,
    },
    G.ACTIVE: {
        A.RECEIVE_DUES: G.ACTIVE,
        A.REVERSE_DUES: G.DUES_PENDING,
        A.FALL_BEHIND: G.ARREARS,
        A.WITHDRAW: G.WITHDRAWN,
        A.DISSOLVE: G.DISSOLVED,
        A.AMEND: G.ACTIVE,
        A.REGRADE: G.ACTIVE,
        A.REVEAL: G.ACTIVE,
    },
    G.ARREARS: {
        A.RECEIVE_DUES: G.ACTIVE,
        A.PROPOSE: G.PROPOSED,
        A.WITHDRAW: G.WITHDRAWN,
        A.DISSOLVE: G.DISSOLVED,
        A.AMEND: G.ARREARS,
        A.REGRADE: G.ARREARS,
        A.REVEAL: G.ARREARS,
    },
    G.PROPOSED: {
        A.RECEIVE_DUES: G.ACTIVE,
        A.KEEP: G.ARREARS,
        A.DEREGISTER: G.LAPSED,
        A.WITHDRAW: G.WITHDRAWN,
        A.DISSOLVE: G.DISSOLVED,
        A.REGRADE: G.PROPOSED,
        A.REVEAL: G.PROPOSED,
    },
    G.LAPSED: {},
    G.REJECTED: {},
    G.CANCELLED: {},
    G.WITHDRAWN: {A.UNDO_WITHDRAWAL: G.ACTIVE},
    G.DISSOLVED: {},
}


@pytest.mark.covers("MEM-11", "S19")
def test_every_pair_of_state_and_action_leads_where_it_should_or_is_refused() -> None:
    assert set(WANTED) == set(G)
    for state, action in product(G, A):
        wanted = WANTED[state].get(action)
        if wanted is None:
            with pytest.raises(IllegalTransition):
                next_state(GROUP_TRANSITIONS, state, action)
        else:
            assert next_state(GROUP_TRANSITIONS, state, action) is wanted


def test_the_classes_of_states_fit_together() -> None:
    assert set(GROUP_LIVE) < set(GROUP_HELD)
    assert set(GROUP_ENDED).isdisjoint({*GROUP_HELD, *GROUP_WAITING})


@pytest.mark.covers("MEM-15")
@pytest.mark.parametrize("text", ["", "  \n", "长" * 81, "a\x07b", "张\u202e三"])
def test_a_name_of_a_unit_is_one_shown_line(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_unit_name(text)
    assert refusal.value.field == "name"


def test_a_name_of_eighty_signs_is_taken_trimmed() -> None:
    assert check_unit_name(f" {'长' * 80} ") == "长" * 80
    assert check_unit_name("甲  乙\n公司") == "甲 乙 公司"


@pytest.mark.parametrize("count", [0, -1, 10_000_000])
def test_no_unit_has_no_or_all_staff(count: int) -> None:
    with pytest.raises(RuleViolation):
        check_staff(count)


def test_nobody_visits_tomorrow_and_no_dues_come_too_early() -> None:
    day = timedelta(days=1)
    assert check_visit(Visit(" 甲、乙 ", TODAY, " 属实 "), TODAY).findings == "属实"
    assert check_dues_day(TODAY, TODAY) == check_dues_day(TODAY, None) == TODAY
    refused: list[Callable[[], object]] = [
        lambda: check_visit(Visit("甲", TODAY + day, "属实"), TODAY),
        lambda: check_visit(Visit("", TODAY, "属实"), TODAY),
        lambda: check_visit(Visit("甲", TODAY, ""), TODAY),
        lambda: check_dues_day(TODAY - day, TODAY),
        lambda: check_group_reason("  "),
        lambda: check_group_reason("长" * 201),
    ]
    for one in refused:
        with pytest.raises(RuleViolation):
            one()


@pytest.mark.covers("MEM-02", "MEM-34", "S16")
@pytest.mark.parametrize(
    ("grade", "back", "is_refused"),
    [
        (MemberGrade.ORDINARY, (1, 2), False),
        (MemberGrade.ORDINARY, (0, 1), True),
        (MemberGrade.ORDINARY, (2, 3), True),
        (MemberGrade.SPECIAL, (0, 1, 2, 3), False),
        (MemberGrade.PERMANENT, (1, 2), True),
    ],
)
def test_only_who_paid_nothing_for_two_full_years_is_proposed_and_never_a_permanent_member(
    grade: MemberGrade, back: tuple[int, ...], is_refused: bool
) -> None:
    assert may_be_deregistered(grade) is (grade is not MemberGrade.PERMANENT)
    unpaid = [TODAY.year - one for one in back]
    if is_refused:
        with pytest.raises(RuleViolation):
            check_proposable(grade, unpaid, TODAY, 2)
    else:
        check_proposable(grade, unpaid, TODAY, 2)


@pytest.mark.covers("MEM-02")
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (GradeFacts(MemberGrade.ORDINARY, TODAY, "为何"), "grade"),
        (GradeFacts(MemberGrade.SPECIAL, TODAY + timedelta(days=1), "为何"), "valid_from"),
        (GradeFacts(MemberGrade.SPECIAL, date(2025, 12, 31), "为何"), "valid_from"),
        (GradeFacts(MemberGrade.SPECIAL, TODAY, " "), "reason"),
        (GradeFacts(MemberGrade.SPECIAL, TODAY, "长" * 201), "reason"),
    ],
)
def test_a_grade_changes_from_a_day_with_a_reason(facts: GradeFacts, field: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_grade(facts, MemberGrade.ORDINARY, date(2026, 1, 1), TODAY)
    assert refusal.value.field == field


def test_a_withdrawal_is_undone_up_to_its_last_day() -> None:
    check_undo_day(TODAY, TODAY)
    for last in (None, TODAY - timedelta(days=1)):
        with pytest.raises(RuleViolation):
            check_undo_day(last, TODAY)


@pytest.mark.covers("PRV-07", "S19")
def test_a_search_is_by_number_by_code_or_by_words() -> None:
    code = credit_code("N2", 7)
    assert check_credit_code(code) == code
    assert read_group_search("", is_credit_code=False) is None
    assert read_group_search(code.lower(), is_credit_code=True) == GroupSearch(
        GroupSearchKind.CREDIT_CODE, code
    )
    words = read_group_search(" 测试 公司 ", is_credit_code=False)
    assert words == GroupSearch(GroupSearchKind.WORDS, "测试公司")


@pytest.mark.covers("PRV-07")
@pytest.mark.parametrize(
    ("text", "is_code", "too_much"),
    [
        ("测试公司", False, False),
        ("19900001234", False, True),
        ("330102199003070019", False, True),
        ("330102199003070019", True, True),
        ("91990000MA0000001X", True, False),
        ("91990000MA0000001X", False, False),
        ("911100006000373412", True, False),
    ],
)
def test_whole_phones_and_id_numbers_stay_out_of_addresses(
    text: str, is_code: bool, too_much: bool
) -> None:
    assert group_search_tells_too_much(text, is_credit_code=is_code) is too_much
