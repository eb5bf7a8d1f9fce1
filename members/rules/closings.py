"""Members of an organization that is closed: along to another one, or waiting (MEM-41, MEM-45)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from core.rules import N_, RuleViolation

MONTHS = 12


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_pupils_go_to_school(pupils: int, *, target_is_school: bool) -> None:
    """Raise RuleViolation where youth members would be moved elsewhere than to a school (D10)."""
    if pupils and not target_is_school:
        raise RuleViolation("target", N_("这里有青少年会员，只能转到学校，或者先放在上级红十字会"))


def check_no_expulsion(running: int) -> None:
    """Raise RuleViolation while expulsions of members are not finished (MEM-44)."""
    if running:
        raise RuleViolation("", N_("还有除名没有办完，请先办完"))
