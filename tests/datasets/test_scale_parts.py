"""The pieces of a load that need no database."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import CODE_ALPHABET
from datasets.scale import codes, names, tree
from datasets.scale.sizes import SIZES, scaled
from members.rules import MembershipKind, member_number
from people.rules import check_mobile, check_name, check_resident_id
from volunteers.rules import volunteer_number

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 21)
DIVISIONS = Path(__file__).resolve().parents[2] / "data" / "zhejiang_divisions.csv"


def real_counties() -> tuple[list[int], list[int]]:
    """Return the numbers of townships and villages of every county of the province."""
    towns: Counter[str] = Counter()
    villages: Counter[str] = Counter()
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            county = row["code"][:6]
            towns[county] += row["level"] == "township" and not row["name"].endswith(tree.DIRECT)
            villages[county] += row["level"] == "village"
            towns[county] += 0
    counties = [county for county in sorted(towns) if villages[county]]
    return [towns[county] for county in counties], [villages[county] for county in counties]


@pytest.mark.covers("T3")
def test_the_full_size_has_the_figures_of_the_province() -> None:
    size = SIZES["L"]
    assert (size.adults, size.volunteers, size.youth) == (680_500, 275_500, 1_748_800)
    assert size.records == 10_000_000
    townships, villages = real_counties()
    plans = tree.county_plans(size, townships, villages)
    assert len(plans) == 90
    assert sum(plan.branches for plan in plans) == 4_685
    assert sum(plan.schools for plan in plans) == 4_935
    kinds = [(plan.townships, plan.villages, plan.units, plan.branches) for plan in plans]
    assert sum(map(sum, kinds)) == 20_700
    assert all(plan.branches <= plan.schools for plan in plans)
    for plan, towns, hamlets in zip(plans, townships, villages, strict=True):
        assert plan.townships <= towns
        assert plan.villages <= hamlets


@pytest.mark.parametrize("name", ["S", "M"])
def test_smaller_sizes_have_a_few_of_each_kind_in_every_county(name: str) -> None:
    plans = tree.county_plans(SIZES[name], *real_counties())
    assert all(min(plan.villages, plan.units, plan.branches, plan.schools) for plan in plans)


@given(st.integers(0, 10**7), st.lists(st.integers(1, 1000), min_size=1, max_size=50))
def test_shares_add_up_and_follow_the_weights(total: int, weights: list[int]) -> None:
    found = tree.shares(total, weights)
    assert sum(found) == total
    for share, weight in zip(found, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < 1 + 1e-6


@given(st.integers(300, 3_000_000))
def test_kinds_of_people_add_up(people: int) -> None:
    assert scaled(people, 1).people == people


def test_codes_differ_and_have_the_shape_of_opaque_codes() -> None:
    found = list(islice(codes.long_codes(3), 200_000))
    assert len(set(found)) == len(found)
    assert found[:500] == list(islice(codes.codes(4, 3), 500))
    assert all(len(code) == 8 and set(code) <= set(CODE_ALPHABET) for code in found[:500])


def test_id_numbers_are_valid_and_differ() -> None:
    ids = codes.ResidentIds(date(2009, 1, 1), date(2019, 12, 31))
    last = SIZES["L"].youth - 1
    for number in [*range(0, 3_000, 7), last - 4_017, last]:
        text, born, sex = ids[number]
        known = check_resident_id(text, TODAY)
        assert (known.born_on.isoformat(), known.sex) == (born, sex)
    assert len({ids[number][0] for number in range(50_000)}) == 50_000


def test_phones_are_valid_and_differ() -> None:
    found = [codes.phone(number) for number in range(20_000)]
    assert len(set(found)) == len(found)
    assert all(check_mobile(phone) == phone for phone in found[:50])


def test_numbers_equal_those_of_the_product() -> None:
    members = codes.Serials("33010212026")
    volunteers = codes.Serials("33010292026")
    for serial in range(1, 2_500):
        assert members.take() == member_number("330102", MembershipKind.ADULT, 2026, serial)
        assert volunteers.take() == volunteer_number("330102", 2026, serial)


def test_names_are_such_as_the_product_takes() -> None:
    pool = names.name_pool(1, 500)
    assert len({name.name for name in pool}) == 500
    assert all(check_name(name.name) == name.name for name in pool)
    assert pool == names.name_pool(1, 500)
    assert pool != names.name_pool(2, 500)
