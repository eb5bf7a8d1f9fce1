"""The job behind a batch: object after object, each chunk kept sealed before its step commits.

A chunk that was written and not committed is written again under its number, so a killed worker
costs a chunk. A new version is told only where what is told has changed since it was told last.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select

from core import clock
from core.access.scope import Scope
from core.database import db
from core.exports import vault
from core.jobs.models import Job
from core.rules import N_, RuleViolation, UnknownRowError
from exchange.models import Batch, BatchRow
from exchange.operations.packing import make_file, manifest_digest
from exchange.operations.rows import Told, objects_of, tell, withdraw, withdraw_unseen
from exchange.operations.steps import locked
from exchange.profiles import current_profile
from exchange.queries import merits, people
from exchange.queries.sharing import Ask, Found, expected, left_out
from exchange.rules import BatchMode, BatchStatus, ObjectKind, Profile, RowOperation

CHUNK = 500
#: What ``expected`` counts: nearly all of the work.
MANY = (ObjectKind.VOLUNTEER, ObjectKind.SERVICE)
COUNTED = ("rows", "puts", "minutes", "gain", "gained_minutes")
Reader = Callable[[Ask], list[Found]]
#: What is told, where its source stands (0 at its end), and how many objects were looked at.
Chunk = tuple[list[Told], int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """One table of objects; without a reader it is what is not found any more of a kind."""

    kind: ObjectKind
    read: Reader | None


#: In this order for ever: rows keep the place of their source.
SOURCES = (
    Source(ObjectKind.VOLUNTEER, people.volunteers),
    Source(ObjectKind.VOLUNTEER, None),
    Source(ObjectKind.GROUP, people.teams),
    Source(ObjectKind.GROUP, None),
    Source(ObjectKind.PROJECT, people.projects),
    Source(ObjectKind.PROJECT, None),
    Source(ObjectKind.SERVICE, merits.services),
    Source(ObjectKind.SERVICE, None),
    Source(ObjectKind.TRAINING, merits.trainings),
    Source(ObjectKind.TRAINING, None),
    Source(ObjectKind.HONOUR, merits.stars),
    Source(ObjectKind.HONOUR, merits.honours),
    Source(ObjectKind.HONOUR, None),
    Source(ObjectKind.EVALUATION, merits.evaluations),
    Source(ObjectKind.EVALUATION, None),
    Source(ObjectKind.CERTIFICATE, merits.certificates),
    Source(ObjectKind.CERTIFICATE, None),
)


def gather_next(job: Job, scope: Scope) -> bool:
    """Tell of the next objects; return whether there is more to do."""
    del scope
    batch = _batch(job.parameters["batch"])
    if batch.is_whole:  # committed: only now the parts can go, a killed worker still needs them
        if vault.is_kept(batch.code):
            vault.drop_parts(batch.code)
        return False
    if job.result.get("gathered"):
        _finish(batch, job)
        return True
    profile = current_profile(clock.local(batch.created_at).date())
    if not job.cursor:
        _begin(batch, profile)
        job.total = _expected(batch)
        job.cursor = "0:0"
        return True
    place, after = (int(part) for part in job.cursor.split(":"))
    if place == len(SOURCES):
        job.done = job.total
        job.note(gathered=True)
        return True
    source = SOURCES[place]
    is_wanted = source.kind in profile.objects
    told, last, looked_at = _tell_next(batch, profile, place, after) if is_wanted else NONE
    _keep(batch, job, source.kind, told)
    if batch.mode is BatchMode.REJECTS or source.kind in MANY:
        job.done = min(job.done + looked_at, job.total)
    job.cursor = f"{place}:{last}" if last else f"{place + 1}:0"
    db.session.flush()
    return True


NONE: Chunk = ([], 0, 0)


def _batch(code: str) -> Batch:
    try:
        batch = locked(code)
    except UnknownRowError:
        batch = None
    if batch is None or (batch.status is not BatchStatus.DRAFT and not batch.is_whole):
        raise RuleViolation("", N_("这一批已经放弃"))
    return batch


def _begin(batch: Batch, profile: Profile) -> None:
    kinds = {kind.value: dict.fromkeys(COUNTED, 0) for kind in profile.objects}
    batch.count({"objects": kinds, "left_out": left_out(clock.today())})


def _expected(batch: Batch) -> int:
    """Return how many objects the job looks at, by which its owner sees how far it is."""
    if batch.mode is not BatchMode.REJECTS:
        return expected(clock.today())
    refused = select(func.count()).where(BatchRow.batch_id == batch.follows_id, BatchRow.is_refused)
    return db.session.scalar(refused) or 0


def _tell_next(batch: Batch, profile: Profile, place: int, after: int) -> Chunk:
    """Return what is told of the next objects of a source."""
    source, today = SOURCES[place], clock.local(batch.created_at).date()
    if batch.mode is BatchMode.REJECTS:
        return _tell_refused(batch, profile, place, after)
    if source.read is None:
        return *withdraw_unseen(batch, source.kind, place, after, CHUNK), 0
    found = source.read(Ask(today, after, CHUNK))
    told = tell(batch, profile, source.kind, place, found)
    return told, found[-1].id if found else 0, len(found)


def _tell_refused(batch: Batch, profile: Profile, place: int, after: int) -> Chunk:
    """Return the refused rows of the batch before, as their objects are now."""
    source, today = SOURCES[place], clock.local(batch.created_at).date()
    refused = (
        select(BatchRow)
        .where(
            BatchRow.batch_id == batch.follows_id,
            BatchRow.is_refused,
            BatchRow.source == place,
            BatchRow.id > after,
        )
        .order_by(BatchRow.id)
        .limit(CHUNK)
    )
    rows = db.session.scalars(refused).all()
    if not rows:
        return NONE
    last = rows[-1].id
    if source.read is None:
        return withdraw(batch, place, objects_of([row.object_id for row in rows])), last, 0
    found = source.read(Ask(today, ids=[row.source_id for row in rows]))
    return tell(batch, profile, source.kind, place, found), last, len(found)


def _keep(batch: Batch, job: Job, kind: ObjectKind, told: list[Told]) -> None:
    if not told:
        return
    counts = batch.counts
    mine = counts["objects"][kind]
    rows = [one.row for one in told]
    mine["rows"] += len(rows)
    mine["puts"] += sum(row.operation is RowOperation.PUT for row in rows)
    mine["minutes"] += sum(row.minutes for row in rows)
    mine["gain"] += sum(row.gain for row in rows)
    mine["gained_minutes"] += sum(row.gained_minutes for row in rows)
    batch.count(counts)
    number = job.result.get("parts", 0)
    payload = {"kind": kind, "lines": [one.line for one in told]}
    vault.keep_part(batch.code, number, json.dumps(payload, ensure_ascii=False).encode())
    job.note(parts=number + 1)


def put_together(job: Job) -> Callable[[], None] | None:
    """Return what makes the file of a batch, once all of it is gathered."""
    if not job.result.get("gathered"):
        return None
    batch = db.session.scalars(select(Batch).where(Batch.code == job.parameters["batch"])).one()
    if vault.is_kept(batch.code):
        return None
    profile = current_profile(clock.local(batch.created_at).date())
    head = {
        "batch": batch.code,
        "mode": batch.mode,
        "follows": batch.follows.code if batch.follows else None,
        "system": batch.system,
        "profile_from": profile.valid_from.isoformat(),
        "identity": batch.identity,
        "made_at": clock.local(batch.created_at).isoformat(timespec="seconds"),
        "left_out": batch.counts["left_out"],
    }
    return partial(make_file, batch.code, job.result.get("parts", 0), head, batch.counts)


def _finish(batch: Batch, job: Job) -> None:
    """Note that the file is there and waits for another officer."""
    if not vault.is_kept(batch.code):
        return
    rows = select(func.count()).where(BatchRow.batch_id == batch.id)
    told = sum(one["rows"] for one in batch.counts["objects"].values())
    if db.session.scalar(rows) != told:
        raise RuleViolation("", N_("这一批的行数对不上，请放弃后重做"))
    batch.manifest_digest = manifest_digest(batch.code, job.result.get("parts", 0))
    batch.is_whole = True
