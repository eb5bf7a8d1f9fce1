"""Certificates of service: periods, facts out of the ledger, number, states (domain.md 3.6). Pure.

What a certificate says is one canonical text, so that one signature covers all of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from core.rules import N_, NN_, RuleViolation, check_shown
from volunteers.rules.intervals import day_of, minutes_by_day, total_on
from volunteers.rules.numbers import check_character
from volunteers.rules.states import ServiceMethod

MAX_LISTED = 40
MAX_REASON_NOTE = 200
FORM = 1


class CertificateStatus(StrEnum):
    """Where a certificate stands (VOL-47)."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"


class CertificateAction(StrEnum):
    """What can be done to a certificate."""

    REPLACE = "replace"
    REVOKE = "revoke"
    CLEAR = "clear"


CERTIFICATE_TRANSITIONS: Mapping[tuple[CertificateStatus, CertificateAction], CertificateStatus] = {
    (CertificateStatus.VALID, CertificateAction.REPLACE): CertificateStatus.REPLACED,
    (CertificateStatus.VALID, CertificateAction.REVOKE): CertificateStatus.REVOKED,
}


class CertificateReason(StrEnum):
    """Why a certificate ended."""

    HOURS_CORRECTED = "hours_corrected"
    PERSON_CORRECTED = "person_corrected"
    FALSE_HOURS = "false_hours"
    WRONG_PERSON = "wrong_person"
    OTHER = "other"


#: Which reasons fit which act.
REASONS: Mapping[CertificateAction, tuple[CertificateReason, ...]] = {
    CertificateAction.REPLACE: (
        CertificateReason.HOURS_CORRECTED,
        CertificateReason.PERSON_CORRECTED,
        CertificateReason.OTHER,
    ),
    CertificateAction.REVOKE: (
        CertificateReason.FALSE_HOURS,
        CertificateReason.WRONG_PERSON,
        CertificateReason.OTHER,
    ),
}

#: Recorded by what a machine or a roll call saw; all others are somebody's word (LED-05, LED-06).
WITNESSED = (ServiceMethod.SCANNED, ServiceMethod.ROLL_CALL)
#: The reason of a credit whose minutes were put right by hand.
BY_HAND = "correct"


class Wait(StrEnum):
    """Why confirmed hours do not count yet."""

    CHECK = "check"
    NOTICE = "notice"
    DELAY = "delay"


class PeriodChoice(StrEnum):
    """Periods that are one tap away (ux.md S18)."""

    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    ALL = "all"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Shanghai, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Delays:
    """How long hours are in the ledger before they count: somebody's word, and all in notice."""

    held_hours: int = 0
    notice_days: int = 0


@dataclass(frozen=True, slots=True)
class Credit:
    """One credit that stands in the ledger, and what service it is for.

    ``is_held``: somebody looks into it at present (LED-15).
    """

    title: str
    organizer: str
    method: ServiceMethod
    starts_at: datetime
    ends_at: datetime
    entered_at: datetime
    is_witnessed: bool = False
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """One kind of service at one organization within a period."""

    title: str
    organizer: str
    times: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What the ledger proves for a period; ``held_minutes`` may be certified a day later.

    ``open_minutes`` lie in public notice, into ``checked_minutes`` somebody looks. ``others``
    counts the activities beyond those listed, with their minutes.
    """

    period: Period
    minutes: int
    grades: Mapping[ServiceMethod, int]
    activities: tuple[Activity, ...]
    others: tuple[int, int]
    held_minutes: int
    open_minutes: int = 0
    checked_minutes: int = 0


def period_of(choice: PeriodChoice, today: date, first_ever: date | None) -> Period:
    """Return the days of a choice; a period never reaches beyond today."""
    if choice is PeriodChoice.LAST_YEAR:
        return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    if choice is PeriodChoice.ALL and first_ever is not None:
        return Period(first_ever, today)
    return Period(date(today.year, 1, 1), today)


def check_period(first: date, last: date, today: date) -> Period:
    """Return the period. Raises RuleViolation for one that ends before it begins or in future."""
    if last > today:
        raise RuleViolation("last", N_("结束日期不能晚于今天"))
    if last < first:
        raise RuleViolation("last", N_("结束日期不能早于开始日期"))
    return Period(first, last)


def prove(entries: Iterable[Credit], period: Period, now: datetime, delays: Delays) -> Proof:
    """Return what may be certified now: minutes inside the days, by method and by activity.

    Hours that are somebody's word count only after so many hours in the ledger (decisions.md D3,
    security.md LED-06), all of them after the days of public notice, none while it is looked into.
    """
    grades: dict[ServiceMethod, int] = defaultdict(int)
    sums: dict[tuple[str, str], list[int]] = {}
    waiting: dict[Wait, int] = defaultdict(int)
    for credit in entries:
        days = minutes_by_day(credit.starts_at, credit.ends_at)
        minutes = total_on(days, period.first, period.last)
        if not minutes:
            continue
        why = wait_of(
            credit.entered_at,
            now,
            delays,
            is_held=credit.is_held,
            is_witnessed=credit.is_witnessed,
        )
        if why is not None:
            waiting[why] += minutes
            continue
        grades[credit.method] += minutes
        found = sums.setdefault((credit.title, credit.organizer), [0, 0])
        found[0] += 1
        found[1] += minutes
    ordered = sorted(sums.items(), key=lambda item: (-item[1][1], item[0]))
    rest = ordered[MAX_LISTED:]
    return Proof(
        period=period,
        minutes=sum(grades.values()),
        grades={method: grades[method] for method in ServiceMethod if grades.get(method)},
        activities=tuple(Activity(*key, *counts) for key, counts in ordered[:MAX_LISTED]),
        others=(len(rest), sum(counts[1] for _, counts in rest)),
        held_minutes=waiting[Wait.DELAY],
        open_minutes=waiting[Wait.NOTICE],
        checked_minutes=waiting[Wait.CHECK],
    )


def is_witnessed(method: ServiceMethod, sheet_id: int | None, reason: str) -> bool:
    """Return whether a machine or a roll call saw a credit as it stands.

    What was keyed from paper, or given other minutes by hand, is somebody's word (LED-06).
    """
    return method in WITNESSED and sheet_id is None and reason != BY_HAND


def wait_of(
    entered_at: datetime, now: datetime, delays: Delays, *, is_held: bool, is_witnessed: bool
) -> Wait | None:
    """Return why a credit may not stand on a certificate at an instant, or None."""
    if is_held:
        return Wait.CHECK
    if delays.notice_days and entered_at > now - timedelta(days=delays.notice_days):
        return Wait.NOTICE
    is_young = entered_at > now - timedelta(hours=delays.held_hours)
    return Wait.DELAY if is_young and not is_witnessed else None


def canonical(facts: Mapping[str, Any]) -> str:
    """Return facts as the one text that is signed: sorted names, no spaces, plain characters."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


