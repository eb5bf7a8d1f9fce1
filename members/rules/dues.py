"""Dues: who pays, what a payment may be, and how its money goes up (domain.md 2.3).

Amounts are fen. Whoever collects keeps a part and owes the next level the rest, that level again,
up to the national society; what does not divide stays at the lower level (MEM-31). A township is
a grassroots organization itself: above a village it has no part, the village's share goes past it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from core.rules import N_, NN_, RuleViolation, check_line
from members.rules.groups import GROUP_PAYING, GroupStatus
from members.rules.memberships import LIVE_STATES, MemberGrade, MembershipKind, MembershipStatus
from members.rules.tariffs import PER_MILLE, DuesLevel

FEN = 100
MAX_VOUCHER = 40
Place = TypeVar("Place")


class DuesEntryKind(StrEnum):
    """What a line of a book stands for."""

    PAYMENT = "payment"
    REFUND = "refund"
    REMITTANCE = "remittance"
    RETURN = "return"
    RECEIPT = "receipt"


class RemittanceStatus(StrEnum):
    """Where money sent up is: on its way, said to have come, or said not to have come."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


class RemittanceAction(StrEnum):
    """What the level above can do about money sent to it."""

    CONFIRM = "confirm"
    RETURN = "return"


REMITTANCE_TRANSITIONS: Mapping[tuple[RemittanceStatus, RemittanceAction], RemittanceStatus] = {
    (RemittanceStatus.SENT, RemittanceAction.CONFIRM): RemittanceStatus.CONFIRMED,
    (RemittanceStatus.SENT, RemittanceAction.RETURN): RemittanceStatus.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Share:
    """What one level keeps of what reaches it, and what it owes the next, in fen."""

    kept: int
    up: int


def dues_level(level: str) -> DuesLevel:
    """Return as what an organization of a level of the tree has its part."""
    branches = {one.value for one in DuesLevel}
    return DuesLevel(level) if level in branches else DuesLevel.GRASSROOTS


def way_up(places: Sequence[Place], levels: Sequence[str]) -> list[Place]:
    """Return who has a part in what the last of a path collects: it first, then upwards.

    ``places`` are the organizations on the path from the province down, ``levels`` theirs.
    """
    above = [
        place
        for place, level in zip(places[:-1], levels[:-1], strict=True)
        if dues_level(level) is not DuesLevel.GRASSROOTS
    ]
    return [places[-1], *reversed(above)]


def cascade(amount: int, permilles: Iterable[int]) -> list[Share]:
    """Return what each level keeps and owes of an amount, from the collector up, in fen."""
    shares, coming = [], amount
    for permille in permilles:
        up = coming * permille // PER_MILLE
        shares.append(Share(coming - up, up))
        coming = up
    return shares


def owes_dues(kind: MembershipKind, grade: MemberGrade, status: MembershipStatus) -> bool:
    """Return whether a membership is charged: never youth (MEM-33), never permanent (MEM-02)."""
    return (
        kind is not MembershipKind.YOUTH
        and grade is not MemberGrade.PERMANENT
        and status in LIVE_STATES
    )


def unit_owes_dues(grade: MemberGrade, status: GroupStatus) -> bool:
    """Return whether a unit is charged: from its approval to its end, never a permanent one."""
    return status in GROUP_PAYING and grade is not MemberGrade.PERMANENT


def check_band(amount: int, due: int, others: Iterable[int], who: str, staff: int) -> None:
    """Raise RuleViolation where a unit pays what another number of staff costs, in fen (2.3)."""
    if amount < due and amount in set(others):
        raise RuleViolation(
            "",
            N_("%(who)s有 %(staff)d 人，应交 %(due)s 元；%(amount)s 元是另一档的会费，请核对人数"),
            who=who,
            staff=staff,
            due=yuan(due),
            amount=yuan(amount),
        )


def tariff_day(year: int, joined_on: date) -> date:
    """Return the day whose tariff holds for a year: its first, or the joining day where later."""
    return max(date(year, 1, 1), joined_on)


def yuan(fen: int) -> str:
    """Return fen as yuan, without empty decimals: 1000 is 10, 420 is 4.20."""
    sign, (whole, rest) = "-" if fen < 0 else "", divmod(abs(fen), FEN)
    return f"{sign}{whole}.{rest:02d}" if rest else f"{sign}{whole}"


def check_payment(amount: int, outstanding: int, who: str) -> None:
    """Raise RuleViolation, who is meant named, for nothing and for more than is due (art. 8)."""
    if outstanding <= 0:
        raise RuleViolation("", N_("%(who)s的会费已经交清"), who=who)
    if amount <= 0:
        raise RuleViolation("", N_("%(who)s：金额要大于 0"), who=who)
    if amount > outstanding:
        raise RuleViolation(
            "",
            N_("%(who)s应交 %(due)s 元，多出的 %(over)s 元是捐赠，不是会费，请另外登记"),
            who=who,
            due=yuan(outstanding),
            over=yuan(amount - outstanding),
        )


def check_voucher(text: str, field: str) -> str:
    """Return the number of a receipt or a voucher. Raises RuleViolation for none or too long."""
    return check_line(text, field, MAX_VOUCHER, N_("请填写票据号"))


def check_booked_day(day: date, today: date, back_days: int, field: str) -> date:
    """Return the day of a payment. Raises RuleViolation for one to come or too long ago."""
    if day > today:
        raise RuleViolation(field, N_("日期不能晚于今天"))
    if (today - day).days > back_days:
        raise RuleViolation(field, NN_("只能登记最近 %(days)d 天的"), days=back_days)
    return day


def remit_day(year: int, month_and_day: int) -> date:
    """Return by when the dues of a year are sent up; 1231 is the end of December."""
    month, day = divmod(month_and_day, 100)
    return date(year, month, day)


def check_remittance(amount: int, owed: int, cash: int) -> int:
    """Return an amount that can be sent up. Raises RuleViolation for more than owed or held."""
    if amount <= 0:
        raise RuleViolation("amount", N_("金额要大于 0"))
    if amount > owed:
        raise RuleViolation("amount", N_("只欠 %(owed)s 元"), owed=yuan(max(owed, 0)))
    if amount > cash:
        raise RuleViolation("amount", N_("会费账上只有 %(cash)s 元"), cash=yuan(cash))
    return amount
