"""Append-only tables whose rows are chained by hash: a change, a gap or a swap is found.

Rows are sealed just before the commit, under one lock per chain, so that the chain has one
order whatever the number of writers (security.md LED-12, LED-13, RACE-15). Triggers refuse
every change of a sealed row. Of the logs the oldest part may be cut off (decisions.md D6): the
place and the digest of the last row that went are kept, and the rest is verified from there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, ClassVar, cast

from sqlalchemy import String, bindparam, event, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import pending
from core.bulk import insert_many
from core.database import Base, BigKey, Digest, UTCDateTime, insert_or

GENESIS = b"\0" * 32
UNSEALED = pending.register("unsealed_rows")
UNWRITTEN = pending.register("unwritten_rows")
#: Kept, because making one for each row costs as much as using it.
TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class ChainHead(Base):
    """The last sequence number and digest of a chain."""

    __tablename__ = "chain_heads"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigKey)
    digest: Mapped[bytes] = mapped_column(Digest)


class ChainCut(Base):
    """Where a chain begins since its oldest rows were removed: behind this sequence number.

    ``before`` is the instant that every removed row was older than. Triggers let it move forward
    only, and onto a row of the chain only.
    """

    __tablename__ = "chain_cuts"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigKey)
    digest: Mapped[bytes] = mapped_column(Digest)
    before: Mapped[datetime] = mapped_column(UTCDateTime)


class Chained:
    """Mixin of an append-only model; ``facts`` names every value that matters."""

    CHAIN: ClassVar[str]

    sequence: Mapped[int | None] = mapped_column(BigKey, unique=True)
    digest: Mapped[bytes | None] = mapped_column(Digest)

    def facts(self) -> tuple[Any, ...]:
        """Return the values that the digest covers, as JSON-ready scalars."""
        raise NotImplementedError


#: The model and the values of a row that the commit writes.
Unwritten = tuple[type[Chained], Mapping[str, Any]]


def link(previous: bytes, sequence: int, facts: Iterable[Any]) -> bytes:
    """Return the digest of a row that follows the row with the previous digest."""
    text = TEXT.encode([sequence, *facts])
    return hashlib.sha256(previous + text.encode()).digest()


def append(session: Session, kind: type[Chained], rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep the values of many rows for the end of their chain; the commit writes them sealed.

    For rows that nobody reads before the commit: each costs one insert, no update and no object.
    """
    session.info.setdefault(UNWRITTEN, []).extend((kind, row) for row in rows)


def seal(session: Session) -> int:
    """Give every new chained row its place in the chain; return how many were sealed.

    Rows that were written already come first in their chain, in the order of their ids.
    """
    flushed: list[Chained] = session.info.pop(UNSEALED, [])
    unwritten: list[Unwritten] = session.info.pop(UNWRITTEN, [])
    flushed.sort(key=lambda row: row.id)  # type: ignore[attr-defined]
    chains = {row.CHAIN for row in flushed} | {kind.CHAIN for kind, _ in unwritten}
    for name in sorted(chains):
        head = _locked_head(session, name)
        for row in flushed:
            if name == row.CHAIN:
                row.sequence, row.digest = head.add(row.facts())
        _write_sealed(session, [one for one in unwritten if name == one[0].CHAIN], head)
        ends = {"chain": name, "last": head.sequence, "end": head.digest}
        session.connection().execute(_MOVE_HEAD, ends)
    session.flush()
    return len(flushed) + len(unwritten)


@dataclass(slots=True)
class _Head:
    """The end of a chain while rows are added to it."""

    sequence: int
    digest: bytes

    def add(self, facts: Iterable[Any]) -> tuple[int, bytes]:
        """Return the place and the digest of a row that follows, by its facts."""
        self.sequence += 1
        self.digest = link(self.digest, self.sequence, facts)
        return self.sequence, self.digest


_HEAD = (
    select(ChainHead.sequence, ChainHead.digest)
    .where(ChainHead.name == bindparam("chain"))
    .with_for_update()
)
_MOVE_HEAD = (
    update(ChainHead.__table__)  # type: ignore[arg-type]
    .where(ChainHead.name == bindparam("chain"))
    .values(sequence=bindparam("last"), digest=bindparam("end"))
)


def _write_sealed(session: Session, rows: Sequence[Unwritten], head: _Head) -> None:
    if not rows:
        return
    kind, written = rows[0][0], []
    for _, row in rows:
        facts = kind.facts(cast("Chained", SimpleNamespace(**row)))
        sequence, digest = head.add(facts)
        written.append({**row, "sequence": sequence, "digest": digest})
    insert_many(kind, written, session)


def _locked_head(session: Session, name: str) -> _Head:
    """Return the head of a chain under lock; the first writer of all makes it."""
    connection = session.connection()
    found = connection.execute(_HEAD, {"chain": name}).one_or_none()
    if found is None:
        first = insert_or(ChainHead).values(name=name, sequence=0, digest=GENESIS)
        session.execute(first.on_conflict_do_nothing())
        found = connection.execute(_HEAD, {"chain": name}).one()
    return _Head(*found)


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _context: object) -> None:
    new = [row for row in session.new if isinstance(row, Chained) and row.sequence is None]
    if new:
        session.info.setdefault(UNSEALED, []).extend(new)


@event.listens_for(Session, "before_commit")
def _seal_before_commit(session: Session) -> None:
    if not pending.is_over(session):
        return
    session.flush()
    if session.info.get(UNSEALED) or session.info.get(UNWRITTEN):
        seal(session)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: rows it looked at and the first sequence that is wrong."""

    rows: int
    broken_at: int | None
    problem: str = ""

    @property
    def is_sound(self) -> bool:
        return self.broken_at is None


def verify(
    rows: Iterator[tuple[int | None, bytes | None, tuple[Any, ...]]],
    head: ChainHead | None,
    cut: ChainCut | None = None,
) -> Verdict:
    """Walk ``(sequence, digest, facts)`` in order, from a cut on, and compare with the head."""
    previous, begin = (cut.digest, cut.sequence) if cut else (GENESIS, 0)
    at = begin
    for sequence, digest, facts in rows:
        at += 1
        if sequence != at:
            return Verdict(at - begin, at, "a row is missing, doubled or not sealed")
        previous = link(previous, at, facts)
        if previous != digest:
            return Verdict(at - begin, at, "a row was changed")
    expected = head.sequence if head else 0
    if at != expected or (head and head.digest != previous):
        return Verdict(at - begin, at + 1, "the end does not match the head")
    return Verdict(at - begin, None)
