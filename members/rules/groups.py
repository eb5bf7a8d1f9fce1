"""Group members: units that join (domain.md MEM-01, MEM-11, MEM-15, 2.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import MISSING, N_, NN_, RuleViolation, check_line, check_shown
from members.rules.arrears import is_proposed
from members.rules.memberships import (
    NUMBER_LENGTH,
    MemberGrade,
    is_member_number,
    may_be_deregistered,
)
from members.rules.search import MAX_SEARCH, MOBILE_DIGITS

MAX_UNIT_NAME, MAX_ADDRESS, MAX_PLAN, MAX_FINDINGS = 80, 120, 500, 500
MAX_PERSON_NAME, MAX_VISITORS = 50, 60
MAX_REASON = 200
MAX_STAFF = 9_999_999
MAX_FILES = 5


class GroupKind(StrEnum):
    """What kind of unit joins (domain.md MEM-01)."""

    AGENCY = "agency"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    ASSOCIATION = "association"
    OTHER = "other"


class GroupStatus(StrEnum):
    """Where a group membership is, from the draft of the form on."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VISITED = "visited"
    APPROVED = "approved"
    DUES_PENDING = "dues_pending"
    ACTIVE = "active"
    ARREARS = "arrears"
    PROPOSED = "proposed_dereg"
    LAPSED = "auto_withdrawn"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    DISSOLVED = "dissolved"


class GroupAction(StrEnum):
    """What can be done to a group membership."""

    SUBMIT = "submit"
    RETURN = "return"
    RESUBMIT = "resubmit"
    VISIT = "visit"
    APPROVE = "approve"
    UNDO_APPROVAL = "undo_approval"
    REJECT = "reject"
    CANCEL = "cancel"
    ASK_DUES = "ask_dues"
    ADMIT_FREE = "admit_free"
    RECEIVE_DUES = "receive_dues"
    REVERSE_DUES = "reverse_dues"
    FALL_BEHIND = "fall_behind"
    PROPOSE = "propose"
    KEEP = "keep"
    DEREGISTER = "deregister"
    WITHDRAW = "withdraw"
    UNDO_WITHDRAWAL = "undo_withdrawal"
    DISSOLVE = "dissolve"
    AMEND = "amend"
    REGRADE = "regrade"
    REVEAL = "reveal"


_G, _GA = GroupStatus, GroupAction

#: States of an application: before the county has decided.
GROUP_OPEN = (_G.DRAFT, _G.SUBMITTED, _G.RETURNED, _G.VISITED)
#: States in which the county has something to do.
GROUP_WAITING = (_G.SUBMITTED, _G.VISITED, _G.APPROVED)
#: States that count as being a member (MEM-03).
GROUP_LIVE = (_G.ACTIVE, _G.ARREARS, _G.PROPOSED)
#: States in which a unit owes dues for a year.
GROUP_PAYING = (_G.DUES_PENDING, *GROUP_LIVE)
#: States of which one unit has at most one anywhere: decided for, and not ended.
GROUP_HELD = (_G.APPROVED, _G.DUES_PENDING, *GROUP_LIVE)
#: States in which nothing changes any more.
GROUP_ENDED = (_G.LAPSED, _G.REJECTED, _G.CANCELLED, _G.WITHDRAWN, _G.DISSOLVED)

GROUP_TRANSITIONS: Mapping[tuple[GroupStatus, GroupAction], GroupStatus] = {
    (_G.DRAFT, _GA.SUBMIT): _G.SUBMITTED,
    (_G.SUBMITTED, _GA.VISIT): _G.VISITED,
    (_G.VISITED, _GA.APPROVE): _G.APPROVED,
    (_G.SUBMITTED, _GA.RETURN): _G.RETURNED,
    (_G.VISITED, _GA.RETURN): _G.RETURNED,
    (_G.RETURNED, _GA.RESUBMIT): _G.SUBMITTED,
    (_G.SUBMITTED, _GA.REJECT): _G.REJECTED,
    (_G.VISITED, _GA.REJECT): _G.REJECTED,
    (_G.DUES_PENDING, _GA.REJECT): _G.REJECTED,  # the dues never came
    (_G.APPROVED, _GA.UNDO_APPROVAL): _G.VISITED,
    (_G.APPROVED, _GA.ASK_DUES): _G.DUES_PENDING,
    (_G.APPROVED, _GA.ADMIT_FREE): _G.ACTIVE,  # the tariff asks its band for nothing
    (_G.DUES_PENDING, _GA.RECEIVE_DUES): _G.ACTIVE,
    (_G.ACTIVE, _GA.RECEIVE_DUES): _G.ACTIVE,  # those of another year
    (_G.ARREARS, _GA.RECEIVE_DUES): _G.ACTIVE,
    (_G.PROPOSED, _GA.RECEIVE_DUES): _G.ACTIVE,
    (_G.ACTIVE, _GA.REVERSE_DUES): _G.DUES_PENDING,  # no payment of it stands any more
    (_G.ACTIVE, _GA.FALL_BEHIND): _G.ARREARS,
    (_G.ARREARS, _GA.PROPOSE): _G.PROPOSED,
    (_G.PROPOSED, _GA.KEEP): _G.ARREARS,
    (_G.PROPOSED, _GA.DEREGISTER): _G.LAPSED,
    (_G.WITHDRAWN, _GA.UNDO_WITHDRAWAL): _G.ACTIVE,  # or what it was before
    **{(one, _GA.CANCEL): _G.CANCELLED for one in (*GROUP_OPEN, _G.APPROVED, _G.DUES_PENDING)},
    **{(one, _GA.WITHDRAW): _G.WITHDRAWN for one in GROUP_LIVE},
    **{(one, _GA.DISSOLVE): _G.DISSOLVED for one in GROUP_LIVE},
    **{(one, _GA.AMEND): one for one in (_G.DRAFT, _G.RETURNED, _G.ACTIVE, _G.ARREARS)},
    **{(one, _GA.REGRADE): one for one in GROUP_LIVE},
    **{(one, _GA.REVEAL): one for one in GroupStatus if one not in GROUP_ENDED},
}

