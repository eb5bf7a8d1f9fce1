"""Unpaid dues: falling behind, and the yearly proposals to end memberships (domain.md MEM-34).

Nothing ends by itself: the grassroots gives notice, waits, and then keeps or ends each one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation

JANUARY = 1


class ProposalStatus(StrEnum):
    """Where a proposal to end a membership is."""

    PROPOSED = "proposed"
    NOTICED = "noticed"
    KEPT = "kept"
    REMOVED = "removed"
    LAPSED = "lapsed"


class ProposalAction(StrEnum):
    """What can be done to a proposal; it lapses when the dues are paid."""

    NOTIFY = "notify"
    KEEP = "keep"
    REMOVE = "remove"
    LAPSE = "lapse"


_P, _PA = ProposalStatus, ProposalAction

PROPOSAL_TRANSITIONS: Mapping[tuple[ProposalStatus, ProposalAction], ProposalStatus] = {
    (_P.PROPOSED, _PA.NOTIFY): _P.NOTICED,
    (_P.PROPOSED, _PA.KEEP): _P.KEPT,
    (_P.NOTICED, _PA.KEEP): _P.KEPT,
    (_P.NOTICED, _PA.REMOVE): _P.REMOVED,
    (_P.PROPOSED, _PA.LAPSE): _P.LAPSED,
    (_P.NOTICED, _PA.LAPSE): _P.LAPSED,
}

#: States in which the grassroots still has to act.
OPEN_PROPOSALS = (_P.PROPOSED, _P.NOTICED)


def last_unpaid_year(year: int, years: int) -> int:
    """Return the newest year whose unpaid dues count in a year: full calendar years only."""
    return year - years


def is_behind(unpaid: Collection[int], year: int, years: int) -> bool:
    """Return whether unpaid years make somebody be behind: one of them is long enough ago."""
    return any(one <= last_unpaid_year(year, years) for one in unpaid)


def is_proposed(unpaid: Collection[int], year: int, years: int) -> bool:
    """Return whether each of the last full years is unpaid."""
    return years > 0 and all(year - back in unpaid for back in range(1, years + 1))


def check_month(day: date) -> None:
    """Raise RuleViolation outside January: proposals are made once a year, in that month."""
    if day.month != JANUARY:
        raise RuleViolation("", N_("每年一月才列出两年未交会费的名单"))


def check_removable(keep_until: date | None, today: date) -> None:
    """Raise RuleViolation before the time that the notice gave is over."""
    if keep_until is None or today <= keep_until:
        raise RuleViolation("", N_("通知的期限还没有过，不能办理"))
