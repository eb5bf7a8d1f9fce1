"""Who may give which post where, which gifts need a second person, what combines badly. Pure.

Roles, levels and rights are named by their codes: this room knows the table of rights only as
what it is given (core.access.permissions).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, Transitions, check_line

REASON_MAX = 100

#: How high a post stands: nobody gives one that is as high as his own (security.md AZ-09).
RANKS: Mapping[tuple[str, str], int] = {
    ("officer", "province"): 50,
    ("supervisor", "province"): 50,
    ("operator", "province"): 50,
    ("privacy_officer", "province"): 50,
    ("officer", "city"): 40,
    ("supervisor", "city"): 40,
    ("privacy_officer", "city"): 40,
    ("officer", "county"): 30,
    ("supervisor", "county"): 30,
    ("privacy_officer", "county"): 30,
    ("secretary", "township"): 20,
    ("team_leader", "township"): 15,
    ("secretary", "unit"): 10,
    ("coordinator", "unit"): 10,
    ("team_leader", "unit"): 5,
}
PROVINCE = 50
_ANY = frozenset(
    {"secretary", "coordinator", "officer", "supervisor", "team_leader", "privacy_officer"}
)
#: Which roles a post may give at all, at its own organization and under it.
GIVES: Mapping[tuple[str, str], frozenset[str]] = {
    ("officer", "province"): _ANY | {"operator"},
    ("officer", "city"): _ANY,
    ("officer", "county"): _ANY,
    ("secretary", "township"): frozenset({"team_leader"}),
    ("secretary", "unit"): frozenset({"team_leader"}),
    ("coordinator", "unit"): frozenset({"team_leader"}),
}
HIGH_LEVELS = frozenset({"province", "city", "county"})
#: Rights to people's data or over others' files: who gets one is looked at by two.
GRAVE_RIGHTS = frozenset(
    {"people:reveal", "people:merge", "members:export", "exports:approve", "pupils:approve"}
)


class Relation(StrEnum):
    """Where the post would stand, seen from the giver's own."""

    HERE = "here"
    BELOW = "below"
    OUTSIDE = "outside"


class Verdict(StrEnum):
    """What the lattice says."""

    REFUSED = "refused"
    ALONE = "alone"
    WITH_SECOND = "with_second"


def verdict(
    giver: tuple[str, str],
    target: tuple[str, str],
    relation: Relation,
    rights: Collection[str],
    *,
    is_own: bool = False,
) -> Verdict:
    """Return whether a post may give another, and whether somebody has to second it.

    ``rights`` are what the target post may do; ``is_own`` says that giver and receiver are one.
    """
    low, high = RANKS.get(target), RANKS.get(giver)
    if is_own or low is None or high is None or target[0] not in GIVES.get(giver, frozenset()):
        return Verdict.REFUSED
    if relation is Relation.OUTSIDE or (low >= high and high != PROVINCE):
        return Verdict.REFUSED
    needs = target[1] in HIGH_LEVELS or bool(GRAVE_RIGHTS & set(rights))
    return Verdict.WITH_SECOND if needs else Verdict.ALONE


def relation_of(giver_path: str, target_path: str) -> Relation:
    """Return where an organization stands, seen from another."""
    if giver_path == target_path:
        return Relation.HERE
    return Relation.BELOW if target_path.startswith(giver_path) else Relation.OUTSIDE


# ---------------------------------------------------------------------------------- lifecycle


