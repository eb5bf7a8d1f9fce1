"""The only reader of the clock. Instants are aware UTC; days are days in Shanghai (D20)."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
#: Clocks of servers may differ so much; what is dated later is of a clock that ran ahead (FLT-08).
SKEW = timedelta(minutes=5)

_offset = timedelta(0)
_days_off: AbstractSet[date] = frozenset()


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + _offset


def today() -> date:
    """The present day in Shanghai, whatever the zone of the server (D20)."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """The same instant on the wall clock of Shanghai; a naive instant is a `ValueError`."""
    if instant.tzinfo is None:
        raise ValueError("a naive instant has no local time")
    return instant.astimezone(SHANGHAI)


def at(day: date, wall_clock: time) -> datetime:
    """The UTC instant of a wall-clock time in Shanghai on `day`."""
    return datetime.combine(day, wall_clock, tzinfo=SHANGHAI).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The UTC instants from which (inclusive) to which (exclusive) it is `day` in Shanghai."""
    return days_bounds(day, day)


def days_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The UTC instants that hold the days from `first` to `last`, both included; half open."""
    return at(first, time.min), at(last + timedelta(days=1), time.min)


def keep_days_off(days: AbstractSet[date]) -> None:
    """Lets this process leave these days out when it counts working days."""
    global _days_off  # noqa: PLW0603 - one calendar per process
    _days_off = days


def days_off() -> AbstractSet[date]:
    """The days beside the weekends on which nobody is expected to work, as far as known."""
    return _days_off


def add_working_days(day: date, count: int, holidays: AbstractSet[date] | None = None) -> date:
    """The day that is `count` working days after `day`; `day` itself does not count.

    Saturdays, Sundays and `holidays`, by default those that are kept, are left out. Weekends
    worked in exchange for a holiday are not counted either: a deadline then ends later, never
    earlier. With `count` 0 the answer is `day`, working or not; a negative count is a `ValueError`.
    """
    return _add_days(day, count, frozenset(_days_off if holidays is None else holidays))


@lru_cache(maxsize=4096)
def _add_days(day: date, count: int, left_out: frozenset[date]) -> date:
    """The same, remembered: homes ask it two dozen times, of nearly the same days."""
    if count < 0:
        raise ValueError("working days are counted forward")
    while count:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in left_out:
            count -= 1
    return day


def set_offset_for_tests(offset: timedelta, *, production: bool) -> None:
    """Moves the clock of this process by `offset`; a `RuntimeError` in production (T5)."""
    if production:
        raise RuntimeError("the clock cannot be moved in production")
    global _offset  # noqa: PLW0603 - one clock per process is what a clock is
    _offset = offset
