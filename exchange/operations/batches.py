"""A batch from its making to its end: two officers, one on its way at a time (VOL-52, EXP-05)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from core import clock, crypto, retention, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.exports import vault
from core.jobs import operations as jobs
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from exchange.models import Batch, BatchRow
from exchange.operations.steps import locked, step
from exchange.profiles import current_profile
from exchange.rules import (
    BATCH_TRANSITIONS,
    ON_THE_WAY,
    BatchAction,
    BatchMode,
    BatchStatus,
    check_agreement,
)
from organizations.models import Organization

MAKE = "exchange.make"


def start_batch(scope: Scope, mode: BatchMode, *, now: datetime, follows: str = "") -> Batch:
    """Return a new batch that a job fills; one of refused rows ends the batch they came from.

    Raises RuleViolation while another one is on its way: what that one tells is neither accepted
    nor refused, and would go twice.
    """
    place = select(Organization.id).where(Organization.id == scope.place.id).with_for_update()
    db.session.execute(place).one()
    _check_free(scope.place.id)
    before = _before(scope, mode, follows)
    profile = current_profile(clock.local(now).date())
    batch = Batch(
        code=crypto.opaque_code(12),
        status=BatchStatus.DRAFT,
        mode=mode,
        organization_id=scope.place.id,
        follows_id=before.id if before else None,
        system=profile.system,
        identity=profile.identity,
        made_by_id=scope.principal.user_id,
        post_id=scope.post.id,
        created_at=now,
        expires_at=_expiry(now),
    )
    db.session.add(batch)
    db.session.flush()
    by = Actor.of_scope(scope)
    step(batch, None, by=by, now=now, details={"mode": mode, "system": profile.system})
    if mode is BatchMode.REJECTS and before is not None:
        step(before, BatchAction.CLOSE, by=by, now=now, details={"followed_by": batch.code})
    batch.job_code = jobs.start(MAKE, scope, total=0, now=now, batch=batch.code).code
    db.session.flush()
    return batch


def _check_free(organization_id: int) -> None:
    waits = exists().where(Batch.organization_id == organization_id, Batch.status.in_(ON_THE_WAY))
    if db.session.scalar(select(waits)):
        raise RuleViolation("", N_("上一批还没有办完，先读回执或者放弃，再做新的"))


def _before(scope: Scope, mode: BatchMode, follows: str) -> Batch | None:
    """Return the batch that a new one follows: the last with a receipt, or that of the rejects."""
    if mode is not BatchMode.REJECTS:
        return db.session.scalars(
            select(Batch)
            .where(Batch.organization_id == scope.place.id, Batch.receipted_at.is_not(None))
            .order_by(Batch.receipted_at.desc(), Batch.id.desc())
            .limit(1)
        ).one_or_none()
    batch = locked(follows, scope.place.id)
    next_state(BATCH_TRANSITIONS, batch.status, BatchAction.CLOSE)
    refused = select(func.count()).where(BatchRow.batch_id == batch.id, BatchRow.is_refused)
    if not db.session.scalar(refused):
        raise RuleViolation("", N_("这一批没有被退回的"))
    return batch


def agree(code: str, scope: Scope, *, now: datetime) -> Batch:
    """Return a batch that may leave: another officer looked at what it holds (scenario 32)."""
    batch = locked(code, scope.place.id)
    next_state(BATCH_TRANSITIONS, batch.status, BatchAction.AGREE)
    check_agreement(batch.made_by_id, scope.principal.user_id)
    if not batch.is_whole:
        raise RuleViolation("", N_("这一批还没有做完"))
    if not vault.is_kept(batch.code):
        raise RuleViolation("", N_("文件已经过期删除，请放弃后重做"))
    batch.expires_at = _expiry(now)
    step(batch, BatchAction.AGREE, by=Actor.of_scope(scope), now=now)
    return batch


def take_file(code: str, scope: Scope, *, now: datetime) -> Batch:
    """Return a batch whose file is being downloaded; the log gets one line.

    Raises UnknownRowError where nobody agreed yet, or the file is over.
    """
    batch = locked(code, scope.place.id)
    may_leave = batch.status in {BatchStatus.READY, BatchStatus.SENT} and batch.expires_at > now
    if not may_leave or not vault.is_kept(batch.code):
        raise UnknownRowError(code)
    batch.downloads += 1
    by = Actor.of_scope(scope)
    record("exchange.download", "exchange_batch", batch.id, by=by, system=batch.system)
    db.session.flush()
    return batch


def mark_sent(code: str, scope: Scope, *, now: datetime) -> Batch:
    """Return a batch that was handed to the other system."""
    batch = locked(code, scope.place.id)
    next_state(BATCH_TRANSITIONS, batch.status, BatchAction.SEND)
    if not batch.downloads:
        raise RuleViolation("", N_("文件还没有下载过，请先下载再交"))
    step(batch, BatchAction.SEND, by=Actor.of_scope(scope), now=now)
    return batch


def close(code: str, scope: Scope, *, now: datetime) -> Batch:
    """Return a batch that is done with; rows that were refused go again with the next changes."""
    batch = locked(code, scope.place.id)
    step(batch, BatchAction.CLOSE, by=Actor.of_scope(scope), now=now)
    return batch


def give_up(code: str, scope: Scope, *, now: datetime) -> Batch:
    """Return a batch that came to nothing: nothing of it counts as accepted."""
    batch = locked(code, scope.place.id)
    step(batch, BatchAction.GIVE_UP, by=Actor.of_scope(scope), now=now)
    vault.remove(batch.code)
    return batch


def purge_files(now: datetime) -> int:
    """Remove files whose hours are over; return how many batches were looked at (EXP-06)."""
    over = files_over(now)
    for code in over:
        vault.remove(code)
    return len(over)


def codes_with_files() -> set[str]:
    """Return the codes of batches of which something may lie on the disk."""
    return set(db.session.scalars(select(Batch.code).where(Batch.status.in_(ON_THE_WAY))))


def _expiry(now: datetime) -> datetime:
    return now + timedelta(hours=settings.value("exchange.hours", on=clock.local(now).date()))


def files_over(now: datetime) -> list[str]:
    """Return the codes of batches whose file is still there although its hours are over."""
    over = select(Batch.code).where(Batch.expires_at <= now, Batch.is_whole)
    return [code for code in db.session.scalars(over) if vault.is_kept(code)]


vault.OTHERS.append(codes_with_files)
retention.register(
    retention.Rule(
        "exchange_files",
        "exchange.hours",
        lambda now: len(files_over(now)),
        retention.until_none(purge_files),
    )
)
