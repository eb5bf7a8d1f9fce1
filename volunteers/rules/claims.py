"""What a volunteer may say he did: when, how long, and what must be looked at. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.rules import N_, NN_, RuleViolation, check_shown
from volunteers.rules.intervals import (
    SHANGHAI,
    day_of,
    minutes_between,
    minutes_by_day,
    total_on,
)
from volunteers.rules.states import SERVING, Doubt, ServiceField, VolunteerStatus

MAX_ENTRY_MINUTES = 24 * 60
FIRST_HOUR = time(8, 0)
LAST_WEEKDAY = timedelta(days=6)
REPEAT = timedelta(seconds=10)
BURST = timedelta(hours=1)
MAX_TITLE = 60
MAX_NOTE = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """The dated settings that hours are checked against, in minutes and days.

    ``burst`` is how many records of one person within an hour are still nothing to look at.
    """

    max_day: int
    review_day: int
    review_week: int
    review_entry: int
    back_days: int
    burst: int = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """What a volunteer typed; without a start the system finds a free place on the day."""

    day: date
    minutes: int
    title: str
    field: ServiceField
    start: time | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The interval that an entry lies in."""

    starts_at: datetime
    ends_at: datetime
    time_stated: bool = True

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)

    @property
    def day(self) -> date:
        return day_of(self.starts_at)


@dataclass(frozen=True, slots=True)
class Existing:
    """A record of the same person that already stands."""

    starts_at: datetime
    ends_at: datetime
    title: str
    time_stated: bool = True
    submitted_at: datetime | None = None
    recorded_at: datetime | None = None

    @property
    def told_at(self) -> datetime | None:
        """Return when it was told: by the phone's clock where it had no network."""
        return self.recorded_at or self.submitted_at

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


class RepeatedEntry(RuleViolation):
    """The same thing came again within ten seconds: asked, not doubled (security.md LED-11)."""

    def __init__(self) -> None:
        super().__init__("", N_("刚刚已经记过一条一样的"))


def check_text(title: str, note: str) -> tuple[str, str]:
    """Return title and note trimmed. Raises RuleViolation where the title is missing or long."""
    title, note = " ".join(title.split()), note.strip()
    if not title:
        raise RuleViolation("title", N_("请写做了什么"))
    if len(title) > MAX_TITLE:
        raise RuleViolation("title", N_("最多写 %(limit)d 个字"), limit=MAX_TITLE)
    if len(note) > MAX_NOTE:
        raise RuleViolation("note", N_("最多写 %(limit)d 个字"), limit=MAX_NOTE)
    return check_shown(title, "title"), check_shown(note, "note")


def check_serving(status: VolunteerStatus) -> None:
    """Raise RuleViolation for somebody who is not a volunteer at present (LED-03)."""
    if status not in SERVING:
        raise RuleViolation("", N_("现在不是志愿者，不能记时长。请联系所在组织"))


def check_repeat(entry: Entry, existing: Iterable[Existing], told_at: datetime) -> None:
    """Raise RepeatedEntry where the same was told within ten seconds, before it or after.

    What a phone kept counts from when it was recorded: all of it arrives in one moment.
    """
    for row in existing:
        near = row.told_at is not None and abs(told_at - row.told_at) <= REPEAT
        if near and _is_same(entry, row):
            raise RepeatedEntry


def _is_same(entry: Entry, row: Existing) -> bool:
    start = row.starts_at.astimezone(SHANGHAI)
    stated = start.time() if row.time_stated else None
    told = (row.title, row.minutes, start.date(), stated)
    return told == (entry.title, entry.minutes, entry.day, entry.start)


def window_of(day: date) -> tuple[datetime, datetime]:
    """Return the starts of the records that the rules need for an entry on the day; half open."""
    monday = day - timedelta(days=day.weekday())
    first, last = monday - timedelta(days=1), monday + timedelta(days=8)
    return _midnight(first), _midnight(last)


def claim_of(entry: Entry, existing: Iterable[Existing], now: datetime) -> Claim:
    """Return the interval of an entry, placed on the day where it names no start."""
    if entry.start is None:
        return place_without_time(entry.day, entry.minutes, existing, now)
    start = datetime.combine(entry.day, entry.start, tzinfo=SHANGHAI)
    return Claim(start, start + timedelta(minutes=entry.minutes))


def check_claim(
    claim: Claim, existing: Iterable[Existing], *, now: datetime, joined_on: date, limits: Limits
) -> list[Doubt]:
    """Return the doubts of a claim that may be recorded; raise RuleViolation for one that may not.

    Future, before joining, too long ago, over 24 hours a day and overlap are refused
    (security.md LED-02, LED-03; decisions.md D3).
    """
    today = day_of(now)
    if claim.minutes <= 0:
        raise RuleViolation("length", N_("时长要大于 0"))
    if claim.minutes > MAX_ENTRY_MINUTES:
        raise RuleViolation("length", N_("一次不能超过 24 小时"))
    if claim.day > today or claim.ends_at > now:
        raise RuleViolation("day", N_("日期和时间不能晚于现在"))
    if claim.day < joined_on:
        raise RuleViolation("day", N_("这一天还没有成为志愿者，不能记时长"))
    if (today - claim.day).days > limits.back_days:
        message = NN_("只能记最近 %(days)d 天的。更早的请找组织负责人补录")
        raise RuleViolation("day", message, days=limits.back_days)
    rows = list(existing)
    days = _minutes_by_day([*rows, claim])
    check_day(claim, rows, limits.max_day)
    check_overlap(claim, rows)
    return _doubts(claim, rows, days, now, limits)


