"""What a transaction collects for its end: written once, and put back where a savepoint is undone.

Figures, chains and calls to the worker are collected while work goes on. What a savepoint added
goes with it; what stood before it stays.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

_NAMES: list[str] = []
_STACK = "pending_before_savepoints"


def register(name: str) -> str:
    """Return the name under which ``Session.info`` collects something, kept over savepoints."""
    _NAMES.append(name)
    return name


def is_over(session: Session) -> bool:
    """Return whether a commit is that of the transaction, not the release of a savepoint."""
    return not session.in_nested_transaction()


def _now(session: Session) -> dict[str, Any]:
    return {name: copy(session.info[name]) for name in _NAMES if name in session.info}


@event.listens_for(Session, "after_transaction_create")
def _remember(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_STACK, []).append(_now(session))


@event.listens_for(Session, "after_transaction_end")
def _drop(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info[_STACK].pop()


@event.listens_for(Session, "after_rollback")
def _put_back(session: Session) -> None:
    before = {} if is_over(session) else session.info[_STACK][-1]
    for name in _NAMES:
        session.info.pop(name, None)
    session.info.update(copy(before))