class GrantStatus(StrEnum):
    """Where a post that somebody wants to give is on its way."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    VOIDED = "voided"


class GrantAction(StrEnum):
    """What can be done to it."""

    PROPOSE = "propose"
    SECOND = "second"
    REFUSE = "refuse"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    VOID = "void"


_S, _A = GrantStatus, GrantAction
GRANT_TRANSITIONS = Transitions(
    {
        (_S.PROPOSED, _A.SECOND): _S.OFFERED,
        (_S.PROPOSED, _A.REFUSE): _S.REFUSED,
        (_S.PROPOSED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.PROPOSED, _A.LAPSE): _S.LAPSED,
        (_S.PROPOSED, _A.VOID): _S.VOIDED,
        (_S.OFFERED, _A.ACCEPT): _S.ACCEPTED,
        (_S.OFFERED, _A.DECLINE): _S.DECLINED,
        (_S.OFFERED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.OFFERED, _A.LAPSE): _S.LAPSED,
        (_S.OFFERED, _A.VOID): _S.VOIDED,
    }
)
OPEN_GRANTS = (GrantStatus.PROPOSED, GrantStatus.OFFERED)


# ------------------------------------------------------------------------------------- checks


def check_span(starts_on: date, ends_on: date, today: date, last: date) -> None:
    """Raise RuleViolation for days that a post may not begin or end on.

    ``last`` is the last day that the longest term allows.
    """
    if starts_on < today:
        raise RuleViolation("starts_on", N_("开始日期不能早于今天"))
    if ends_on < starts_on:
        raise RuleViolation("ends_on", N_("结束日期不能早于开始日期"))
    if ends_on > last:
        raise RuleViolation("ends_on", N_("任期太长，最晚到 %(day)s"), day=last.isoformat())


def check_reason(text: str, field: str = "reason") -> str:
    """Return one line that says why. Raises RuleViolation."""
    return check_line(text, field, REASON_MAX, N_("请写明原因"))


def check_seconder(user_id: int | None, first_id: int | None, receiver_id: int) -> None:
    """Raise RuleViolation where the second person is the first one, or who receives the post."""
    if user_id is None or user_id == first_id:
        raise RuleViolation("", N_("要由另一个人同意，提出的人不能自己同意"))
    if user_id == receiver_id:
        raise RuleViolation("", N_("不能同意给自己的授权"))


# ------------------------------------------------------------------------------------ dangers


class Danger(StrEnum):
    """Why two posts in one hand are dangerous."""

    ENTERS_AND_SECONDS = "enters_and_seconds"
    RECORDS_AND_SUPERVISES = "records_and_supervises"
    LEADS_AND_CONFIRMS = "leads_and_confirms"
    ADMITS_AND_FILES = "admits_and_files"
    TAKES_AND_APPROVES = "takes_and_approves"
    EXPELS_AND_HEARS = "expels_and_hears"
    RUNS_AND_REVEALS = "runs_and_reveals"
    LOOKS_AND_ALLOWS = "looks_and_allows"


@dataclass(frozen=True, slots=True)
class Duty:
    """One post as the table of dangers sees it."""

    role: str
    path: str
    rights: frozenset[str]

    def has(self, what: str) -> bool:
        return what == self.role or what in self.rights


#: danger -> what the one post has, what the other has, whether they must stand on one line.
DANGERS: Mapping[Danger, tuple[str, str, bool]] = {
    Danger.ENTERS_AND_SECONDS: ("hours:enter", "hours:second", True),
    Danger.RECORDS_AND_SUPERVISES: ("dues:record", "supervisor", True),
    Danger.LEADS_AND_CONFIRMS: ("team_leader", "hours:confirm", True),
    Danger.ADMITS_AND_FILES: ("applications:decide", "filings:decide", True),
    Danger.TAKES_AND_APPROVES: ("members:export", "exports:approve", True),
    Danger.EXPELS_AND_HEARS: ("expulsions:propose", "expulsions:appeal", True),
    Danger.RUNS_AND_REVEALS: ("operator", "people:reveal", False),
    Danger.LOOKS_AND_ALLOWS: ("pupils:keep", "pupils:approve", True),
}


def dangers_between(one: Duty, other: Duty) -> list[Danger]:
    """Return why it is dangerous that one person holds both posts."""
    on_one_line = one.path.startswith(other.path) or other.path.startswith(one.path)
    return [
        danger
        for danger, (first, second, must_meet) in DANGERS.items()
        if (on_one_line or not must_meet)
        and ((one.has(first) and other.has(second)) or (other.has(first) and one.has(second)))
    ]


def dangers_of(duty: Duty, held: Iterable[Duty]) -> list[Danger]:
    """Return why a post is dangerous in the hand of who holds others, each reason once."""
    found = {danger for other in held for danger in dangers_between(duty, other)}
    return [danger for danger in DANGERS if danger in found]
