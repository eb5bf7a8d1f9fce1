"""Deputies: for how long, and what a deputy may not. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from core.rules import N_, NN_, RuleViolation


def check_deputy(
    starts_on: date, ends_on: date, today: date, post_ends_on: date | None, most: int
) -> None:
    """Raise RuleViolation for days on which nobody may act for another.

    ``most``: the longest time in days; a deputy never stays longer than the post.
    """
    if starts_on < today:
        raise RuleViolation("starts_on", N_("开始日期不能早于今天"))
    if ends_on < starts_on:
        raise RuleViolation("ends_on", N_("结束日期不能早于开始日期"))
    if ends_on > starts_on + timedelta(days=most - 1):
        raise RuleViolation("ends_on", NN_("代理最长 %(days)d 天"), days=most)
    if post_ends_on is not None and ends_on > post_ends_on:
        raise RuleViolation("ends_on", N_("不能比职务本身更晚结束"))
