"""Life of an organization: terms, councils, quality list, groups (ORG-03, ORG-04, 10..17). Pure."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from core.rules import MISSING, N_, NN_, RuleViolation, check_line, check_list, violations
from organizations.rules.tree import OrganizationKind, OrganizationStatus

NAME_MAX, WORDS_MAX, ADDRESS_MAX, GROUP_MAX = 50, 200, 120, 60
ITEM_MAX, ITEMS_MAX = 30, 10
LEAP_MONTH, LEAP_DAY, MONTHS = 2, 29, 12
HEADS_MAX, COUNT_MAX = 9_999, 999


class TermState(StrEnum):
    """How a term stands on a day."""

    NONE = "none"
    RUNNING = "running"
    DUE = "due"
    OVERDUE = "overdue"


class LifeState(StrEnum):
    """Where a founded organization is in its life, as it is shown (ORG-17)."""

    ACTIVE = "active"
    DUE = "due"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    MERGED = "merged"
    DISSOLVED = "dissolved"


class LifeAction(StrEnum):
    """What the history of an organization keeps."""

    FOUND = "found"
    SEAT = "seat"
    RETURN = "return"
    CORRECT = "correct"
    SUSPEND = "suspend"
    RESUME = "resume"
    EDIT = "edit"


class CouncilStatus(StrEnum):
    """Whether the record of a council stands, or went back to be put right."""

    SEATED = "seated"
    RETURNED = "returned"


class CouncilAction(StrEnum):
    """What becomes of the record of a council."""

    RETURN = "return"
    CORRECT = "correct"


COUNCIL_TRANSITIONS: Mapping[tuple[CouncilStatus, CouncilAction], CouncilStatus] = {
    (CouncilStatus.SEATED, CouncilAction.RETURN): CouncilStatus.RETURNED,
    (CouncilStatus.RETURNED, CouncilAction.CORRECT): CouncilStatus.SEATED,
}

_K = OrganizationKind
#: The dated setting that tells the years of a term (decisions.md D13, ORG-10..13).
TERM_SETTINGS: Mapping[OrganizationKind, str] = {
    _K.PROVINCIAL: "organizations.term_years_province",
    _K.CITY: "organizations.term_years_city",
    _K.COUNTY: "organizations.term_years_county",
    _K.TOWNSHIP: "organizations.term_years_township",
    _K.VILLAGE: "organizations.term_years_village",
    _K.SCHOOL: "schools.term_years",
    **dict.fromkeys(
        (_K.HOSPITAL, _K.COMPANY, _K.AGENCY, _K.ASSOCIATION), "organizations.term_years_unit"
    ),
}


def term_end(starts_on: date, years: int) -> date:
    """Return the day on which a term ends: as many years later; of 29 February on the 28th."""
    day = starts_on.day
    if (starts_on.month, day) == (LEAP_MONTH, LEAP_DAY):
        day -= 1
    return starts_on.replace(year=starts_on.year + years, day=day)


def due_until(day: date, months: int) -> date:
    """Return the last day so many months ahead: of the end of a month the end of that one."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_end else min(day.day, last))


def term_state(ends_on: date | None, today: date, due_months: int) -> TermState:
    """Return how a term stands; its last day belongs to it."""
    if ends_on is None:
        return TermState.NONE
    if today > ends_on:
        return TermState.OVERDUE
    return TermState.DUE if ends_on <= due_until(today, due_months) else TermState.RUNNING


def reminder_of(ends_on: date, today: date, stages: Sequence[int]) -> int | None:
    """Return the last stage of reminders that has come, in months; 0 once the term is over."""
    if today > ends_on:
        return 0
    return min((one for one in stages if ends_on <= due_until(today, one)), default=None)


def life_state(status: OrganizationStatus, term: TermState) -> LifeState:
    """Return where an organization is: an active one is due or overdue by its term alone."""
    if status is OrganizationStatus.ACTIVE and term in {TermState.DUE, TermState.OVERDUE}:
        return LifeState(term.value)
    return LifeState(status.value)


