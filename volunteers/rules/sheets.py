"""Hours that somebody enters for others: alone, or back from a roll call on paper. Pure.

One sheet is one act: what was done, when, why it is entered, the evidence, a line for everybody.
It counts only when a person of another line agrees (security.md LED-05, LED-06).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.rules import N_, NN_, RuleViolation
from volunteers.rules.claims import MAX_NOTE, check_text, hours_text
from volunteers.rules.decisions import check_reason
from volunteers.rules.intervals import SHANGHAI, day_of, minutes_between
from volunteers.rules.states import ServiceField, ServiceMethod, WorkKind

MAX_LINES = 150
MAX_PEOPLE = 2000
MAX_HOURS_TOLD = 24 * MAX_PEOPLE
#: Methods that are nobody's check-in: two lines, a quota, a day until the certificate.
MANUAL = (ServiceMethod.ENTERED_FOR, ServiceMethod.ENTERED_LATER)


class SheetKind(StrEnum):
    """What is entered: hours that nobody recorded, a roll call on paper, or one of a class."""

    MANUAL = "manual"
    ROLL = "roll"
    CLASS = "class"


class SheetStatus(StrEnum):
    """Where a sheet is; whether its lines were decided, their records tell."""

    DRAFT = "draft"
    HELD = "held"
    SENT = "sent"


class SheetAction(StrEnum):
    """What leads a sheet on."""

    SEND = "send"
    HOLD = "hold"
    RELEASE = "release"
    DECIDE = "decide"


_S, _A = SheetStatus, SheetAction

SHEET_TRANSITIONS: Mapping[tuple[SheetStatus, SheetAction], SheetStatus] = {
    (_S.DRAFT, _A.SEND): _S.SENT,
    (_S.DRAFT, _A.HOLD): _S.HELD,
    (_S.HELD, _A.RELEASE): _S.SENT,
    (_S.SENT, _A.DECIDE): _S.SENT,
}


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What stands at the head of a sheet; the totals are those written on the paper."""

    title: str
    field: ServiceField
    work: WorkKind
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    people_told: int | None = None
    minutes_told: int | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """What was typed for one person: from and to, or how long."""

    start: time | None = None
    end: time | None = None
    minutes: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Times()


@dataclass(frozen=True, slots=True)
class Day:
    """How much one account entered for others on a day."""

    minutes: int
    people: int


def check_facts(facts: SheetFacts, kind: SheetKind, now: datetime) -> SheetFacts:
    """Return the head of a sheet. Raises RuleViolation for what it must tell and does not."""
    title, _ = check_text(facts.title, "")
    if facts.ends_at <= facts.starts_at:
        raise RuleViolation("end", N_("结束要晚于开始"))
    if facts.ends_at - facts.starts_at > timedelta(hours=24):
        raise RuleViolation("end", N_("一次不能超过 24 小时"))
    if facts.ends_at > now:
        raise RuleViolation("day", N_("日期和时间不能晚于现在"))
    reason = check_reason(facts.reason, needed=kind is SheetKind.MANUAL)
    return replace(facts, title=title, reason=reason)


def interval_of(times: Times, facts: SheetFacts, field: str = "start") -> tuple[datetime, datetime]:
    """Return from when to when somebody served; what he left out is taken from the sheet.

    A time before the beginning lies on the next day where the sheet goes over midnight. Raises
    RuleViolation where the end is not after the start.
    """
    first = facts.starts_at.astimezone(SHANGHAI)
    start = _at(times.start, facts, first)
    if times.minutes is not None:
        return start, start + timedelta(minutes=times.minutes)
    end = _at(times.end, facts, facts.ends_at.astimezone(SHANGHAI))
    if end <= start:
        raise RuleViolation(field, N_("离开要晚于到达"))
    return start, end


def _at(typed: time | None, facts: SheetFacts, otherwise: datetime) -> datetime:
    if typed is None:
        return otherwise
    first = facts.starts_at.astimezone(SHANGHAI)
    last = facts.ends_at.astimezone(SHANGHAI).date()
    found = datetime.combine(first.date(), typed, tzinfo=SHANGHAI)
    over_midnight = last > first.date() and typed <= facts.ends_at.astimezone(SHANGHAI).time()
    return found + timedelta(days=1) if over_midnight else found


