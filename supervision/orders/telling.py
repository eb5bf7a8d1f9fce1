"""Who is told of a step of an order: the other side, both, or the level above as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.operations.letters import News, tell_accounts
from accounts.queries.posts import KEEPERS, holders_at
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from organizations.models import Organization
from supervision.alerts.defaults import RULES
from supervision.orders.models import Order
from supervision.orders.rules import OrderAction, Side

_A, _K = OrderAction, LetterKind
KINDS: Mapping[OrderAction, LetterKind] = {
    _A.ISSUE: _K.ORDER_ISSUED,
    _A.RECEIVE: _K.ORDER_RECEIVED,
    _A.REPLY: _K.ORDER_REPLIED,
    _A.CLOSE: _K.ORDER_CLOSED,
    _A.REOPEN: _K.ORDER_REOPENED,
    _A.WITHDRAW: _K.ORDER_WITHDRAWN,
    _A.RECOVER: _K.ORDER_RECOVERED,
    _A.LAPSE: _K.ORDER_LAPSED,
    _A.MOVE: _K.ORDER_ISSUED,
    _A.WRITE: _K.ORDER_WRITTEN,
}
#: Whoever is told of it: who has to do it, else who gave the order.
TO_HANDLER = frozenset({_A.ISSUE, _A.CLOSE, _A.REOPEN, _A.WITHDRAW, _A.MOVE})
TO_BOTH = frozenset({_A.RECOVER, _A.LAPSE})


def tell(
    order: Order, action: OrderAction, event_id: int, side: Side | None, *, now: datetime
) -> None:
    """Tell of a step; of words the other side than the one that wrote them."""
    to_handler = action in TO_HANDLER or (action is _A.WRITE and side is Side.ISSUER)
    places = [order.handler] if to_handler else [order.issuer]
    if action in TO_BOTH:
        places = [order.issuer, order.handler]
    _tell(order, KINDS[action], places, f"order:{order.id}:{event_id}", now)


def tell_late(order: Order, upper: Organization, event_id: int, *, now: datetime) -> None:
    """Tell that an order is late: both sides, and the level above."""
    topic = f"order:{order.id}:{event_id}"
    _tell(order, _K.ORDER_LATE, [order.handler, order.issuer], topic, now)
    if upper.id != order.issuer_id:
        _tell(order, _K.ORDER_ESCALATED, [upper], topic, now)


def _tell(
    order: Order, kind: LetterKind, places: Iterable[Organization], topic: str, now: datetime
) -> None:
    day = clock.local(now).date()
    known = RULES.get(order.rule)
    details: dict[str, Any] = {
        "code": order.code,
        "subject": known.name if known else order.subject,
        "about": order.organization.name,
        "day": order.due_on.isoformat(),
    }
    told: dict[int, tuple[User, News]] = {}
    for place in places:
        for post in holders_at(place.id, (*KEEPERS, Role.OFFICER), day):
            told.setdefault(post.user.id, (post.user, News(kind, place, topic, details)))
    tell_accounts(list(told.values()), now=now)
