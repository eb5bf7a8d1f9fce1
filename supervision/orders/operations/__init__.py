"""Giving orders, the steps of their lives, and what follows by itself."""

from supervision.orders.operations.following import (
    escalate,
    follow_closing,
    follow_evaluation,
    follow_move,
    hand_over,
)
from supervision.orders.operations.issuing import NewOrder, issue, may_order
from supervision.orders.operations.steps import Told, act, order_for

__all__ = [
    "NewOrder",
    "Told",
    "act",
    "escalate",
    "follow_closing",
    "follow_evaluation",
    "follow_move",
    "hand_over",
    "issue",
    "may_order",
    "order_for",
]
