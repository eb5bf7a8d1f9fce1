"""When a venue is open: hours of the week, days that differ, open now and next time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from core.rules import N_, RuleViolation, typed

DAY, MINUTES_PER_HOUR = 1440, 60
DAYS_OF_WEEK = 7
PERIODS_MAX = 3
#: So far ahead somebody is told when it opens next.
LOOK_AHEAD = 28


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From a minute of the day to another; 1440 is midnight at its end."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class OtherDay:
    """A day that differs from its weekday: closed all day, or open at other times."""

    on: date
    periods: tuple[Period, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a venue is open at an instant, until when, and when it opens next."""

    is_open: bool
    until: datetime | None = None
    next_opening: datetime | None = None


Week = Mapping[int, Sequence[Period]]
PERIOD = re.compile(r"([0-9]{1,2}):?([0-9]{2})(?:-|至|到)([0-9]{1,2}):?([0-9]{2})")
DASHES = str.maketrans("–—~〜～", "-----")
SIGNS = str.maketrans("，、；;", ",,,,")


def read_periods(text: str, field: str) -> tuple[Period, ...]:
    """Return the periods typed as 9:00-12:00, 13:30-17:00, in order; nothing is closed.

    Raises RuleViolation.
    """
    plain = typed(text, field).translate(DASHES).translate(SIGNS)
    plain = re.sub(r"\s*([-,:至到])\s*", r"\1", plain).replace(" ", ",")
    found = []
    for part in filter(None, plain.split(",")):
        told = PERIOD.fullmatch(part)
        if told is None:
            raise RuleViolation(field, N_("请写成 9:00-12:00 的样子，几段用逗号隔开"))
        hours = [int(one) for one in told.groups()]
        if max(hours[1], hours[3]) >= MINUTES_PER_HOUR:
            raise RuleViolation(field, N_("时间要在 00:00 到 24:00 之间"))
        opens, closes = (
            hours[0] * MINUTES_PER_HOUR + hours[1],
            hours[2] * MINUTES_PER_HOUR + hours[3],
        )
        found.append(Period(opens, closes))
    return check_periods(found, field)


def text_of(periods: Sequence[Period]) -> str:
    """Return periods as they are typed and shown."""
    return ", ".join(f"{minute_text(one.opens)}-{minute_text(one.closes)}" for one in periods)


def minute_text(minute: int) -> str:
    """Return a minute of the day as a clock shows it."""
    return f"{minute // MINUTES_PER_HOUR:02d}:{minute % MINUTES_PER_HOUR:02d}"


def check_periods(periods: Iterable[Period], field: str) -> tuple[Period, ...]:
    """Return the periods of one day in order. Raises RuleViolation for what cannot be."""
    ordered = tuple(sorted(periods))
    if len(ordered) > PERIODS_MAX:
        raise RuleViolation(field, N_("一天最多 %(most)d 段"), most=PERIODS_MAX)
    for one in ordered:
        if not (0 <= one.opens < DAY and 0 < one.closes <= DAY):
            raise RuleViolation(field, N_("时间要在 00:00 到 24:00 之间"))
        if one.closes <= one.opens:
            raise RuleViolation(field, N_("关门时间要晚于开门时间"))
    for one, following in pairwise(ordered):
        if following.opens <= one.closes:
            raise RuleViolation(field, N_("两段时间重叠了，连着的请写成一段"))
    return ordered


def check_week(week: Week) -> dict[int, tuple[Period, ...]]:
    """Return the hours of a week; nothing on a day means closed. Raises RuleViolation.

    The field of a violation is ``day_0`` to ``day_6``, Monday first.
    """
    return {day: check_periods(week.get(day, ()), f"day_{day}") for day in range(DAYS_OF_WEEK)}


def periods_on(day: date, week: Week, others: Mapping[date, OtherDay]) -> Sequence[Period]:
    """Return when it is open on a day: a day that differs goes before its weekday."""
    other = others.get(day)
    return other.periods if other is not None else week.get(day.weekday(), ())


def standing_at(now: datetime, week: Week, others: Iterable[OtherDay] = ()) -> Standing:
    """Return whether it is open at an instant of the wall clock, until when, and when next.

    A period that ends at midnight goes on where the next day begins at midnight.
    """
    known = {one.on: one for one in others}
    minute = now.hour * 60 + now.minute
    for one in periods_on(now.date(), week, known):
        if one.opens <= minute < one.closes:
            return Standing(is_open=True, until=_end(now, one, week, known))
    for ahead in range(LOOK_AHEAD + 1):
        day = now.date() + timedelta(days=ahead)
        for one in periods_on(day, week, known):
            if ahead or one.opens > minute:
                return Standing(is_open=False, next_opening=_at(day, one.opens, now))
    return Standing(is_open=False)


def days_open(first: date, last: date, week: Week, others: Iterable[OtherDay] = ()) -> int:
    """Return on how many days of a time it was open by its hours (CTR-03)."""
    known = {one.on: one for one in others}
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return sum(bool(periods_on(day, week, known)) for day in days)


def days_a_week(week: Week) -> int:
    """Return on how many weekdays it is open."""
    return sum(bool(week.get(day)) for day in range(DAYS_OF_WEEK))


def _end(
    now: datetime, period: Period, week: Week, others: Mapping[date, OtherDay]
) -> datetime | None:
    day = now.date()
    for _ahead in range(DAYS_OF_WEEK):
        if period.closes < DAY:
            return _at(day, period.closes, now)
        day += timedelta(days=1)
        follows = [one for one in periods_on(day, week, others) if one.opens == 0]
        if not follows:
            return _at(day, 0, now)
        period = follows[0]
    return None


def _at(day: date, minute: int, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo) + timedelta(minutes=minute)
