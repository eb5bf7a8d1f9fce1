"""One at a time: tries and sends for one phone are counted one after the other."""

from __future__ import annotations

from sqlalchemy import func, select

from core.database import db, is_postgresql


def take_turn(phone_index: bytes) -> None:
    """Wait until nobody else tries or sends for this phone; until the end of the transaction.

    On SQLite a request that writes is alone anyway.
    """
    if is_postgresql():
        number = int.from_bytes(phone_index[:8], "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))
