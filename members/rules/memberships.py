"""Memberships: kinds, states, and the member number (domain.md 2.1, 2.4, MEM-18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown


class MembershipKind(StrEnum):
    """Mutually exclusive classes of members (domain.md MEM-03)."""

    ADULT = "adult"
    YOUTH = "youth"
    GROUP = "group"


class MemberGrade(StrEnum):
    """Grades by dues and duty, of persons and of units (domain.md MEM-02)."""

    ORDINARY = "ordinary"
    SPECIAL = "special"
    PERMANENT = "permanent"


class MembershipStatus(StrEnum):
    """Where a membership is; it counts from the branch's approval on."""

    APPROVED = "approved"
    FILING_RETURNED = "filing_returned"
    ACTIVE = "active"
    ARREARS = "arrears"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    REVOKED = "revoked"
    AUTO_WITHDRAWN = "auto_withdrawn"
    EXPULSION_PROPOSED = "expulsion_proposed"
    EXPELLED = "expelled"
    DECEASED = "deceased"
    PENDING_TRANSFER = "pending_transfer"
    LAPSED = "lapsed"


class MembershipAction(StrEnum):
    """What can be done to a membership."""

    FILE = "file"
    RETURN_FILING = "return_filing"
    REFILE = "refile"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
    UNDO_WITHDRAWAL = "undo_withdrawal"
    TRANSFER = "transfer"
    FALL_BEHIND = "fall_behind"
    CATCH_UP = "catch_up"
    AUTO_WITHDRAW = "auto_withdraw"
    REGRADE = "regrade"
    PROPOSE_EXPULSION = "propose_expulsion"
    CLEAR = "clear"
    EXPEL = "expel"
    OVERTURN = "overturn"
    DIE = "die"
    UNDO_DEATH = "undo_death"
    RESETTLE = "resettle"
    AWAIT_TRANSFER = "await_transfer"
    UNDO_CLOSING = "undo_closing"
    LAPSE = "lapse"
    MERGE = "merge"
    UNDO_MERGE = "undo_merge"
    CONVERT = "convert"


_M, _MA = MembershipStatus, MembershipAction

#: States in which a grade can be changed.
GRADED = (_M.APPROVED, _M.FILING_RETURNED, _M.ACTIVE, _M.ARREARS)

MEMBERSHIP_TRANSITIONS: Mapping[tuple[MembershipStatus, MembershipAction], MembershipStatus] = {
    (_M.APPROVED, _MA.FILE): _M.ACTIVE,
    (_M.APPROVED, _MA.RETURN_FILING): _M.FILING_RETURNED,
    (_M.FILING_RETURNED, _MA.REFILE): _M.APPROVED,
    (_M.APPROVED, _MA.REVOKE): _M.REVOKED,
    (_M.FILING_RETURNED, _MA.REVOKE): _M.REVOKED,
    (_M.APPROVED, _MA.WITHDRAW): _M.WITHDRAWN,
    (_M.FILING_RETURNED, _MA.WITHDRAW): _M.WITHDRAWN,
    (_M.ACTIVE, _MA.WITHDRAW): _M.WITHDRAWN,
    (_M.ARREARS, _MA.WITHDRAW): _M.WITHDRAWN,
    (_M.ACTIVE, _MA.TRANSFER): _M.APPROVED,  # the new county files it
    (_M.ARREARS, _MA.TRANSFER): _M.APPROVED,  # the unpaid dues go along
    (_M.ACTIVE, _MA.FALL_BEHIND): _M.ARREARS,
    (_M.ARREARS, _MA.CATCH_UP): _M.ACTIVE,
    (_M.ARREARS, _MA.AUTO_WITHDRAW): _M.AUTO_WITHDRAWN,  # after notice, by the grassroots (MEM-34)
    (_M.WITHDRAWN, _MA.UNDO_WITHDRAWAL): _M.ACTIVE,  # or what it was before, see Withdrawal
    **{(one, _MA.REGRADE): one for one in GRADED},
    # An expulsion: the member keeps the rights, and may leave, until it takes effect (MEM-44).
    (_M.ACTIVE, _MA.PROPOSE_EXPULSION): _M.EXPULSION_PROPOSED,
    (_M.ARREARS, _MA.PROPOSE_EXPULSION): _M.EXPULSION_PROPOSED,
    (_M.EXPULSION_PROPOSED, _MA.CLEAR): _M.ACTIVE,  # or what it was before, see Expulsion
    (_M.EXPULSION_PROPOSED, _MA.WITHDRAW): _M.WITHDRAWN,
    (_M.EXPULSION_PROPOSED, _MA.EXPEL): _M.EXPELLED,
    (_M.EXPELLED, _MA.OVERTURN): _M.ACTIVE,  # or what it was before
    # A closed organization: along to another one, or waiting at the county (MEM-41, MEM-45).
    (_M.APPROVED, _MA.RESETTLE): _M.APPROVED,
    (_M.FILING_RETURNED, _MA.RESETTLE): _M.FILING_RETURNED,
    (_M.ACTIVE, _MA.RESETTLE): _M.ACTIVE,
    (_M.ARREARS, _MA.RESETTLE): _M.ARREARS,
    (_M.PENDING_TRANSFER, _MA.RESETTLE): _M.ACTIVE,  # or what it was before, see Resettlement
    (_M.APPROVED, _MA.AWAIT_TRANSFER): _M.PENDING_TRANSFER,
    (_M.FILING_RETURNED, _MA.AWAIT_TRANSFER): _M.PENDING_TRANSFER,
    (_M.ACTIVE, _MA.AWAIT_TRANSFER): _M.PENDING_TRANSFER,
    (_M.ARREARS, _MA.AWAIT_TRANSFER): _M.PENDING_TRANSFER,
    (_M.APPROVED, _MA.UNDO_CLOSING): _M.APPROVED,
    (_M.FILING_RETURNED, _MA.UNDO_CLOSING): _M.FILING_RETURNED,
    (_M.ACTIVE, _MA.UNDO_CLOSING): _M.ACTIVE,
    (_M.ARREARS, _MA.UNDO_CLOSING): _M.ARREARS,
    (_M.PENDING_TRANSFER, _MA.UNDO_CLOSING): _M.ACTIVE,  # or what it was before
    (_M.PENDING_TRANSFER, _MA.TRANSFER): _M.APPROVED,
    (_M.PENDING_TRANSFER, _MA.WITHDRAW): _M.WITHDRAWN,
    (_M.PENDING_TRANSFER, _MA.LAPSE): _M.LAPSED,
    # Death ends every membership (MEM-45); a record made by mistake is taken back.
    (_M.APPROVED, _MA.DIE): _M.DECEASED,
    (_M.FILING_RETURNED, _MA.DIE): _M.DECEASED,
    (_M.ACTIVE, _MA.DIE): _M.DECEASED,
    (_M.ARREARS, _MA.DIE): _M.DECEASED,
    (_M.EXPULSION_PROPOSED, _MA.DIE): _M.DECEASED,
    (_M.PENDING_TRANSFER, _MA.DIE): _M.DECEASED,
    (_M.DECEASED, _MA.UNDO_DEATH): _M.ACTIVE,  # or what it was before, see Death
    (_M.APPROVED, _MA.MERGE): _M.WITHDRAWN,  # the second membership of one person
    (_M.FILING_RETURNED, _MA.MERGE): _M.WITHDRAWN,
    (_M.ACTIVE, _MA.MERGE): _M.WITHDRAWN,
    (_M.ARREARS, _MA.MERGE): _M.WITHDRAWN,
    (_M.WITHDRAWN, _MA.UNDO_MERGE): _M.ACTIVE,  # or what it was before the merge
    # Of age: a youth member becomes an adult one by own consent, and the county files it (MEM-42).
    (_M.APPROVED, _MA.CONVERT): _M.APPROVED,
    (_M.ACTIVE, _MA.CONVERT): _M.APPROVED,
    (_M.PENDING_TRANSFER, _MA.CONVERT): _M.PENDING_TRANSFER,
}