def check_overlap(claim: Claim, existing: Iterable[Existing]) -> None:
    """Raise RuleViolation where the interval shares a minute with one that stands (LED-02)."""
    for row in existing:
        if claim.starts_at < row.ends_at and row.starts_at < claim.ends_at:
            raise _overlap(claim, row)


def check_room(claim: Claim, confirmed: Sequence[Existing], limit: int) -> None:
    """Raise RuleViolation where time cannot be credited beside what is confirmed (LED-02, 03)."""
    for row in confirmed:
        if claim.starts_at < row.ends_at and row.starts_at < claim.ends_at:
            start, end = row.starts_at.astimezone(SHANGHAI), row.ends_at.astimezone(SHANGHAI)
            message = N_("和已确认的『%(title)s %(start)s–%(end)s』时间重叠，不能再确认")
            raise RuleViolation(
                "", message, title=row.title, start=f"{start:%H:%M}", end=f"{end:%H:%M}"
            )
    check_day(claim, confirmed, limit)


def check_day(claim: Claim, existing: Sequence[Existing], limit: int) -> None:
    """Raise RuleViolation where a calendar day would hold more minutes than the limit (LED-03)."""
    others = _minutes_by_day(existing)
    for day, more in minutes_by_day(claim.starts_at, claim.ends_at).items():
        already = others.get(day, 0)
        if already + more > limit:
            raise RuleViolation(
                "length",
                NN_("这一天已记 %(already)s 小时，再加 %(more)s 小时会超过 %(limit)s 小时"),
                already=hours_text(already),
                more=hours_text(more),
                limit=hours_text(limit),
            )


def place_without_time(
    day: date, minutes: int, existing: Iterable[Existing], now: datetime
) -> Claim:
    """Return the first free interval of the day for a claim that names no start.

    It begins at 8 o'clock, moves behind what already stands, and never ends after now: where the
    day is too full it begins earlier.
    """
    length = timedelta(minutes=minutes)
    start_of_day = datetime.combine(day, time.min, tzinfo=SHANGHAI)
    latest_end = min(start_of_day + timedelta(days=1), now.astimezone(SHANGHAI))
    rows = sorted(existing, key=lambda row: row.starts_at)
    for start in (datetime.combine(day, FIRST_HOUR, tzinfo=SHANGHAI), start_of_day):
        candidate = start
        for row in rows:
            if candidate < row.ends_at and row.starts_at < candidate + length:
                candidate = row.ends_at.astimezone(SHANGHAI)
        if candidate + length <= latest_end:
            return Claim(candidate, candidate + length, time_stated=False)
    return Claim(start_of_day, start_of_day + length, time_stated=False)


def hours_text(minutes: int) -> str:
    """Return minutes as hours without rounding away a minute: 2, 2.5, 0.25, else 1:07."""
    if minutes * 100 % 60 == 0:
        return f"{minutes / 60:g}"
    return f"{minutes // 60}:{minutes % 60:02d}"


def _overlap(claim: Claim, row: Existing) -> RuleViolation:
    start, end = row.starts_at.astimezone(SHANGHAI), row.ends_at.astimezone(SHANGHAI)
    if not claim.time_stated:
        message = N_("这一天剩下的时间放不下这么长的服务，请改日期或时长")
        return RuleViolation("length", message)
    if row.time_stated:
        message = N_("和『%(title)s %(start)s–%(end)s』时间重叠，请改时间")
    else:
        message = N_(
            "『%(title)s』没有写开始时间，记在 %(start)s–%(end)s，和这段重叠。不填开始时间就能记"
        )
    return RuleViolation(
        "start", message, title=row.title, start=f"{start:%H:%M}", end=f"{end:%H:%M}"
    )


def _doubts(
    claim: Claim, rows: Sequence[Existing], days: Counter[date], now: datetime, limits: Limits
) -> list[Doubt]:
    monday = claim.day - timedelta(days=claim.day.weekday())
    served = minutes_by_day(claim.starts_at, claim.ends_at)
    recent = [row for row in rows if row.told_at and now - row.told_at <= BURST]
    found = {
        Doubt.LONG: claim.minutes > limits.review_entry,
        Doubt.DAY: any(days[day] > limits.review_day for day in served),
        Doubt.WEEK: total_on(days, monday, monday + LAST_WEEKDAY) > limits.review_week,
        Doubt.BURST: len(recent) >= limits.burst,
    }
    return [doubt for doubt, holds in found.items() if holds]


def _minutes_by_day(rows: Iterable[Existing | Claim]) -> Counter[date]:
    days: Counter[date] = Counter()
    for row in rows:
        days.update(minutes_by_day(row.starts_at, row.ends_at))
    return days


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)
