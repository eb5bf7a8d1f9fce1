"""Venues: what they are, where they are in their life, and what is told of one (CTR-01). Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, Transitions, check_line, check_shown, typed

NAME_MAX, ADDRESS_MAX, PHONE_MAX, TEXT_MAX, NOTE_MAX, PLAQUE_MAX = 60, 120, 32, 500, 200, 40
SEATS_MAX, AREA_MAX = 99_999, 999_999
MONTHS_PER_YEAR = 12
PHONE = re.compile(r"[0-9+][0-9 -]{4,30}")


class VenueKind(StrEnum):
    """What a venue is (domain.md 5)."""

    MEMBER_SERVICE_CENTRE = "member_service_centre"
    MEMBER_HOME = "member_home"
    MEMBER_WORKSHOP = "member_workshop"
    FRATERNITY_HOME = "fraternity_home"
    SERVICE_WINDOW = "service_window"
    SERVICE_STATION = "service_station"
    TRAINING_BASE = "training_base"
    FIRST_AID_POST = "first_aid_post"
    LIFE_EDUCATION_HALL = "life_education_hall"
    MEMORIAL_PLACE = "memorial_place"
    VOLUNTEER_BASE = "volunteer_base"


class VenueStatus(StrEnum):
    """Where a venue is in its life (domain.md CTR-01)."""

    PLANNED = "planned"
    APPLIED = "applied"
    INSPECTED = "inspected"
    NAMED = "named"
    RUNNING = "running"
    REVIEW_DUE = "review_due"
    RECTIFY = "rectify"
    CLOSED = "closed"


class VenueAction(StrEnum):
    """What leads on in the life of a venue."""

    APPLY = "apply"
    RETURN = "return"
    INSPECT = "inspect"
    NAME = "name"
    OPEN = "open"
    CALL_REVIEW = "call_review"
    CONFIRM = "confirm"
    RECTIFY = "rectify"
    RENAME = "rename"
    CLOSE = "close"
    UNDO_CLOSING = "undo_closing"


class VenueLevel(StrEnum):
    """Which level of the society holds a venue for its own."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"


class Charge(StrEnum):
    """What a person is in charge of: the venue, or the workshop that bears his name."""

    KEEPER = "keeper"
    LEADER = "leader"


_S, _A = VenueStatus, VenueAction
VENUE_LIFE: Transitions[VenueStatus, VenueAction] = Transitions(
    {
        (_S.PLANNED, _A.APPLY): _S.APPLIED,
        (_S.APPLIED, _A.RETURN): _S.PLANNED,
        (_S.APPLIED, _A.INSPECT): _S.INSPECTED,
        (_S.INSPECTED, _A.RETURN): _S.PLANNED,
        (_S.INSPECTED, _A.NAME): _S.NAMED,
        (_S.NAMED, _A.OPEN): _S.RUNNING,
        (_S.RUNNING, _A.CALL_REVIEW): _S.REVIEW_DUE,
        (_S.RUNNING, _A.RENAME): _S.RUNNING,
        (_S.RUNNING, _A.CONFIRM): _S.RUNNING,
        (_S.RUNNING, _A.RECTIFY): _S.RECTIFY,
        (_S.REVIEW_DUE, _A.CONFIRM): _S.RUNNING,
        (_S.REVIEW_DUE, _A.RECTIFY): _S.RECTIFY,
        (_S.REVIEW_DUE, _A.RENAME): _S.RUNNING,
        (_S.RECTIFY, _A.CONFIRM): _S.RUNNING,
        (_S.RECTIFY, _A.RECTIFY): _S.RECTIFY,
        (_S.RECTIFY, _A.RENAME): _S.RUNNING,
        (_S.PLANNED, _A.CLOSE): _S.CLOSED,
        (_S.APPLIED, _A.CLOSE): _S.CLOSED,
        (_S.INSPECTED, _A.CLOSE): _S.CLOSED,
        (_S.NAMED, _A.CLOSE): _S.CLOSED,
        (_S.RUNNING, _A.CLOSE): _S.CLOSED,
        (_S.REVIEW_DUE, _A.CLOSE): _S.CLOSED,
        (_S.RECTIFY, _A.CLOSE): _S.CLOSED,
        #: Only where the closing of the organization was a mistake; to the state before.
        (_S.CLOSED, _A.UNDO_CLOSING): _S.RUNNING,
    }
)
#: States in which a venue bears the name, and is open to people once it runs.
BEARS_NAME = (_S.NAMED, _S.RUNNING, _S.REVIEW_DUE, _S.RECTIFY)
OPEN_TO_PEOPLE = (_S.RUNNING, _S.REVIEW_DUE, _S.RECTIFY)
#: States in which the owner still writes what the venue is to be.
BEFORE_NAMING = (_S.PLANNED,)


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """What is told of a venue; ``details`` is what only venues of its kind have."""

    name: str
    address: str
    phone: str = ""
    services: str = ""
    seats: int | None = None
    area_m2: int | None = None
    has_aed: bool = False
    has_first_aid_kit: bool = False
    level: VenueLevel | None = None
    details: Mapping[str, str] = field(default_factory=dict)


