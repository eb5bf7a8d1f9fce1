"""Binds orders to what others tell: figures evaluated, organizations closed, posts handed over."""

from __future__ import annotations

from accounts import handing_over
from accounts.queries import digests
from core.access.permissions import Permission
from organizations.operations import ORGANIZATION_CLOSED, SUBTREE_MOVED
from supervision.alerts.operations import EVALUATED
from supervision.orders.operations import follow_closing, follow_evaluation, follow_move
from supervision.orders.queries import PARTS, count_undone

EVALUATED.append(follow_evaluation)
ORGANIZATION_CLOSED.append(follow_closing)
SUBTREE_MOVED.append(follow_move)
handing_over.register(*PARTS)
digests.BESIDE.append((Permission.ORDERS_ANSWER, count_undone))
