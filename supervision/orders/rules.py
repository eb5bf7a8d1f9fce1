"""The life of a supervision order (domain.md 6.2, ux.md S44). Pure.

Issued, received, replied, then checked: closed, or given back to be done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from core.rules import N_, NN_, RuleViolation, Transitions, check_line, check_shown

SUBJECT_MAX, TEXT_MAX = 60, 500


class OrderStatus(StrEnum):
    """Where an order is."""

    ISSUED = "issued"
    RECEIVED = "received"
    REPLIED = "replied"
    CLOSED = "closed"
    RECOVERED = "recovered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class OrderAction(StrEnum):
    """What happens to an order; ESCALATE, MOVE and WRITE leave it where it is."""

    ISSUE = "issue"
    RECEIVE = "receive"
    REPLY = "reply"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    RECOVER = "recover"
    LAPSE = "lapse"
    ESCALATE = "escalate"
    MOVE = "move"
    WRITE = "write"


class Delay(StrEnum):
    """Why an order went one level up."""

    RECEIPT = "receipt"
    DUE = "due"


class Side(StrEnum):
    """Which side acts: who gave the order, who has to do it."""

    ISSUER = "issuer"
    HANDLER = "handler"


_S, _A = OrderStatus, OrderAction
#: In the hands of somebody: one of a rule at a time for each organization.
OPEN = (_S.ISSUED, _S.RECEIVED, _S.REPLIED)
#: The side that has to do it has something to do.
UNDONE = (_S.ISSUED, _S.RECEIVED)
TRANSITIONS = Transitions(
    {
        (_S.ISSUED, _A.RECEIVE): _S.RECEIVED,
        (_S.RECEIVED, _A.REPLY): _S.REPLIED,
        (_S.REPLIED, _A.CLOSE): _S.CLOSED,
        (_S.REPLIED, _A.REOPEN): _S.RECEIVED,
        **{
            (state, action): end
            for state in OPEN
            for action, end in (
                (_A.WITHDRAW, _S.WITHDRAWN),
                (_A.RECOVER, _S.RECOVERED),
                (_A.LAPSE, _S.LAPSED),
            )
        },
        **{(state, action): state for state in OPEN for action in (_A.MOVE, _A.WRITE)},
        **{(state, _A.ESCALATE): state for state in UNDONE},
    }
)
#: Who may do what; the rest is done by no person.
BY_SIDE: Mapping[OrderAction, frozenset[Side]] = {
    _A.RECEIVE: frozenset({Side.HANDLER}),
    _A.REPLY: frozenset({Side.HANDLER}),
    _A.CLOSE: frozenset({Side.ISSUER}),
    _A.REOPEN: frozenset({Side.ISSUER}),
    _A.WITHDRAW: frozenset({Side.ISSUER}),
    _A.WRITE: frozenset(Side),
}
#: After these the figure is looked at: where it has recovered, the order ends by itself.
LOOKS_AT_FIGURE = frozenset({_A.RECEIVE, _A.REPLY, _A.REOPEN, _A.WRITE})


def supervises(
    level: str, path: str, target_level: str, target_path: str, target_branch: str
) -> bool:
    """Return whether an office supervises an organization (domain.md 6.2).

    A city its counties, the province cities and counties, each its own units besides; a county
    every organization of its own. ``target_branch`` is the path of the Red Cross it belongs to.
    """
    if level not in _LOWER or target_path == path or not target_path.startswith(path):
        return False
    return target_level in _LOWER[level] or target_branch == path


#: Levels in the words of the tree (organizations.rules).
_LOWER: Mapping[str, frozenset[str]] = {
    "province": frozenset({"city", "county"}),
    "city": frozenset({"county"}),
    "county": frozenset({"township", "unit"}),
}


def delay_of(status: OrderStatus, receipt_due: date, due_on: date, today: date) -> Delay | None:
    """Return what of an order is late on a day; its last day still belongs to it."""
    if status in UNDONE and today > due_on:
        return Delay.DUE
    if status is OrderStatus.ISSUED and today > receipt_due:
        return Delay.RECEIPT
    return None


def check_due(due_on: date, today: date, most_days: int) -> date:
    """Return the deadline of an order. Raises RuleViolation for today, earlier, or too far."""
    if due_on <= today:
        raise RuleViolation("due_on", N_("办结期限要在今天以后"))
    if due_on > today + timedelta(days=most_days):
        raise RuleViolation("due_on", NN_("办结期限最多 %(days)d 天"), days=most_days)
    return due_on


def check_subject(text: str) -> str:
    """Return what an order is about, one line. Raises RuleViolation."""
    return check_line(text, "subject", SUBJECT_MAX, N_("请写明督办什么"))


def check_text(text: str, missing: str, field: str = "text") -> str:
    """Return words of an order, line breaks kept. Raises RuleViolation for none or too many."""
    words = check_shown(text, field).strip()
    if not words:
        raise RuleViolation(field, missing)
    if len(words) > TEXT_MAX:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=TEXT_MAX)
    return words


def check_side(action: OrderAction, side: Side) -> None:
    """Raise RuleViolation where the other side would have to do it."""
    if side not in BY_SIDE.get(action, frozenset()):
        raise RuleViolation("", N_("这一步不由本单位办理"))