def check_facts(facts: VenueFacts) -> VenueFacts:
    """Return what is told in canonical form. Raises RuleViolation."""
    for name, number, most in (
        ("seats", facts.seats, SEATS_MAX),
        ("area_m2", facts.area_m2, AREA_MAX),
    ):
        if number is not None and not 0 <= number <= most:
            raise RuleViolation(name, N_("要在 0 到 %(limit)d 之间"), limit=most)
    return replace(
        facts,
        name=check_line(facts.name, "name", NAME_MAX),
        address=check_line(facts.address, "address", ADDRESS_MAX),
        phone=check_phone(facts.phone),
        services=check_text(facts.services, "services"),
    )


def check_phone(text: str) -> str:
    """Return a number of a desk or a mobile phone, or nothing. Raises RuleViolation."""
    phone = typed(text, "phone")
    if phone and not PHONE.fullmatch(phone):
        raise RuleViolation("phone", N_("电话只能有数字、空格和横线，如 0571-12345678"))
    return phone


def check_text(text: str, field_name: str) -> str:
    """Return some lines of text. Raises RuleViolation."""
    shown = check_shown(text, field_name).strip()
    if len(shown) > TEXT_MAX:
        raise RuleViolation(field_name, N_("最多 %(limit)d 个字"), limit=TEXT_MAX)
    return shown


def check_note(text: str, missing: str = N_("请写明原因")) -> str:
    """Return why something is done. Raises RuleViolation for no reason."""
    return check_line(text, "note", NOTE_MAX, missing)


@dataclass(frozen=True, slots=True)
class Naming:
    """The plaque that a venue gets, and the day on which it was named (授牌)."""

    plaque_number: str
    named_on: date


def check_naming(facts: Naming, not_before: date | None, today: date) -> Naming:
    """Return a naming in canonical form. Raises RuleViolation."""
    plaque = check_line(facts.plaque_number, "plaque_number", PLAQUE_MAX, N_("请填写牌匾编号"))
    check_day(facts.named_on, "named_on", not_before, today)
    return Naming(plaque, facts.named_on)


def check_day(day: date, field_name: str, not_before: date | None, today: date) -> None:
    """Raise RuleViolation for a day to come, or before what it follows."""
    if day > today:
        raise RuleViolation(field_name, N_("日期不能晚于今天"))
    if not_before is not None and day < not_before:
        raise RuleViolation(field_name, N_("日期不能早于前一步"))


def term_end(named_on: date, years: int) -> date | None:
    """Return when a name given for so many years ends, None where it has no end."""
    return months_later(named_on, years * MONTHS_PER_YEAR) if years else None


def check_ready(*, has_keeper: bool, needs_leader: bool, has_leader: bool) -> None:
    """Raise RuleViolation where nobody is validly in charge."""
    if not has_keeper:
        raise RuleViolation("", N_("没有有效负责人，请先确定负责人"))
    if needs_leader and not has_leader:
        raise RuleViolation("", N_("没有有效领办人，要重新命名或摘牌"))


def check_term(term_ends_on: date | None, today: date) -> None:
    """Raise RuleViolation once a name has run out: it is given anew."""
    if term_ends_on is not None and term_ends_on <= today:
        raise RuleViolation("", N_("命名已到期，请重新命名"))


def months_later(day: date, months: int) -> date:
    """Return the day so many months later, the last of the month where it has no such day."""
    year, month = divmod(day.year * MONTHS_PER_YEAR + day.month - 1 + months, MONTHS_PER_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
