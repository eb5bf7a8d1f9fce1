"""Removing the oldest part of the audit chain and of the read log; the rest verifies (D6, D4).

The place and the digest of the last row that goes are kept (``core.chain.ChainCut``), and an audit
event names both: a cut that no event tells of is a finding of ``flask audit verify``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import cast

from sqlalchemy import delete, func, select

from core import retention
from core.audit.models import AuditEvent, ReadEvent
from core.audit.operations import SYSTEM, record
from core.chain import GENESIS, ChainCut, link
from core.database import changed_rows, db

STEP = 2_000
SETTING = "privacy.logs_years"
CUT = "audit.cut"

Logged = type[AuditEvent] | type[ReadEvent]


class BrokenChainError(Exception):
    """What should be removed does not verify: it is evidence and stays."""


def _is_in_force(event: AuditEvent) -> bool:
    """Return whether an event tells of the present cut of another chain."""
    told = event.detail_values
    cut = db.session.get(ChainCut, told["chain"])
    is_other = told["chain"] != AuditEvent.CHAIN
    return is_other and cut is not None and cut.sequence == told["sequence"]


#: Events whose word outlives the log, by their action: they are said again at the end of the chain
#: before they go, without who did it and from where.
CARRIED: dict[str, Callable[[AuditEvent], bool]] = {CUT: _is_in_force}


def due_in(model: Logged, now: datetime) -> int:
    """Return how many rows of a chain are older than the logs are kept."""
    begin = _begin(model)
    young = select(func.min(model.sequence)).where(
        model.sequence > begin, model.at >= retention.since(SETTING, now)
    )
    old = select(func.count(model.id)).where(model.sequence > begin)
    first = db.session.scalar(young)
    return db.session.scalar(old if first is None else old.where(model.sequence < first)) or 0


def cut(model: Logged, now: datetime) -> int:
    """Remove the oldest rows of a chain that are due, at most ``STEP``; return how many.

    Raises BrokenChainError where they do not follow from what was removed before: then nothing is.
    """
    before = retention.since(SETTING, now)
    known = db.session.scalars(
        select(ChainCut)
        .where(ChainCut.name == model.CHAIN)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    begin = known.sequence if known else 0
    gone = _oldest(model, begin, before)
    if not gone:
        return 0
    _check(gone, begin, known.digest if known else GENESIS)
    sequence, digest = begin + len(gone), gone[-1].digest or b""
    if known is None:
        known = ChainCut(name=model.CHAIN)
        db.session.add(known)
    known.sequence, known.digest, known.before = sequence, digest, before
    db.session.flush()
    removed = changed_rows(delete(model).where(model.sequence > begin, model.sequence <= sequence))
    for row in gone:
        if isinstance(row, AuditEvent):
            _carry(row)
        db.session.expunge(row)
    record(
        CUT,
        "chain",
        None,
        by=SYSTEM,
        chain=model.CHAIN,
        sequence=sequence,
        digest=digest.hex(),
        before=before.isoformat(),
        rows=removed,
    )
    db.session.flush()
    return removed


def _oldest(model: Logged, begin: int, before: datetime) -> Sequence[AuditEvent | ReadEvent]:
    """Return the oldest rows up to the first that is kept: rows go in the order of the chain."""
    rows = select(model).where(model.sequence > begin).order_by(model.sequence).limit(STEP)
    found = cast("Sequence[AuditEvent | ReadEvent]", db.session.scalars(rows).all())
    return list(takewhile(lambda row: row.at < before, found))


def _check(rows: Sequence[AuditEvent | ReadEvent], begin: int, previous: bytes) -> None:
    for at, row in enumerate(rows, start=begin + 1):
        previous = link(previous, at, row.facts())
        if row.sequence != at or row.digest != previous:
            message = f"{row.CHAIN} is broken at {at}; nothing was removed"
            raise BrokenChainError(message)


def _carry(event: AuditEvent) -> None:
    keep = CARRIED.get(event.action)
    if keep is None or not keep(event):
        return
    told = {"first": event.sequence, **event.detail_values}
    record(event.action, event.subject_type, event.subject_id, by=SYSTEM, result="carried", **told)


def _begin(model: Logged) -> int:
    known = db.session.get(ChainCut, model.CHAIN)
    return known.sequence if known else 0


def _rule(name: str, model: Logged) -> retention.Rule:
    def parts(now: datetime) -> Iterator[int]:
        return retention.until_none(lambda at: cut(model, at))(now)

    return retention.Rule(name, SETTING, lambda now: due_in(model, now), parts)


retention.register(_rule("operation_log", AuditEvent))
retention.register(_rule("read_log", ReadEvent))
