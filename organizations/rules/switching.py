"""What may be switched, to what, from which day. Pure."""

from __future__ import annotations

from datetime import date

from core.rules import N_, RuleViolation, check_line

MAX_REASON = 200
MOST = 1000
LEVELS = range(1, 4)
#: The setting that names a level instead of days.
OF_LEVELS = frozenset({"rights.answered_by"})


def check_days(first: date, last: date | None, today: date) -> None:
    """Raise RuleViolation for a switch that begins before tomorrow, or ends before it begins.

    Who works in a module learns of it before the day on which it changes.
    """
    if first <= today:
        raise RuleViolation("valid_from", N_("最早从明天起"))
    if last is not None and last < first:
        raise RuleViolation("valid_to", N_("结束日期不能早于开始日期"))


def check_value(name: str, value: int | None) -> None:
    """Raise RuleViolation for a value that the setting cannot have; None means as above."""
    if value is None:
        return
    allowed = LEVELS if name in OF_LEVELS else range(MOST + 1)
    if value not in allowed:
        raise RuleViolation(
            "number",
            N_("请填 %(low)d 到 %(high)d 之间的数"),
            low=allowed[0],
            high=allowed[-1],
        )


def check_words(text: str) -> str:
    """Return why something is switched; everybody below reads it in the history."""
    return check_line(text, "reason", MAX_REASON)
