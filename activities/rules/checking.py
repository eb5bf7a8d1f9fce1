"""When a shift takes check-ins, and the sentences where it does not (ux.md S12). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from activities.rules.hours import Plan
from core.rules import N_, NN_, RuleViolation

MANY = 3  # security.md QR-03: more people than this from one device are looked at
MANY_WITHIN = timedelta(minutes=10)


class Refusal(StrEnum):
    """Why a code does not check somebody in or out."""

    EARLY = "early"
    OVER = "over"
    ROTATED = "rotated"
    USED = "used"
    CANCELLED = "cancelled"
    TURNED_DOWN = "turned_down"
    FULL = "full"
    STRANGER = "stranger"


class RefusedCode(RuleViolation):
    """A scan that changes nothing, with its reason; it is counted."""

    def __init__(self, why: Refusal, message: str, **params: object) -> None:
        super().__init__("", message, **params)
        self.why = why


def rotated() -> RefusedCode:
    """Return the refusal of a code that was shown too long ago."""
    return RefusedCode(Refusal.ROTATED, N_("这个码已换新，请再扫一次现场的码"))


def check_open(plan: Plan, now: datetime, start: str, opens: str) -> None:
    """Raise RefusedCode before and after the window; both times are given in words."""
    if now < plan.opens_at:
        message = N_("活动 %(start)s 开始，%(opens)s 起可以签到")
        raise RefusedCode(Refusal.EARLY, message, start=start, opens=opens)
    if now > plan.closes_at:
        raise over()


def check_desk(
    plan: Plan, now: datetime, claimed_at: datetime | None, *, hours: int, start: str, opens: str
) -> None:
    """Raise RuleViolation where the desk of a leader without a post is closed (ADR 0027).

    The server's time decides. Only a phone whose clock is believed tells by ``claimed_at`` when it
    was, for what comes at most some hours after the window: else who leads could call out anybody
    for days by a clock that was put back.
    """
    at = now if claimed_at is None else claimed_at
    if at < plan.opens_at:
        check_open(plan, at, start, opens)
    if at > plan.closes_at:
        raise RuleViolation("", N_("签到时间已经过了，现场由组织处理"))
    if now > plan.closes_at + timedelta(hours=hours):
        message = NN_("离网的点名要在签到结束后 %(hours)d 小时内传到，请告诉组织，由组织来点")
        raise RuleViolation("", message, hours=hours)


def stranger() -> RefusedCode:
    """Return the refusal of somebody who is no volunteer and did not apply to be one."""
    return RefusedCode(Refusal.STRANGER, N_("要先当志愿者，加入后再扫一次就能签到"))


def full() -> RefusedCode:
    """Return the refusal of somebody for whom there is no seat."""
    return RefusedCode(Refusal.FULL, N_("这一场已满，请找现场负责人"))


def turned_down() -> RefusedCode:
    """Return the refusal of somebody whom the organization turned down for a shift."""
    return RefusedCode(Refusal.TURNED_DOWN, N_("组织没有接受您这次的报名，请找现场负责人"))


def over() -> RefusedCode:
    """Return the refusal after the end."""
    return RefusedCode(Refusal.OVER, N_("活动已经结束，不能再签到。可以自己记这次的时长"))


def within(claimed_at: datetime, plan: Plan) -> datetime:
    """Return a time that a phone told, limited to the window (security.md LED-09)."""
    return min(max(claimed_at, plan.opens_at), plan.closes_at)
