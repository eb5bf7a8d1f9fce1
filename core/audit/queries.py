"""Reading the audit chain and the read log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from core.audit.cutting import CUT
from core.audit.models import AuditEvent, ReadEvent
from core.chain import ChainCut, Chained, ChainHead, Verdict, verify
from core.database import db

BATCH = 5_000


def reads_of_person(*person_ids: int, limit: int = 50) -> Sequence[ReadEvent]:
    """Return who looked at the person, newest first; ids of merged records may stand beside."""
    statement = (
        select(ReadEvent)
        .where(ReadEvent.person_id.in_(person_ids))
        .order_by(ReadEvent.at.desc(), ReadEvent.id.desc())
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def count_reads_since(actor_id: int, since: datetime) -> int:
    """Return how many protected values an account looked at since the instant."""
    statement = select(func.count(ReadEvent.id)).where(
        ReadEvent.actor_id == actor_id, ReadEvent.at >= since
    )
    return db.session.scalar(statement) or 0


def rows_of(model: type[Chained]) -> Iterator[tuple[int | None, bytes | None, tuple[Any, ...]]]:
    """Yield the rows of a chain in order, unsealed ones last, without keeping them in memory."""
    columns = model.__table__.c  # type: ignore[attr-defined]
    statement = (
        select(model)
        .order_by(columns.sequence.is_(None), columns.sequence, columns.id)
        .execution_options(yield_per=BATCH)
    )
    found = db.session.scalars(statement)
    try:
        for row in found:
            yield row.sequence, row.digest, row.facts()
            db.session.expunge(row)
    finally:
        found.close()


def verify_chain(model: type[Chained]) -> Verdict:
    """Return whether the chain of a model is whole, from its cut on, and whether that is told."""
    cut = db.session.get(ChainCut, model.CHAIN)
    verdict = verify(rows_of(model), db.session.get(ChainHead, model.CHAIN), cut)
    if cut is None or not verdict.is_sound or _is_told(cut):
        return verdict
    return Verdict(verdict.rows, cut.sequence, "rows were removed and no event tells of it")


def _is_told(cut: ChainCut) -> bool:
    """Return whether the newest event about the cut of a chain names its place and its digest."""
    told = (
        select(AuditEvent.details)
        .where(AuditEvent.subject_type == "chain", AuditEvent.action == CUT)
        .order_by(AuditEvent.sequence.desc())
    )
    for details in db.session.scalars(told):
        event = json.loads(details)
        if event["chain"] == cut.name:
            return (event["sequence"], event["digest"]) == (cut.sequence, cut.digest.hex())
    return False