#: Acts that need a reason in words; whom it concerns can read it.
WITH_REASON = (
    _GA.RETURN,
    _GA.REJECT,
    _GA.CANCEL,
    _GA.FALL_BEHIND,
    _GA.PROPOSE,
    _GA.KEEP,
    _GA.DEREGISTER,
    _GA.WITHDRAW,
    _GA.DISSOLVE,
)


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What the form of a unit tells (MEM-15)."""

    name: str
    credit_code: str
    kind: GroupKind
    staff: int
    representative: str
    contact_name: str
    contact_phone: str
    address: str
    plan: str


def check_facts(facts: GroupFacts) -> GroupFacts:
    """Return the facts in canonical form; code and phone are checked by who knows their form.

    Raises RuleViolation for the first that is wrong.
    """
    return GroupFacts(
        name=check_unit_name(facts.name),
        credit_code=facts.credit_code,
        kind=facts.kind,
        staff=check_staff(facts.staff),
        representative=check_line(facts.representative, "representative", MAX_PERSON_NAME),
        contact_name=check_line(facts.contact_name, "contact_name", MAX_PERSON_NAME),
        contact_phone=facts.contact_phone,
        address=check_line(facts.address, "address", MAX_ADDRESS),
        plan=check_words(facts.plan, "plan", MAX_PLAN),
    )


def check_unit_name(text: str) -> str:
    """Return the name of a unit; RuleViolation for none or one that is too long."""
    return check_line(text, "name", MAX_UNIT_NAME)


def check_staff(count: int) -> int:
    """Return the number of staff; RuleViolation below one or above what any unit has."""
    if not 1 <= count <= MAX_STAFF:
        raise RuleViolation("staff", N_("职工人数要在 1 到 %(high)d 之间"), high=MAX_STAFF)
    return count


def check_words(text: str, field: str, limit: int) -> str:
    """Return words of several lines that must be told, trimmed. Raises RuleViolation."""
    words = check_shown(text.strip(), field)
    if not words:
        raise RuleViolation(field, MISSING)
    if len(words) > limit:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=limit)
    return words


def check_group_reason(text: str) -> str:
    """Return why a county acts, in words. Raises RuleViolation for none."""
    return check_words(text, "note", MAX_REASON)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looked into a unit, when, and what was found (MEM-11)."""

    visitors: str
    visited_on: date
    findings: str


def check_visit(visit: Visit, today: date) -> Visit:
    """Return a visit in canonical form. Raises RuleViolation; nobody visits tomorrow."""
    if visit.visited_on > today:
        raise RuleViolation("visited_on", N_("日期不能晚于今天"))
    return Visit(
        check_line(visit.visitors, "visitors", MAX_VISITORS),
        visit.visited_on,
        check_words(visit.findings, "findings", MAX_FINDINGS),
    )


def check_dues_day(paid_on: date, approved_on: date | None) -> date:
    """Return the day on which dues came. Raises RuleViolation before the county had decided."""
    if approved_on is not None and paid_on < approved_on:
        raise RuleViolation("paid_on", N_("收会费的日期不能早于批准的日期"))
    return paid_on


def check_proposable(grade: MemberGrade, unpaid: Collection[int], today: date, years: int) -> None:
    """Raise RuleViolation where a unit must not be proposed for deregistration.

    Permanent members never are; others after so many full calendar years without dues (2.3,
    MEM-34).
    """
    if not may_be_deregistered(grade):
        raise RuleViolation("", N_("永久会员不列入注销"))
    if not is_proposed(unpaid, today.year, years):
        raise RuleViolation("", NN_("满 %(years)d 个整年没交会费，才能拟注销"), years=years)


def check_undo_day(undo_until: date | None, today: date) -> None:
    """Raise RuleViolation after the last day to undo a withdrawal, or where there is none."""
    if undo_until is None or today > undo_until:
        raise RuleViolation("", N_("已过可以撤销的日子。想回来，可以重新申请入会"))


class GroupSearchKind(StrEnum):
    """By what a group member is looked for."""

    WORDS = "words"
    CREDIT_CODE = "credit_code"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class GroupSearch:
    """A search text in the form that its column is compared with."""

    kind: GroupSearchKind
    text: str


def read_group_search(text: str, *, is_credit_code: bool) -> GroupSearch | None:
    """Return what a search text asks for; nothing for an empty one."""
    words = "".join(text.split()).casefold()[:MAX_SEARCH]
    if not words:
        return None
    code = words.upper()
    if is_member_number(code):
        return GroupSearch(GroupSearchKind.NUMBER, code)
    if is_credit_code:
        return GroupSearch(GroupSearchKind.CREDIT_CODE, code)
    return GroupSearch(GroupSearchKind.WORDS, words)


def group_search_tells_too_much(text: str, *, is_credit_code: bool) -> bool:
    """Return whether a search text may hold a whole phone or ID number (PRV-07).

    An ID number has digits only before its last sign, and the century of a birth year where a
    credit code has a region; a member number has its year elsewhere.
    """
    plain = "".join(text.split())
    if sum(sign.isdigit() for sign in plain) < MOBILE_DIGITS:
        return False
    if is_member_number(plain.upper()) and plain[7:9] in {"19", "20"}:
        return False
    if len(plain) == NUMBER_LENGTH and not plain[:-1].isdigit():
        return False
    return not is_credit_code or plain[6:8] in {"19", "20"}