def method_of(kind: SheetKind, ends_at: datetime, now: datetime, days: int) -> ServiceMethod:
    """Return how the hours are labelled: later than so many days they are entered afterwards."""
    if (day_of(now) - day_of(ends_at)).days > days:
        return ServiceMethod.ENTERED_LATER
    return ServiceMethod.ENTERED_FOR if kind is SheetKind.MANUAL else ServiceMethod.ROLL_CALL


def check_back(starts_at: datetime, now: datetime, days: int) -> None:
    """Raise RuleViolation for a day that lies too far back to be entered at all."""
    if (day_of(now) - day_of(starts_at)).days > days:
        raise RuleViolation("day", NN_("只能补录最近 %(days)d 天的"), days=days)


def check_why(method: ServiceMethod, reason: str) -> None:
    """Raise RuleViolation where hours are entered late without a reason (domain.md VOL-26)."""
    if method in MANUAL and not reason:
        raise RuleViolation("reason", N_("已经过了登记的时间，请写明为什么现在才补"))


def differences(told: tuple[int | None, int | None], keyed: tuple[int, int]) -> list[RuleViolation]:
    """Return in words where the lines are not what stands on the paper: people, then hours."""
    (people_told, minutes_told), (people, minutes) = told, keyed
    found = []
    if people_told is not None and people != people_told:
        message = (
            NN_("纸上写 %(told)d 人，这里有 %(keyed)d 人，少 %(gap)d 人")
            if people < people_told
            else NN_("纸上写 %(told)d 人，这里有 %(keyed)d 人，多 %(gap)d 人")
        )
        gap = abs(people - people_told)
        found.append(RuleViolation("", message, told=people_told, keyed=people, gap=gap))
    if minutes_told is not None and minutes != minutes_told:
        message = (
            NN_("纸上合计 %(told)s 小时，这里合计 %(keyed)s 小时，少 %(gap)s 小时")
            if minutes < minutes_told
            else NN_("纸上合计 %(told)s 小时，这里合计 %(keyed)s 小时，多 %(gap)s 小时")
        )
        shown = [hours_text(one) for one in (minutes_told, minutes, abs(minutes - minutes_told))]
        names = ("told", "keyed", "gap")
        found.append(RuleViolation("", message, **dict(zip(names, shown, strict=True))))
    return found


def goes_over(day: Day, most: Day) -> bool:
    """Return whether an account entered more on a day than goes by without a look (LED-06)."""
    return day.minutes > most.minutes or day.people > most.people


def check_company(people: set[int], organizers: set[int]) -> None:
    """Raise RuleViolation where nobody but an organizer took part (security.md LED-07)."""
    if people and people <= organizers:
        raise RuleViolation("", N_("活动不能只有组织者自己参加，这样的时长不能登记"))


def needs_other_line(kind: SheetKind, method: ServiceMethod) -> bool:
    """Return whether another line has to agree: to what was entered by hand, to pupils' hours."""
    return method in MANUAL or kind is SheetKind.CLASS


def check_second(line_id: int, second_id: int | None, *, is_manual: bool) -> None:
    """Raise RuleViolation where the second person is of the line that entered (LED-05)."""
    if is_manual and line_id == second_id:
        raise RuleViolation("", N_("代录、补录的时长要由另一级组织复核"))


def second_office(
    line_id: int, organization_id: int, offices: Sequence[int], *, is_kept: bool
) -> int:
    """Return who is of another line; ``offices`` stand above, the county first.

    What an office entered for an organization that somebody else keeps, that one looks at; all
    else the nearest office above which did not enter it. The province has nobody above it.
    """
    if is_kept and line_id != organization_id:
        return organization_id
    others = (one for one in offices if one not in {line_id, organization_id})
    return next(others, line_id)


def sum_of(intervals: Sequence[tuple[datetime, datetime]]) -> int:
    """Return the minutes of intervals."""
    return sum(minutes_between(start, end) for start, end in intervals)


def check_note(text: str) -> str:
    """Return what a volunteer says who was not there; it may be nothing."""
    return check_reason(text[: 4 * MAX_NOTE], "note", needed=False)


def may_disown(told_at: datetime, now: datetime, days: int) -> bool:
    """Return whether somebody may still say that hours entered for him are not his."""
    return now - told_at <= timedelta(days=days)


def service_day(facts: SheetFacts) -> date:
    """Return the day of a sheet."""
    return day_of(facts.starts_at)
