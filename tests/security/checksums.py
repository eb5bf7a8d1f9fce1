"""A digest of everything in the database that a refused or reading request must not change."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from core.database import Base, db

#: What a request may write although it is refused or only reads: traces of itself.
TRACES = {"audit_events", "chain_heads", "idempotency_keys", "failed_tries", "user_sessions"}


def checksum() -> tuple[str, int]:
    """Return the digest and the number of rows it looked at."""
    digest, rows = hashlib.sha256(), 0
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        if table.name in TRACES:
            continue
        for row in db.session.execute(select(table).order_by(*table.primary_key.columns)):
            digest.update(repr(tuple(row)).encode())
            rows += 1
    db.session.rollback()
    return digest.hexdigest(), rows
