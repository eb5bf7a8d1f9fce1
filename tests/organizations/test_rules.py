"""Which organization may stand where, and what its names and paths say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleViolation
from organizations import rules
from organizations.rules import Discretion, Measure, OrganizationKind

pytestmark = pytest.mark.pure

KINDS = list(OrganizationKind)
LEVELS = ["province", "city", "county", "township", "unit"]

ALLOWED = {
    ("city", "province"),
    ("county", "city"),
    ("township", "county"),
    ("village", "county"),
    ("village", "township"),
    *(
        (kind, level)
        for kind in ("school", "hospital", "company", "agency", "association")
        for level in ("province", "city", "county", "township")
    ),
}


@pytest.mark.covers("ORG-05", "ORG-06")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_pair_of_kind_and_parent_is_decided(kind: OrganizationKind, level: str) -> None:
    if (kind.value, level) in ALLOWED:
        rules.check_parent(kind, level)
        return
    with pytest.raises(RuleViolation, match="不能设在"):
        rules.check_parent(kind, level)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_province_has_no_parent(kind: OrganizationKind) -> None:
    if kind is OrganizationKind.PROVINCIAL:
        rules.check_parent(kind, None)
        return
    with pytest.raises(RuleViolation):
        rules.check_parent(kind, None)


ids = st.lists(st.integers(1, 10**9), min_size=1, max_size=6)


@given(ids, ids)
def test_the_range_of_a_path_holds_exactly_the_subtree(one: list[int], other: list[int]) -> None:
    path, candidate = ("".join(f"{number}/" for number in part) for part in (one, other))
    low, high = rules.subtree_range(path)
    inside = low.encode() <= candidate.encode() < high.encode()
    assert inside == candidate.startswith(path)
    assert rules.ids_of_path(path) == one


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("北山社区红十字会", ["北山社区"]),
        ("  北山  上城 ", ["北山", "上城"]),
        ("ＢＳＳＱ", ["bssq"]),
        ("红十字会", [""]),
        ("", []),
    ],
)
def test_what_is_searched_for(text: str, words: list[str]) -> None:
    assert rules.search_words(text) == words


@pytest.mark.parametrize("name", ["", " ", "会", "x" * 121, "上城\u202e区", "上城\n\x00区"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(RuleViolation):
        rules.check_name(name)


@pytest.mark.covers("AZ-07")
@pytest.mark.parametrize(
    ("measure", "value", "organization", "sees_names", "hidden"),
    [
        (Measure.YOUTH_MEMBERS, 4, 2, True, True),
        (Measure.YOUTH_MEMBERS, 5, 2, True, False),
        (Measure.YOUTH_MEMBERS, 0, 2, False, False),
        (Measure.YOUTH_MEMBERS, 4, 1, False, False),
        (Measure.ADULT_MEMBERS, 4, 2, True, False),
        (Measure.ADULT_MEMBERS, 4, 2, False, True),
        (Measure.VOLUNTEERS, 1, 2, False, True),
        (Measure.NEW_MEMBERS, 3, 2, True, True),
        (Measure.ORGANIZATIONS, 1, 2, False, False),
        (Measure.CONFIRMED_MINUTES, 3, 2, False, True),
    ],
)
def test_small_groups_are_hidden_from_those_who_may_not_know_the_names(
    measure: Measure, value: int, organization: int, sees_names: bool, hidden: bool
) -> None:
    discretion = Discretion(floor=5, own_id=1, sees_names=sees_names)
    assert discretion.hides(organization, measure, value) is hidden


@pytest.mark.parametrize(
    "lines",
    [
        [{"code": "33", "parent_code": "", "level": "province", "kind": "", "name": "测试省"}],
        [
            {
                "code": "330100000000",
                "parent_code": "330000000000",
                "level": "city",
                "kind": "",
                "name": "测试市",
            }
        ],
    ],
    ids=["short code", "parent missing"],
)
def test_a_table_of_divisions_that_is_wrong_is_refused(lines: list[dict[str, str]]) -> None:
    with pytest.raises(RuleViolation):
        list(rules.read_divisions(lines))