@dataclass(frozen=True, slots=True)
class Council:
    """Who leads an organization for one term; without ``ends_on`` the term is as long as usual."""

    head: str
    starts_on: date
    ends_on: date | None = None
    honorary_heads: str = ""
    vice_heads: str = ""
    standing_directors: str = ""
    directors: str = ""
    secretary: str = ""
    supervisors: str = ""
    coordinator: str = ""

    def names(self) -> dict[str, str]:
        """Return the names by office."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if not field.name.endswith("_on")
        }


@dataclass(frozen=True, slots=True)
class Body:
    """What a council is elected for: the kind, how many members it has, the years of a term."""

    kind: OrganizationKind
    members: int
    years: int
    head_only_below: int


#: The most that may hold an office.
SEATS = {
    "head": 1,
    "honorary_heads": 5,
    "vice_heads": 10,
    "standing_directors": 15,
    "directors": 60,
    "secretary": 1,
    "supervisors": 15,
    "coordinator": 1,
}
#: What a small organization does not elect (ORG-14).
FULL_COUNCIL = ("vice_heads", "standing_directors", "directors", "supervisors")


def check_council(facts: Council, body: Body, today: date) -> Council:
    """Return the facts in canonical form, with the last day of the term.

    Few members elect a head only; a school names its secretary and its coordinator (SCH-03).
    Raises RuleViolation.
    """
    ends_on = _check_term(facts, body, today)
    told: dict[str, Any] = {
        office: _check_office(text, office, body) for office, text in facts.names().items()
    }
    return replace(facts, ends_on=ends_on, **told)


def council_mistakes(facts: Council, body: Body, today: date) -> list[RuleViolation]:
    """Return everything that ``check_council`` would refuse, one after the other."""
    offices = [partial(_check_office, text, office, body) for office, text in facts.names().items()]
    return violations(partial(_check_term, facts, body, today), *offices)


def _check_office(text: str, office: str, body: Body) -> str:
    names = _names(text, office)
    if not names and office in _needed(body):
        raise RuleViolation(office, MISSING)
    if names and office in FULL_COUNCIL and body.members < body.head_only_below:
        words = N_("不足 %(least)d 名会员的组织只选会长，这一项不用填")
        raise RuleViolation(office, words, least=body.head_only_below)
    return names


def _check_term(facts: Council, body: Body, today: date) -> date:
    """Return the last day of a term. Raises RuleViolation for one that ends before it begins."""
    if facts.starts_on > today:
        raise RuleViolation("starts_on", N_("日期不能晚于今天"))
    usual = term_end(facts.starts_on, body.years)
    ends_on = facts.ends_on or usual
    if ends_on <= facts.starts_on:
        raise RuleViolation("ends_on", N_("任期结束要晚于任期开始"))
    if ends_on > usual:
        raise RuleViolation("ends_on", NN_("任期最长 %(years)d 年"), years=body.years)
    return ends_on


def _needed(body: Body) -> Sequence[str]:
    if body.kind is OrganizationKind.SCHOOL:
        return ("head", "secretary", "coordinator")
    return ("head",) if body.members < body.head_only_below else ("head", "secretary")


def _names(text: str, office: str) -> str:
    parted = text
    for sign in "，,;；\n":
        parted = parted.replace(sign, "、")
    names = [check_line(name, office, NAME_MAX, "") for name in parted.split("、")]
    names = [name for name in names if name]
    if len(names) > SEATS[office]:
        raise RuleViolation(office, N_("最多 %(limit)d 人"), limit=SEATS[office])
    if len(set(names)) < len(names):
        raise RuleViolation(office, N_("同一个人写了两次"))
    return "、".join(names)


def seats_in(names: Mapping[str, str]) -> int:
    """Return how many seats of a council are filled; one coordinator of a school is no seat."""
    counted = (text for office, text in names.items() if office != "coordinator")
    return sum(len([name for name in text.split("、") if name.strip()]) for text in counted)


#: ORG-04, first list: what an organization is asked where the province entered no other.
DEFAULT_ITEMS = (
    N_("有热心的带头人"),
    N_("有稳定的会员和志愿者"),
    N_("有规章制度"),
    N_("有服务平台"),
    N_("有红十字活动"),
)


def check_items(text: str) -> tuple[str, ...]:
    """Return the items of a quality list, one a line. Raises RuleViolation."""
    return check_list(text, "items", ITEM_MAX, ITEMS_MAX)


def check_evidence(words: str, field: str, *, is_met: bool) -> str:
    """Return what shows that an item is there; what is there has to be shown."""
    missing = N_("请写明做了什么，例如时间、地点") if is_met else ""
    return check_line(words, field, WORDS_MAX, missing)


def check_list_year(from_year: int, this_year: int) -> int:
    """Return from which year on a quality list holds: what was asked of a past year stays."""
    if not this_year <= from_year <= this_year + 1:
        raise RuleViolation("from_year", N_("只能从今年或者明年起"))
    return from_year


@dataclass(frozen=True, slots=True)
class Group:
    """A member group: what it is called, who leads it, how many belong to it (ORG-03)."""

    name: str
    leader: str
    heads: int


#: Where member groups stand.
GROUP_KINDS = frozenset({OrganizationKind.VILLAGE, OrganizationKind.TOWNSHIP})


def check_group(facts: Group, kind: OrganizationKind) -> Group:
    """Return the facts in canonical form. Raises RuleViolation."""
    if kind not in GROUP_KINDS:
        raise RuleViolation("", N_("会员小组设在乡镇（街道）、村（社区）下面"))
    name = check_line(facts.name, "name", GROUP_MAX)
    return Group(name, check_line(facts.leader, "leader", NAME_MAX), facts.heads)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organization tells of itself."""

    phone: str = ""
    contact: str = ""
    address: str = ""
    has_party_group: bool | None = None
    party_branches: int | None = None
    rescue_teams: int | None = None


PHONE_MAX = 32


def check_profile(facts: Profile) -> Profile:
    """Return the facts in canonical form. Raises RuleViolation."""
    phone = check_line(facts.phone, "phone", PHONE_MAX, "")
    if phone and not all(sign.isdigit() or sign in "+-() ,/、转" for sign in phone):
        raise RuleViolation("phone", N_("电话只写数字，例如 0571-85000000"))
    contact = check_line(facts.contact, "contact", NAME_MAX, "")
    address = check_line(facts.address, "address", ADDRESS_MAX, "")
    return replace(facts, phone=phone, contact=contact, address=address)


def check_words(words: str) -> str:
    """Return the reason of a decision about an organization. Raises RuleViolation for none."""
    return check_line(words, "words", WORDS_MAX, N_("请写明原因"))
