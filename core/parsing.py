"""Typed text to numbers, days and times; the only place where form and import text is parsed.

ASCII digits only after full-width forms are narrowed (security.md IN-07): `1_000`, `1e3`, `²`
and `٣` are refused, whatever `int` and `float` make of them. Whatever the text, nothing but
`RuleViolation` is raised.
"""

import re
from datetime import date, time

from core.rules import MISSING, N_, RuleViolation, typed

LAST_PAGE = 1_000_000
MAX_PAGE_SIZE = 100  # security.md 105
MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 1440
FIRST_DAY = date(1900, 1, 1)  # security.md 67: by range, so that no sum of days overflows
LAST_DAY = date(2100, 12, 31)

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,12}")
HOURS = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,4}))?")
YUAN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")
TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|([01][0-9]|2[0-3])([0-5][0-9])")
DAYS = (
    re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
)
DAYS_OF_THIS_YEAR = (
    re.compile(r"([0-9]{1,2})\.([0-9]{1,2})"),
    re.compile(r"([0-9]{1,2})月([0-9]{1,2})日"),
)


def parse_int(text: str, field: str, *, low: int, high: int) -> int:
    """The whole number between `low` and `high`, or `RuleViolation`."""
    plain = _present(text, field)
    if not WHOLE_NUMBER.fullmatch(plain):
        raise RuleViolation(field, N_("请填写整数"))
    number = int(plain)
    if not low <= number <= high:
        raise RuleViolation(field, N_("应在 %(low)d 到 %(high)d 之间"), low=low, high=high)
    return number


def parse_page(text: str, field: str = "page") -> int:
    """The number of a page, from 1; a page no list can have is a `RuleViolation`."""
    return parse_int(text, field, low=1, high=LAST_PAGE)


def parse_page_size(text: str, field: str = "per_page") -> int:
    """Rows per page, at most 100 whatever was asked (security.md 105)."""
    return min(parse_int(text, field, low=1, high=10**12), MAX_PAGE_SIZE)


def parse_hours_to_minutes(text: str, field: str = "hours", *, high: int = MINUTES_PER_DAY) -> int:
    """Hours as typed ("7.5") in whole minutes (450), more than 0 and at most `high`.

    What is no whole number of minutes ("0.333") is refused, never rounded (D12).
    """
    found = HOURS.fullmatch(_present(text, field))
    if not found:
        raise RuleViolation(field, N_("时长请填数字，例如 2 或 2.5"))
    fraction = (found[2] or "").ljust(4, "0")
    minutes, rest = divmod(int(found[1] + fraction) * MINUTES_PER_HOUR, 10_000)
    if rest:
        raise RuleViolation(field, N_("时长要正好是整分钟，例如 0.25 是 15 分钟"))
    if not 0 < minutes <= high:
        raise RuleViolation(
            field, N_("时长应大于 0，不超过 %(hours)d 小时"), hours=high // MINUTES_PER_HOUR
        )
    return minutes


def parse_yuan(text: str, field: str) -> int:
    """An amount as typed in yuan ("10", "4.2", "4.20") in fen; at most two decimals."""
    found = YUAN.fullmatch(_present(text, field))
    if not found:
        raise RuleViolation(field, N_("金额请填数字，例如 10 或 4.20"))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def parse_date(
    text: str,
    field: str,
    *,
    low: date = FIRST_DAY,
    high: date = LAST_DAY,
    today: date | None = None,
) -> date:
    """The day typed in a form people use (ux.md 3.0), between `low` and `high`.

    2026-11-21, 20261121, 2026/1/1, 2026.1.1, 2026年1月1日; with `today` given also 11.21 and
    11月21日, which are days of its year. Week dates and all else are refused (security.md 68).
    """
    day = _day(re.sub(r"\s*([年月日/.-])\s*", r"\1", _present(text, field)), field, today)
    if day > high and high == today:
        raise RuleViolation(field, N_("日期不能晚于今天"))
    if not low <= day <= high:
        raise RuleViolation(
            field,
            N_("日期应在 %(low)s 到 %(high)s 之间"),
            low=low.isoformat(),
            high=high.isoformat(),
        )
    return day


def parse_time(text: str, field: str) -> time:
    """A time of day from 00:00 to 23:59, typed as 14:00 or 1400 (security.md 75)."""
    found = TIME.fullmatch(_present(text, field))
    if not found:
        raise RuleViolation(field, N_("时间请写成 14:00 的样子"))
    return time(int(found[1] or found[3]), int(found[2] or found[4]))


def _present(text: str, field: str) -> str:
    """The text narrowed and trimmed; raises when nothing is left."""
    plain = typed(text, field)
    if not plain:
        raise RuleViolation(field, MISSING)
    return plain


def _day(plain: str, field: str, today: date | None) -> date:
    """The day a narrowed text names; raises for a form nobody uses and for a day that is none."""
    found = _first_match(DAYS, plain)
    if found:
        parts = found.groups()
    elif today and (found := _first_match(DAYS_OF_THIS_YEAR, plain)):
        parts = (str(today.year), *found.groups())
    else:
        raise RuleViolation(field, N_("日期请写成 2026-11-21 的样子"))
    try:
        return date(*map(int, parts))
    except ValueError:
        raise RuleViolation(field, N_("没有这一天，请再看一遍")) from None


def _first_match(patterns: tuple[re.Pattern[str], ...], plain: str) -> re.Match[str] | None:
    """The first pattern's match of the whole text."""
    return next((found for pattern in patterns if (found := pattern.fullmatch(plain))), None)
