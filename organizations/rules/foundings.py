"""Founding an organization: application, reply, meeting (ORG-16, ORG-17; domain.md 1.2). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from core.rules import MISSING, N_, RuleViolation, check_line, check_shown, violations
from organizations.rules.tree import (
    CITY,
    COUNTY,
    PROVINCE,
    TOWNSHIP,
    OrganizationKind,
    is_grassroots,
)

WORDS_MAX, NUMBER_MAX, PERSON_MAX = 200, 60, 50
RESULT_MAX, MINUTES_MAX = 500, 2_000
PRESENT_MAX = 9_999


class FoundingStatus(StrEnum):
    """Where a founding is (domain.md ORG-17)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    FOUNDED = "founded"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class FoundingAction(StrEnum):
    """What is done with a founding."""

    APPLY = "apply"
    RETURN = "return"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    FOUND = "found"
    SEAT = "seat"


_S, _A = FoundingStatus, FoundingAction
FOUNDING_TRANSITIONS: Mapping[tuple[FoundingStatus, FoundingAction], FoundingStatus] = {
    (_S.DRAFT, _A.APPLY): _S.SUBMITTED,
    (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.RESUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.FOUND): _S.FOUNDED,
    (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.FOUNDED, _A.SEAT): _S.ACTIVE,
}
#: States in which an organization is asked for and not founded yet: one at a time.
UNDER_WAY = (_S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.APPROVED)


class VoteMethod(StrEnum):
    """How the meeting elected; a secret ballot with as many candidates as seats is usual."""

    EQUAL_BALLOT = "equal_ballot"
    BALLOT = "ballot"
    HANDS = "hands"


@dataclass(frozen=True, slots=True)
class Asking:
    """What an application tells: its day, who prepares the founding, and how."""

    applied_on: date
    contact: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply: its number and its day."""

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


def check_asking(facts: Asking, today: date) -> Asking:
    """Return the facts in canonical form. Raises RuleViolation."""
    check_past(facts.applied_on, "applied_on", today)
    contact = check_line(facts.contact, "contact", PERSON_MAX)
    return Asking(facts.applied_on, contact, check_line(facts.words, "words", WORDS_MAX, ""))


def check_reply(facts: Reply, applied_on: date, today: date) -> Reply:
    """Return the facts in canonical form. Raises RuleViolation."""
    number = check_line(facts.number, "number", NUMBER_MAX, N_("请填写批复文号"))
    check_past(facts.on, "replied_on", today)
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
    _check_held(facts, replied_on, today)
    _check_numbers(facts)
    if facts.flag_on is not None and facts.flag_on < facts.held_on:
        raise RuleViolation("flag_on", N_("授旗日期不能早于成立大会"))
    result, minutes = _check_result(facts), _check_minutes(facts)
    return Meeting(
        facts.held_on, facts.due, facts.present, facts.method, result, minutes, facts.flag_on
    )


def meeting_mistakes(facts: Meeting, replied_on: date, today: date) -> list[RuleViolation]:
    """Return everything that ``check_meeting`` would refuse of an election."""
    return violations(
        partial(_check_held, facts, replied_on, today),
        partial(_check_numbers, facts),
        partial(_check_result, facts),
        partial(_check_minutes, facts),
    )


def _check_held(facts: Meeting, replied_on: date, today: date) -> None:
    check_past(facts.held_on, "held_on", today)
    if facts.held_on < replied_on:
        raise RuleViolation("held_on", N_("先有批复才能开成立大会，日期不能早于批复"))


def _check_numbers(facts: Meeting) -> None:
    if not 1 <= facts.present <= facts.due:
        raise RuleViolation("present", N_("实到人数要在 1 和应到人数之间"))


def _check_result(facts: Meeting) -> str:
    result = " ".join(check_shown(facts.result, "result").split())
    if not result:
        raise RuleViolation("result", MISSING)
    return _check_length(result, "result", RESULT_MAX)


def _check_minutes(facts: Meeting) -> str:
    return _check_length(check_shown(facts.minutes, "minutes").strip(), "minutes", MINUTES_MAX)


def _check_length(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=most)
    return text


#: Who may reply, by level: a village asks its township or its county, all others a Red Cross of
#: county level or above (domain.md 1.2).
_OFFICES = frozenset({PROVINCE, CITY, COUNTY})


def check_decider(kind: OrganizationKind, parent_path: str, decider_path: str, level: str) -> None:
    """Raise RuleViolation where a Red Cross may not reply to an application.

    It is the one that the organization will stand under, or the next above that may.
    """
    levels = _OFFICES | {TOWNSHIP} if kind is OrganizationKind.VILLAGE else _OFFICES
    if level not in levels or not parent_path.startswith(decider_path):
        raise RuleViolation("decider", N_("这类组织不归它批复，请另选"))


def check_founded(kind: OrganizationKind) -> None:
    """Raise RuleViolation for what is no grassroots organization: those are set up by law."""
    if not is_grassroots(kind):
        raise RuleViolation("kind", N_("这里只办基层组织"))


def check_past(day: date, field: str, today: date) -> None:
    """Raise RuleViolation for a day to come."""
    if day > today:
        raise RuleViolation(field, N_("日期不能晚于今天"))
