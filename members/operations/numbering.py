"""Serials that are given out once (security.md RACE-14)."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from core.database import db
from core.transactions import TryAgainError
from members.models import NumberSequence

LOCKED = "locked_sequences"


def take_serial(name: str) -> int:
    """Return the next serial of a sequence; its row is locked once per transaction.

    Gaps are allowed: what rolls back is not given out again in the same order. Raises
    TryAgainError where another transaction began the sequence at the same moment.
    """
    held = _held()
    if name not in held:
        held[name] = _lock(name)
    held[name].value += 1
    return held[name].value


def _held() -> dict[str, NumberSequence]:
    """Return the sequences that the running transaction has locked."""
    session = db.session()
    if not session.in_transaction():
        session.begin()
    transaction = session.get_transaction()
    kept: tuple[object, dict[str, NumberSequence]] = session.info.get(LOCKED, (None, {}))
    if kept[0] is not transaction:
        kept = session.info[LOCKED] = (transaction, {})
    return kept[1]


def _lock(name: str) -> NumberSequence:
    found = db.session.get(NumberSequence, name, with_for_update=True)
    if found is not None:
        return found
    fresh = NumberSequence(name=name, value=0)
    db.session.add(fresh)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    return fresh
