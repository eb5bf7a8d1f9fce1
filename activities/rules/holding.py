"""What happened at venues: who came as what, counts by month, silence (CTR-02, CTR-03). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from activities.rules.fields import ActivityWork
from core.rules import N_, NN_, RuleViolation, check_shown

MONTHS_PER_YEAR = 12
MAX_PEOPLE = 100_000
MAX_FEN = 100_000_000_00
MAX_CONTENT, MAX_WORDS, MAX_NOTE = 1000, 300, 200
#: Signs that people put between the digits of one number; a colon stands between times.
PARTING = frozenset(" \u3000-‐‑–—－_,，、.．。·・/／\\|*+()（）~～'\"")
SCORES = (5, 4, 3, 2, 1)


class CameAs(StrEnum):
    """The one class in which somebody is counted who came (CTR-02): nobody twice."""

    MEMBERS = "members"
    YOUTH = "youth"
    VOLUNTEERS = "volunteers"
    PUBLIC = "public"


def came_as(work: ActivityWork, *, is_youth: bool, is_member: bool, is_volunteer: bool) -> CameAs:
    """Return as what somebody is counted: youth first, then by what was done there.

    Who serves comes as a volunteer; who meets or learns comes as a member, if he is one.
    """
    if is_youth:
        return CameAs.YOUTH
    serves = work in (ActivityWork.SERVICE, ActivityWork.DUTY)
    if is_volunteer and (serves or not is_member):
        return CameAs.VOLUNTEERS
    return CameAs.MEMBERS if is_member else CameAs.PUBLIC


class UseStatus(StrEnum):
    """Where an asking stands: another organization's venue is used when that one agreed."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class UseAction(StrEnum):
    """What can be done to an asking."""

    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


USE_TRANSITIONS: Mapping[tuple[UseStatus, UseAction], UseStatus] = {
    (UseStatus.ASKED, UseAction.AGREE): UseStatus.AGREED,
    (UseStatus.ASKED, UseAction.REFUSE): UseStatus.REFUSED,
    (UseStatus.ASKED, UseAction.WITHDRAW): UseStatus.WITHDRAWN,
    (UseStatus.AGREED, UseAction.WITHDRAW): UseStatus.WITHDRAWN,
}


class FeedbackWay(StrEnum):
    """How a score came: typed from paper by the keeper, or by the public link."""

    PAPER = "paper"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the keeper tells after an activity; everything else is counted."""

    content: str
    public_people: int = 0
    spend_fen: int | None = None
    paper: tuple[int, ...] = (0, 0, 0, 0, 0)
    words: str = ""

    def check(self) -> None:
        """Raise RuleViolation for what cannot be kept."""
        _check_text(self.content, "content", MAX_CONTENT)
        _check_text(self.words, "words", MAX_WORDS)
        if not 0 <= self.public_people <= MAX_PEOPLE:
            message = N_("应在 %(low)d 到 %(high)d 之间")
            raise RuleViolation("public_people", message, low=0, high=MAX_PEOPLE)


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What a day at a venue was: visits by group and single, online, people who were trained."""

    groups: int = 0
    group_visits: int = 0
    single_visits: int = 0
    online_visits: int = 0
    trained: int = 0
    is_open: bool = True
    note: str = ""

    def check(self, day: date, today: date, back_days: int) -> None:
        """Raise RuleViolation for a day to come, one too far back, or numbers that cannot be."""
        if day > today:
            raise RuleViolation("day", N_("还没到这一天"))
        if (today - day).days > back_days:
            raise RuleViolation("day", NN_("只能补登 %(days)d 天以内的"), days=back_days)
        if bool(self.groups) != bool(self.group_visits):
            raise RuleViolation("group_visits", N_("团体数和团体人次要一起填"))
        if self.group_visits < self.groups:
            raise RuleViolation("group_visits", N_("团体人次不能少于团体数"))
        came = self.group_visits + self.single_visits + self.trained
        if came and not self.is_open:
            raise RuleViolation("is_open", N_("有人来过，这天就是开放的"))
        _check_text(self.note, "note", MAX_NOTE)


def _check_text(text: str, field: str, most: int) -> None:
    if len(text) > most:
        raise RuleViolation(field, N_("内容太长，最多 %(limit)d 个字"), limit=most)
    if text:
        check_shown(text, field)


def check_no_personal_data(text: str, field: str) -> str:
    """Return words of the public. Raises RuleViolation where they hold a number of somebody."""
    _check_text(text, field, MAX_WORDS)
    run = 0
    for sign in text:
        run = run + 1 if sign.isdigit() else (run if sign in PARTING else 0)
        if run >= 7:  # noqa: PLR2004 - the shortest phone number
            raise RuleViolation(field, N_("请不要写电话、证件号码"))
    return text.strip()


def month_of(day: date) -> int:
    """Return the month of a day as one number: 202611."""
    return day.year * 100 + day.month


def months_of(year: int) -> range:
    """Return the months of a year, as ``month_of`` numbers them."""
    return range(year * 100 + 1, year * 100 + MONTHS_PER_YEAR + 1)


def silent_before(today: date, months: int) -> date:
    """Return the day: whatever was held last before it, the venue is silent (CTR-03)."""
    year, month = divmod(today.year * MONTHS_PER_YEAR + today.month - 1 - months, MONTHS_PER_YEAR)
    for last in (today.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(today.day, last))
        except ValueError:
            continue
    raise ValueError("every month has 28 days")


def is_silent(last_held_on: date | None, since: date, limit: date) -> bool:
    """Return whether a venue is silent that runs since a day and held something last on a day."""
    return max(last_held_on or since, since) < limit