#: What of the facts names the holder.
HOLDER = ("name", "id_type", "id_number", "volunteer_number")


def bare(facts: Mapping[str, Any]) -> str:
    """Return the canonical text of facts without who the holder was."""
    return canonical({key: "" if key in HOLDER else value for key, value in facts.items()})


def facts_of(proof: Proof, holder: Mapping[str, str], issue: Mapping[str, str]) -> dict[str, Any]:
    """Return what a certificate says: holder, issuer and number as given, hours as proven."""
    return {
        "form": FORM,
        **holder,
        **issue,
        "first_on": proof.period.first.isoformat(),
        "last_on": proof.period.last.isoformat(),
        "minutes": proof.minutes,
        "grades": {method.value: minutes for method, minutes in proof.grades.items()},
        "activities": [
            [one.title, one.organizer, one.times, one.minutes] for one in proof.activities
        ],
        "others": list(proof.others),
    }


#: What differs between two certificates although they say the same.
_OWN = ("number", "issued_on")


def say_the_same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Return whether two certificates differ in number and day of issue only."""
    plain = [{key: one[key] for key in one if key not in _OWN} for one in (first, second)]
    return plain[0] == plain[1]


def first_day(entries: Iterable[Credit]) -> date | None:
    """Return the first day of service, or None."""
    return min((day_of(credit.starts_at) for credit in entries), default=None)


def certificate_number(county_code: str, year: int, serial: int) -> str:
    """Return FW, county 6, year 4, serial 6, check 1; it is no secret and verifies nothing."""
    body = f"{county_code}{year:04d}{serial:06d}"
    return f"FW{body}{check_character(body)}"


def check_may_issue(held: str, today: int, per_day: int) -> None:
    """Raise RuleViolation where hours are still looked into, or enough was issued today.

    ``held`` is the number of a certificate of some of these days that ended for false hours.
    """
    if held:
        raise RuleViolation(
            "period",
            N_("%(number)s因时长不真实已作废，里面的日期要等县红十字会核实后才能再开"),
            number=held,
        )
    if today >= per_day:
        raise RuleViolation(
            "period", NN_("今天已经开了 %(count)d 份证明，明天再开；开过的随时能下载"), count=today
        )


def check_clearance(note: str) -> str:
    """Return what was found, on one line. Raises RuleViolation where nothing is said."""
    text = check_shown(" ".join(note.split()), "note")
    if not text:
        raise RuleViolation("note", N_("请写明核实的结果"))
    if len(text) > MAX_REASON_NOTE:
        raise RuleViolation("note", N_("最多 %(limit)d 个字"), limit=MAX_REASON_NOTE)
    return text


def check_end(action: CertificateAction, reason: CertificateReason, note: str) -> str:
    """Return the note. Raises RuleViolation for a reason of another act, or a missing note."""
    if reason not in REASONS[action]:
        raise RuleViolation("reason", N_("请选一个原因"))
    text = check_shown(" ".join(note.split()), "note")
    if reason is CertificateReason.OTHER and not text:
        raise RuleViolation("note", N_("请写明原因"))
    if len(text) > MAX_REASON_NOTE:
        raise RuleViolation("note", N_("最多 %(limit)d 个字"), limit=MAX_REASON_NOTE)
    return text
