"""Founding a school's branch: application, reply, meeting, council (ORG-16, ORG-17). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import MISSING, N_, RuleViolation, check_line, check_shown

WORDS_MAX, NUMBER_MAX, PERSON_MAX = 200, 60, 50
RESULT_MAX, MINUTES_MAX = 500, 2_000
VICE_HEADS_MAX, PRESENT_MAX = 10, 9_999
LEAP_MONTH, LEAP_DAY = 2, 29


class FoundingStatus(StrEnum):
    """Where the founding of a branch is (domain.md ORG-17)."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    FOUNDED = "founded"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class FoundingAction(StrEnum):
    """What the county records of a founding."""

    RETURN = "return"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    FOUND = "found"
    SEAT = "seat"


_S, _A = FoundingStatus, FoundingAction
FOUNDING_TRANSITIONS: Mapping[tuple[FoundingStatus, FoundingAction], FoundingStatus] = {
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.RESUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.FOUND): _S.FOUNDED,
    (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.FOUNDED, _A.SEAT): _S.ACTIVE,
}
#: States in which a branch is asked for and not founded yet: one at a time at a school.
UNDER_WAY = (_S.SUBMITTED, _S.RETURNED, _S.APPROVED)


class VoteMethod(StrEnum):
    """How the meeting elected; a secret ballot with as many candidates as seats is usual."""

    EQUAL_BALLOT = "equal_ballot"
    BALLOT = "ballot"
    HANDS = "hands"


@dataclass(frozen=True, slots=True)
class Asking:
    """What a school's application tells: its day, who prepares the founding, and how."""

    applied_on: date
    contact: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The county's reply: its number and its day."""

    number: str
    on: date


@dataclass(frozen=True, slots=True)
class Meeting:
    """The record of a founding meeting (ORG-16); the flag may be handed over on another day."""

    held_on: date
    due: int
    present: int
    method: VoteMethod
    result: str
    minutes: str = ""
    flag_on: date | None = None


@dataclass(frozen=True, slots=True)
class Council:
    """Who leads a branch for one term: the principal is the head (SCH-03)."""

    head: str
    vice_heads: str
    secretary: str
    coordinator: str
    starts_on: date


def check_asking(facts: Asking, today: date) -> Asking:
    """Return the facts in canonical form. Raises RuleViolation."""
    _check_past(facts.applied_on, "applied_on", today)
    contact = check_line(facts.contact, "contact", PERSON_MAX)
    return Asking(facts.applied_on, contact, check_line(facts.words, "words", WORDS_MAX, ""))


def check_reply(facts: Reply, applied_on: date, today: date) -> Reply:
    """Return the facts in canonical form. Raises RuleViolation."""
    number = check_line(facts.number, "number", NUMBER_MAX, N_("请填写批复文号"))
    _check_past(facts.on, "replied_on", today)
    if facts.on < applied_on:
        raise RuleViolation("replied_on", N_("批复日期不能早于申请日期"))
    return Reply(number, facts.on)


def check_return(words: str) -> str:
    """Return why an application goes back. Raises RuleViolation for no reason."""
    return check_line(words, "note", WORDS_MAX, N_("请写明退回原因"))


def check_meeting(facts: Meeting, replied_on: date, today: date) -> Meeting:
    """Return the facts in canonical form; the reply comes before the meeting (ORG-16).

    Raises RuleViolation.
    """
    _check_past(facts.held_on, "held_on", today)
    if facts.held_on < replied_on:
        raise RuleViolation("held_on", N_("先有批复才能开成立大会，日期不能早于批复"))
    if not 1 <= facts.present <= facts.due:
        raise RuleViolation("present", N_("实到人数要在 1 和应到人数之间"))
    if facts.flag_on is not None and facts.flag_on < facts.held_on:
        raise RuleViolation("flag_on", N_("授旗日期不能早于成立大会"))
    result = " ".join(check_shown(facts.result, "result").split())
    minutes = check_shown(facts.minutes, "minutes").strip()
    if not result:
        raise RuleViolation("result", MISSING)
    for field, text, most in (
        ("result", result, RESULT_MAX),
        ("minutes", minutes, MINUTES_MAX),
    ):
        if len(text) > most:
            raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=most)
    return Meeting(
        facts.held_on, facts.due, facts.present, facts.method, result, minutes, facts.flag_on
    )


def check_council(facts: Council, today: date) -> Council:
    """Return the facts in canonical form. Raises RuleViolation."""
    _check_past(facts.starts_on, "starts_on", today)
    names = facts.vice_heads.replace("，", "、").replace(",", "、").replace("\n", "、").split("、")
    vices = [check_line(name, "vice_heads", PERSON_MAX, "") for name in names]
    vices = [name for name in vices if name]
    if len(vices) > VICE_HEADS_MAX:
        raise RuleViolation("vice_heads", N_("副会长最多 %(limit)d 人"), limit=VICE_HEADS_MAX)
    return Council(
        check_line(facts.head, "head", PERSON_MAX),
        "、".join(vices),
        check_line(facts.secretary, "secretary", PERSON_MAX),
        check_line(facts.coordinator, "coordinator", PERSON_MAX),
        facts.starts_on,
    )


def term_end(starts_on: date, years: int) -> date:
    """Return the day on which a term ends: as many years later; of 29 February on the 28th."""
    day = starts_on.day
    if (starts_on.month, day) == (LEAP_MONTH, LEAP_DAY):
        day -= 1
    return starts_on.replace(year=starts_on.year + years, day=day)


def _check_past(day: date, field: str, today: date) -> None:
    if day > today:
        raise RuleViolation(field, N_("日期不能晚于今天"))
