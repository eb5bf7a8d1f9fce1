"""Tariff, split and arrears as rules: bands, overlaps, the way up, and who is proposed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import IllegalTransition, RuleViolation, next_state
from members import rules
from members.rules import DuesLevel, MembershipKind, SplitFacts, TariffFacts

pytestmark = pytest.mark.pure

K, P, PA = MembershipKind, rules.ProposalStatus, rules.ProposalAction
R, RA = rules.RemittanceStatus, rules.RemittanceAction
IN_2001, DAY = date(2001, 5, 1), date(2026, 6, 1)


def group(low: int, high: int | None, yuan: int) -> TariffFacts:
    return TariffFacts(K.GROUP, yuan * 100, IN_2001, "第六条", low, high, is_cap=True)


RULE_OF_2001 = [
    TariffFacts(K.ADULT, 1000, IN_2001, "第五条", is_cap=True),
    TariffFacts(K.YOUTH, 0, IN_2001, "自愿"),
    group(0, 200, 300),
    group(200, 500, 500),
    group(500, 1000, 1000),
    group(1000, 2000, 1500),
    group(2000, None, 2000),
]


@pytest.mark.covers("S19", "MEM-30")
@pytest.mark.parametrize(
    ("staff", "yuan"),
    [
        (0, 300), (1, 300), (199, 300), (200, 500), (201, 500), (499, 500), (500, 1000),
        (999, 1000), (1000, 1500), (1999, 1500), (2000, 2000), (1_000_000, 2000),
    ],
)  # fmt: skip
def test_a_band_begins_with_its_lower_edge(staff: int, yuan: int) -> None:
    found = rules.pick_tariff(RULE_OF_2001, K.GROUP, [1], DAY, staff)
    assert found is not None
    assert found.amount == yuan * 100


@pytest.mark.covers("MEM-30")
@given(st.integers(0, 10_000_000))
def test_every_number_of_staff_has_one_band(staff: int) -> None:
    fitting = [
        line
        for line in RULE_OF_2001
        if line.kind is K.GROUP and line.band_from <= staff < (line.band_to or rules.MOST_STAFF + 1)
    ]
    assert len(fitting) == 1
    assert rules.pick_tariff(RULE_OF_2001, K.GROUP, [1], DAY, staff) == fitting[0]


@pytest.mark.covers("MEM-30")
def test_the_nearest_region_and_the_day_decide() -> None:
    city = TariffFacts(K.ADULT, 800, date(2026, 1, 1), "市规定", region_id=4)
    county = TariffFacts(
        K.ADULT, 500, date(2026, 3, 1), "县规定", region_id=9, valid_to=date(2026, 12, 31)
    )
    lines = [*RULE_OF_2001, city, county]
    for regions, day, amount in (
        ([1, 4, 9, 20], DAY, 500),
        ([1, 4, 9, 20], date(2026, 2, 28), 800),
        ([1, 4, 9, 20], date(2027, 1, 1), 800),
        ([1, 4, 10], DAY, 800),
        ([1, 5, 11], DAY, 1000),
        ([1, 4, 9], date(2025, 12, 31), 1000),
    ):
        found = rules.pick_tariff(lines, K.ADULT, regions, day)
        assert found is not None
        assert found.amount == amount, (regions, day)
    assert rules.pick_tariff(lines, K.ADULT, [1], date(2001, 4, 30)) is None


GOOD = TariffFacts(K.GROUP, 60_000, date(2027, 1, 1), "新办法", 200, 500, region_id=4)


@pytest.mark.covers("MEM-30", "MEM-33")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": -1}, "amount"),
        ({"amount": rules.MOST_FEN + 1}, "amount"),
        ({"kind": K.YOUTH, "band_from": 0, "band_to": None}, "amount"),
        ({"kind": K.ADULT}, "band_from"),
        ({"band_to": 200}, "band_to"),
        ({"valid_to": date(2026, 12, 31)}, "valid_to"),
        ({"source": "  "}, "source"),
        ({"source": "长" * 121}, "source"),
        ({"region_id": None}, "valid_from"),
        ({"region_id": None, "band_from": 499, "band_to": 501}, "valid_from"),
    ],
)
def test_a_bad_tariff_is_refused_with_its_field(changes: dict[str, object], field: str) -> None:
    assert rules.check_tariff(GOOD, RULE_OF_2001) == GOOD
    with pytest.raises(RuleViolation) as refusal:
        rules.check_tariff(replace(GOOD, **changes), RULE_OF_2001)  # type: ignore[arg-type]
    assert refusal.value.field == field


@pytest.mark.covers("MEM-30")
def test_lines_that_touch_do_not_overlap() -> None:
    ended = replace(RULE_OF_2001[0], valid_to=date(2026, 12, 31))
    rules.check_tariff(TariffFacts(K.ADULT, 1500, date(2027, 1, 1), "新办法"), [ended])
    with pytest.raises(RuleViolation):
        rules.check_tariff(TariffFacts(K.ADULT, 1500, date(2026, 12, 31), "新办法"), [ended])


SPLIT = [
    SplitFacts(DuesLevel.GRASSROOTS, 200, IN_2001, "第十一条"),
    SplitFacts(DuesLevel.COUNTY, 300, IN_2001, "第十一条"),
    SplitFacts(DuesLevel.CITY, 300, IN_2001, "第十一条"),
    SplitFacts(DuesLevel.PROVINCE, 300, IN_2001, "第十一条"),
]


@pytest.mark.covers("MEM-31")
def test_a_hundred_yuan_go_up_as_the_rule_of_2001_says() -> None:
    parts = [rules.pick_permille(SPLIT, level, K.ADULT, [1], DAY) for level in DuesLevel]
    shares = rules.cascade(10_000, parts)
    assert [(one.kept, one.up) for one in shares] == [
        (8_000, 2_000), (1_400, 600), (420, 180), (126, 54)
    ]  # fmt: skip


@pytest.mark.covers("MEM-31")
@given(st.integers(1, 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=4))
def test_nothing_is_lost_and_the_rest_stays_below(amount: int, parts: list[int]) -> None:
    shares = rules.cascade(amount, parts)
    assert sum(one.kept for one in shares) + shares[-1].up == amount
    coming = amount
    for share, part in zip(shares, parts, strict=True):
        assert share.kept + share.up == coming
        assert share.up * 1000 <= coming * part < (share.up + 1) * 1000
        coming = share.up


@pytest.mark.covers("MEM-31")
def test_a_kind_and_a_region_may_differ() -> None:
    lines = [
        *SPLIT,
        SplitFacts(DuesLevel.COUNTY, 1000, IN_2001, "团体全部上缴", kind=K.GROUP),
        SplitFacts(DuesLevel.COUNTY, 100, IN_2001, "某市", region_id=4),
    ]
    picked = [
        rules.pick_permille(lines, DuesLevel.COUNTY, kind, regions, DAY)
        for kind, regions in ((K.ADULT, [1]), (K.GROUP, [1]), (K.ADULT, [1, 4]), (K.GROUP, [1, 4]))
    ]
    assert picked == [300, 1000, 100, 100]
    with pytest.raises(RuleViolation):
        rules.pick_permille(lines, DuesLevel.COUNTY, K.ADULT, [1], date(1999, 1, 1))
    for wrong in (
        replace(SPLIT[0], permille=1001),
        replace(SPLIT[0], source=""),
        replace(SPLIT[0], valid_from=DAY),
    ):
        with pytest.raises(RuleViolation):
            rules.check_split(wrong, SPLIT)


@pytest.mark.covers("MEM-31")
@pytest.mark.parametrize(
    ("levels", "way"),
    [
        (
            ["province", "city", "county", "township", "unit"],
            ["unit", "county", "city", "province"],
        ),
        (["province", "city", "county", "township"], ["township", "county", "city", "province"]),
        (["province", "city", "county", "unit"], ["unit", "county", "city", "province"]),
        (["province", "city", "unit"], ["unit", "city", "province"]),
        (["province", "unit"], ["unit", "province"]),
        (["province", "city", "county"], ["county", "city", "province"]),
        (["province"], ["province"]),
    ],
)
def test_the_way_up_leaves_townships_out(levels: list[str], way: list[str]) -> None:
    assert rules.way_up(levels, levels) == way
    assert rules.dues_level("unit") is rules.dues_level("township") is DuesLevel.GRASSROOTS


@pytest.mark.covers("MEM-02", "MEM-33")
def test_youth_and_permanent_members_owe_nothing() -> None:
    status = rules.MembershipStatus
    for kind, grade, state, owes in (
        (K.ADULT, rules.MemberGrade.ORDINARY, status.ACTIVE, True),
        (K.ADULT, rules.MemberGrade.ORDINARY, status.APPROVED, True),
        (K.ADULT, rules.MemberGrade.ORDINARY, status.ARREARS, True),
        (K.ADULT, rules.MemberGrade.ORDINARY, status.WITHDRAWN, False),
        (K.ADULT, rules.MemberGrade.PERMANENT, status.ACTIVE, False),
        (K.YOUTH, rules.MemberGrade.ORDINARY, status.ACTIVE, False),
        (K.GROUP, rules.MemberGrade.ORDINARY, status.ACTIVE, True),
    ):
        assert rules.owes_dues(kind, grade, state) is owes


@pytest.mark.covers("MEM-32")
def test_more_than_the_charge_is_a_donation_and_names_who() -> None:
    rules.check_payment(400, 1000, "甲")
    rules.check_payment(1000, 1000, "甲")
    with pytest.raises(RuleViolation) as refusal:
        rules.check_payment(1050, 1000, "甲")
    assert refusal.value.text(str) == "甲应交 10 元，多出的 0.50 元是捐赠，不是会费，请另外登记"
    for amount, due in ((0, 1000), (-5, 1000), (10, 0)):
        with pytest.raises(RuleViolation):
            rules.check_payment(amount, due, "甲")


@pytest.mark.covers("MEM-34")
def test_two_full_years_make_a_proposal_one_makes_arrears() -> None:
    for unpaid, behind, proposed in (
        ([], False, False),
        ([2026], False, False),
        ([2025], True, False),
        ([2024], True, False),
        ([2023, 2024], True, False),
        ([2024, 2025], True, True),
        ([2024, 2025, 2026], True, True),
    ):
        assert rules.is_behind(unpaid, 2026, 1) is behind
        assert rules.is_proposed(unpaid, 2026, 2) is proposed
    assert not rules.is_proposed([], 2026, 0)
    rules.check_month(date(2027, 1, 31))
    with pytest.raises(RuleViolation):
        rules.check_month(date(2027, 2, 1))
    rules.check_removable(date(2027, 1, 30), date(2027, 1, 31))
    for keep_until in (None, date(2027, 1, 31)):
        with pytest.raises(RuleViolation):
            rules.check_removable(keep_until, date(2027, 1, 31))


#: Written by hand from domain.md MEM-34 and the machine of dues items, not from the code.
PROPOSALS = {
    (P.PROPOSED, PA.NOTIFY): P.NOTICED,
    (P.PROPOSED, PA.KEEP): P.KEPT,
    (P.NOTICED, PA.KEEP): P.KEPT,
    (P.NOTICED, PA.REMOVE): P.REMOVED,
    (P.PROPOSED, PA.LAPSE): P.LAPSED,
    (P.NOTICED, PA.LAPSE): P.LAPSED,
}
REMITTANCES = {(R.SENT, RA.CONFIRM): R.CONFIRMED, (R.SENT, RA.RETURN): R.RETURNED}


@pytest.mark.covers("MEM-34", "RACE-04")
@pytest.mark.parametrize("action", list(PA))
@pytest.mark.parametrize("state", list(P))
def test_proposals_go_as_the_domain_says(
    state: rules.ProposalStatus, action: rules.ProposalAction
) -> None:
    if (state, action) in PROPOSALS:
        reached = next_state(rules.PROPOSAL_TRANSITIONS, state, action)
        assert reached is PROPOSALS[state, action]
    else:
        with pytest.raises(IllegalTransition):
            next_state(rules.PROPOSAL_TRANSITIONS, state, action)


@pytest.mark.covers("RACE-04")
@pytest.mark.parametrize("action", list(RA))
@pytest.mark.parametrize("state", list(R))
def test_remittances_are_settled_once(
    state: rules.RemittanceStatus, action: rules.RemittanceAction
) -> None:
    if (state, action) in REMITTANCES:
        reached = next_state(rules.REMITTANCE_TRANSITIONS, state, action)
        assert reached is REMITTANCES[state, action]
    else:
        with pytest.raises(IllegalTransition):
            next_state(rules.REMITTANCE_TRANSITIONS, state, action)


@pytest.mark.covers("MEM-32")
def test_money_goes_up_only_where_it_is_owed_and_held() -> None:
    assert rules.check_remittance(200, 200, 1000) == 200
    for amount, owed, cash in ((0, 200, 1000), (201, 200, 1000), (200, 200, 199), (1, -5, 1000)):
        with pytest.raises(RuleViolation):
            rules.check_remittance(amount, owed, cash)
    assert [rules.yuan(fen) for fen in (1000, 420, 5, 0, -250)] == [
        "10", "4.20", "0.05", "0", "-2.50"
    ]  # fmt: skip
