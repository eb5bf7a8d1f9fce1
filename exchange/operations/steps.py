"""Locks and history of batches: what every act over them begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from core.audit.operations import Actor, record
from core.database import db
from core.rules import UnknownRowError, next_state
from exchange.models import Batch, BatchEvent
from exchange.rules import BATCH_TRANSITIONS, BatchAction


def locked(code: str, organization_id: int | None = None) -> Batch:
    """Return a batch, locked. Raises UnknownRowError where it is not there."""
    batch = db.session.scalars(
        select(Batch)
        .where(Batch.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if batch is None or organization_id not in {None, batch.organization_id}:
        raise UnknownRowError(code)
    return batch


def step(
    batch: Batch,
    action: BatchAction | None,
    *,
    by: Actor,
    now: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Lead a batch on, write its history and the audit event. Raises IllegalTransition."""
    if action is not None:
        batch.status = next_state(BATCH_TRANSITIONS, batch.status, action)
    db.session.add(
        BatchEvent(
            batch_id=batch.id,
            action=action,
            to_status=batch.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
        )
    )
    db.session.flush()
    record(f"exchange.{action or 'make'}", "exchange_batch", batch.id, by=by, **(details or {}))  # type: ignore[arg-type]
