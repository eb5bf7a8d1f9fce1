"""The grant lattice, written by hand from domain.md 1.4 and AZ-09 - not from the code."""

from __future__ import annotations

import pytest

from accounts.rules.grants import (
    DANGERS,
    Danger,
    Duty,
    Relation,
    Verdict,
    dangers_between,
    verdict,
)
from core.access.rights import RIGHTS, rights_of

COUNTY_AND_BELOW = (
    "officer county, supervisor county, privacy_officer county, "
    "secretary township, secretary unit, coordinator unit"
)
#: Who may give what inside his own tree: giver -> with a second person, then alone.
ALLOWED: dict[str, tuple[str, str]] = {
    "officer province": (
        "officer province, supervisor province, operator province, privacy_officer province, "
        "officer city, supervisor city, privacy_officer city, " + COUNTY_AND_BELOW,
        "team_leader township, team_leader unit",
    ),
    "officer city": (
        COUNTY_AND_BELOW,
        "team_leader township, team_leader unit",
    ),
    "officer county": (
        "secretary township, secretary unit, coordinator unit",
        "team_leader township, team_leader unit",
    ),
    "secretary township": ("", "team_leader township, team_leader unit"),
    "secretary unit": ("", "team_leader unit"),
    "coordinator unit": ("", "team_leader unit"),
    "team_leader township": ("", ""),
    "team_leader unit": ("", ""),
    "supervisor county": ("", ""),
    "supervisor city": ("", ""),
    "supervisor province": ("", ""),
    "operator province": ("", ""),
    "privacy_officer county": ("", ""),
    "privacy_officer city": ("", ""),
    "privacy_officer province": ("", ""),
}


def split(text: str) -> set[str]:
    return {one.strip() for one in text.split(",") if one.strip()}


@pytest.mark.covers("AZ-09", "S50")
def test_every_triple_of_giver_target_and_place() -> None:
    pairs = {f"{role} {level}": (role, level) for role, level in RIGHTS}
    assert set(ALLOWED) == set(pairs)
    asked = refused = 0
    for giver, (seconded, alone) in ALLOWED.items():
        for target, (role, level) in pairs.items():
            for relation in Relation:
                for is_own in (False, True):
                    rights = [str(right) for right in RIGHTS[role, level]]
                    found = verdict(pairs[giver], (role, level), relation, rights, is_own=is_own)
                    expected = Verdict.REFUSED
                    if not is_own and relation is not Relation.OUTSIDE:
                        expected = (
                            Verdict.WITH_SECOND
                            if target in split(seconded)
                            else Verdict.ALONE
                            if target in split(alone)
                            else Verdict.REFUSED
                        )
                    assert found is expected, (giver, target, relation, is_own)
                    asked += 1
                    refused += found is Verdict.REFUSED
    assert asked == 15 * 15 * 3 * 2
    assert refused > asked * 0.6


#: danger -> two posts that bring it about, written by hand.
COMBINED: dict[Danger, tuple[str, str]] = {
    Danger.ENTERS_AND_SECONDS: ("secretary unit", "officer city"),
    Danger.RECORDS_AND_SUPERVISES: ("officer county", "supervisor county"),
    Danger.LEADS_AND_CONFIRMS: ("team_leader unit", "secretary unit"),
    Danger.ADMITS_AND_FILES: ("secretary unit", "officer county"),
    Danger.TAKES_AND_APPROVES: ("secretary unit", "officer city"),
    Danger.EXPELS_AND_HEARS: ("officer county", "officer city"),
    Danger.RUNS_AND_REVEALS: ("operator province", "officer county"),
    Danger.LOOKS_AND_ALLOWS: ("coordinator unit", "officer county"),
}


def duty(pair: str, path: str) -> Duty:
    role, level = pair.split()
    found = next(key for key in RIGHTS if (key[0].value, key[1].value) == (role, level))
    return Duty(role, path, frozenset(map(str, rights_of(*found))))


@pytest.mark.covers("AZ-09")
def test_every_danger_is_told_on_one_line_of_the_tree_only() -> None:
    assert set(COMBINED) == set(DANGERS)
    for danger, (one, other) in COMBINED.items():
        above, below, beside = duty(other, "1/2/"), duty(one, "1/2/3/"), duty(one, "1/9/")
        assert danger in dangers_between(below, above), danger
        assert danger in dangers_between(above, below), danger
        assert (danger in dangers_between(beside, above)) is (danger is Danger.RUNS_AND_REVEALS)
    assert dangers_between(duty("secretary unit", "1/2/"), duty("secretary unit", "1/3/")) == []
