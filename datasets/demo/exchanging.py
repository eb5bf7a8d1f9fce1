"""Batches of the demonstration for the other volunteer system: refusals, a difference, sent again.

What scenario 33 of domain.md tells, so that every page of the exchange has something to show.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from accounts.directory import scope_of_account
from core.access.permissions import Permission
from core.access.scope import Scope
from core.database import db
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.jobs.rules import JobAction
from datasets.demo.people import Stage
from exchange import operations
from exchange.models import Batch, BatchRow, SharedObject
from exchange.rules import WITH_MINUTES, BatchMode, ObjectKind

#: What the other system did not take, by the reason it gave.
REFUSED = ("演示：志愿者编号查不到", "演示：项目还没有登记", "演示：服务时间与已有记录重叠")
#: The kind of which the other system counts one less than we do.
MISSED = ObjectKind.GROUP


def build_exchange(stage: Stage) -> None:
    """Tell of everybody who agrees, read the refusals, and tell of those once more."""
    maker, other = (_scope(stage, key) for key in ("province", "province2"))
    first = _sent(maker, other, BatchMode.FULL, stage.at(1, 9))
    refused = _services(first, len(REFUSED))
    _answer(first, refused, maker, stage.at(1, 12), missed=1)
    again = _sent(maker, other, BatchMode.REJECTS, stage.at(1, 15), follows=first.code)
    _answer(again, (), maker, stage.at(1, 17))


def _scope(stage: Stage, key: str) -> Scope:
    place = stage.places["浙江省"]
    found = scope_of_account(stage.users[key].id, place.code, Permission.EXCHANGE_KEEP)
    if found is None:
        message = f"{key} may not exchange anything"
        raise ValueError(message)
    return found


def _sent(maker: Scope, other: Scope, mode: BatchMode, now: datetime, follows: str = "") -> Batch:
    """Return a batch that another officer agreed to, and that was handed over."""
    batch = operations.start_batch(maker, mode, now=now, follows=follows)
    _fill(batch, maker, now)
    operations.agree(batch.code, other, now=now)
    operations.take_file(batch.code, maker, now=now)
    return operations.mark_sent(batch.code, maker, now=now)


def _fill(batch: Batch, scope: Scope, now: datetime) -> None:
    """Do the job behind a batch as the worker does, within the transaction of the seed."""
    job = db.session.scalars(select(Job).where(Job.code == batch.job_code)).one()
    jobs.change(job, JobAction.BEGIN)
    while operations.gather_next(job, scope):
        make = operations.put_together(job)
        if make is not None:
            make()
    jobs.change(job, JobAction.FINISH)
    job.ended_at = now
    db.session.flush()


def _services(batch: Batch, most: int) -> list[BatchRow]:
    """Return the first services of a batch that count minutes."""
    statement = (
        select(BatchRow)
        .join(BatchRow.object)
        .options(contains_eager(BatchRow.object))
        .where(
            BatchRow.batch_id == batch.id,
            SharedObject.kind == ObjectKind.SERVICE,
            BatchRow.minutes > 0,
        )
        .order_by(BatchRow.id)
        .limit(most)
    )
    return list(db.session.scalars(statement))


def _answer(
    batch: Batch, refused: Collection[BatchRow], scope: Scope, now: datetime, *, missed: int = 0
) -> None:
    """Read the receipt that the other system would write."""
    before = {} if batch.follows is None else batch.follows.report["held"]
    totals = {
        kind: _total(kind, counts, refused, before.get(kind, {"objects": 0, "minutes": 0}), missed)
        for kind, counts in batch.counts["objects"].items()
    }
    head = {
        "type": "receipt",
        "batch": batch.code,
        "manifest": batch.manifest_digest,
        "totals": totals,
    }
    rows = [
        {
            "kind": row.object.kind,
            "number": row.object.number,
            "version": row.version,
            "reason": reason,
        }
        for row, reason in zip(refused, REFUSED, strict=False)
    ]
    lines = (json.dumps(line, ensure_ascii=False) for line in (head, *rows))
    operations.receive(batch.code, "\n".join(lines).encode(), scope, now=now)


def _total(
    kind: str,
    counts: dict[str, int],
    refused: Collection[BatchRow],
    before: dict[str, int],
    missed: int,
) -> dict[str, int]:
    """Return what a receipt says of a kind: what was taken, and what is there now."""
    lost = [row for row in refused if row.object.kind == kind]
    held = before["objects"] + counts["gain"] - sum(row.gain for row in lost)
    total = {
        "accepted": counts["rows"] - len(lost),
        "rejected": len(lost),
        "held": max(held - (missed if kind == MISSED else 0), 0),
    }
    if kind in WITH_MINUTES:
        minutes = before["minutes"] + counts["gained_minutes"]
        total["minutes"] = counts["minutes"] - sum(row.minutes for row in lost)
        total["held_minutes"] = minutes - sum(row.gained_minutes for row in lost)
    return total