#: States that count as being a member; a person has at most one such membership.
LIVE_STATES = (
    _M.APPROVED,
    _M.FILING_RETURNED,
    _M.ACTIVE,
    _M.ARREARS,
    _M.EXPULSION_PROPOSED,
    _M.PENDING_TRANSFER,
)


NUMBER_KINDS = {MembershipKind.ADULT: "1", MembershipKind.YOUTH: "2", MembershipKind.GROUP: "3"}
NUMBER_LENGTH = 18
MAX_SERIAL = 999_999


def check_character(digits: str) -> str:
    """Return the check character of a member number: ISO 7064 MOD 11-2, as on the ID card."""
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % 11
    value = (12 - remainder) % 11
    return "X" if value == 10 else str(value)  # noqa: PLR2004


def member_number(county_code: str, kind: MembershipKind, year: int, serial: int) -> str:
    """Return the member number: county 6, kind 1, year 4, serial 6, check 1 (domain.md MEM-18).

    Never derived from the ID number. Raises ValueError for what does not fit.
    """
    if len(county_code) != 6 or not 1 <= serial <= MAX_SERIAL:  # noqa: PLR2004
        message = "county code of six digits and a serial up to 999999 expected"
        raise ValueError(message)
    body = f"{county_code}{NUMBER_KINDS[kind]}{year:04d}{serial:06d}"
    return body + check_character(body)


def is_member_number(text: str) -> bool:
    """Return whether a text has the shape and the check character of a member number."""
    return (
        len(text) == NUMBER_LENGTH
        and text.isascii()
        and text[:-1].isdigit()
        and check_character(text[:-1]) == text[-1]
    )


MAX_GRADE_REASON = 200


@dataclass(frozen=True, slots=True)
class GradeFacts:
    """A grade, the day from which it holds, and why."""

    grade: MemberGrade
    valid_from: date
    reason: str


def check_grade(facts: GradeFacts, now: MemberGrade, joined_on: date, today: date) -> GradeFacts:
    """Return a change of grade in canonical form (MEM-02).

    Raises RuleViolation for the grade that is held already, for a day to come or before joining,
    and without a reason.
    """
    if facts.grade is now:
        raise RuleViolation("grade", N_("现在就是这个等级"))
    if facts.valid_from > today:
        raise RuleViolation("valid_from", N_("日期不能晚于今天"))
    if facts.valid_from < joined_on:
        raise RuleViolation("valid_from", N_("日期不能早于入会日期"))
    reason = check_shown(" ".join(facts.reason.split()), "reason")
    if not reason:
        raise RuleViolation("reason", N_("请写明原因"))
    if len(reason) > MAX_GRADE_REASON:
        raise RuleViolation("reason", N_("最多 %(limit)d 个字"), limit=MAX_GRADE_REASON)
    return GradeFacts(facts.grade, facts.valid_from, reason)


def may_be_deregistered(grade: MemberGrade) -> bool:
    """Return whether unpaid dues may end a membership: never a permanent one (MEM-34)."""
    return grade is not MemberGrade.PERMANENT
