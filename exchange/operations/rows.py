"""Which objects a batch tells of, in which version, and what the other system had of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update

from core import keyring
from core.crypto import FieldCipher
from core.database import db, insert_or
from exchange.models import Batch, BatchRow, SharedObject
from exchange.profiles import cipher
from exchange.queries.sharing import Found
from exchange.rules import (
    SCHEMA,
    BatchMode,
    Identity,
    ObjectKind,
    Profile,
    RowOperation,
    Shape,
    rendered,
)
from people.rules import mask_id, mask_phone

#: Items of identity, by kind.
IDENTITY = {
    kind: [item.name for item in items if item.shape is Shape.IDENTITY]
    for kind, items in SCHEMA.items()
}
MASKS = {"id_number": mask_id, "phone": mask_phone}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a batch."""

    line: str
    row: BatchRow


def tell(
    batch: Batch, profile: Profile, kind: ObjectKind, place: int, found: Sequence[Found]
) -> list[Told]:
    """Return the lines about objects: of all of them, or of those that the other side lacks."""
    if not found:
        return []
    objects = _objects(batch, kind, [one.number for one in found])
    held = held_rows([one.id for one in objects.values()])
    told = []
    for one in found:
        shared = objects[one.number]
        before = held.get(shared.id)
        digest = _digest(profile, kind, one)
        is_held = before is not None and before.operation is RowOperation.PUT
        if batch.mode is BatchMode.CHANGES and is_held and before and before.digest == digest:
            continue
        if shared.digest != digest:
            shared.version, shared.digest = shared.version + 1, digest
        row = _row(batch, shared, RowOperation.PUT, (place, one.id), before)
        row.digest, row.minutes = digest, one.minutes
        facts = {**one.facts, **_identity(profile, kind, one)}
        line = _line(one.number, shared.version, RowOperation.PUT, rendered(profile, kind, facts))
        told.append(Told(line, row))
    db.session.flush()
    return told


def withdraw_unseen(
    batch: Batch, kind: ObjectKind, place: int, after: int, size: int
) -> tuple[list[Told], int]:
    """Return lines about objects that are held and were not found any more, and the last id."""
    unseen = or_(SharedObject.seen_id.is_(None), SharedObject.seen_id != batch.id)
    statement = (
        select(SharedObject)
        .where(SharedObject.kind == kind, SharedObject.id > after, unseen)
        .order_by(SharedObject.id)
        .limit(size)
    )
    objects = db.session.scalars(statement).all()
    return withdraw(batch, place, objects), objects[-1].id if objects else 0


def withdraw(batch: Batch, place: int, objects: Sequence[SharedObject]) -> list[Told]:
    """Return lines that take back those objects that the other system holds."""
    held = held_rows([one.id for one in objects])
    told = []
    for shared in objects:
        before = held.get(shared.id)
        if before is None or before.operation is RowOperation.WITHDRAW:
            continue
        if shared.digest is not None:
            shared.version, shared.digest = shared.version + 1, None
        row = _row(batch, shared, RowOperation.WITHDRAW, (place, shared.id), before)
        told.append(Told(_line(shared.number, shared.version, RowOperation.WITHDRAW), row))
    db.session.flush()
    return told


def objects_of(ids: Collection[int]) -> Sequence[SharedObject]:
    """Return objects by their ids."""
    statement = select(SharedObject).where(SharedObject.id.in_(ids)).order_by(SharedObject.id)
    return db.session.scalars(statement).all()


def held_rows(object_ids: Sequence[int]) -> dict[int, BatchRow]:
    """Return by object the row that the other system accepted last."""
    accepted = (
        select(BatchRow)
        .join(Batch, Batch.id == BatchRow.batch_id)
        .where(
            BatchRow.object_id.in_(object_ids),
            BatchRow.is_refused.is_(False),
            Batch.receipted_at.is_not(None),
        )
        .order_by(BatchRow.id)
    )
    return {row.object_id: row for row in db.session.scalars(accepted)}


def _objects(batch: Batch, kind: ObjectKind, numbers: Sequence[str]) -> dict[str, SharedObject]:
    """Return the objects of numbers, made where they are new, noted as seen."""
    new = [{"kind": kind, "number": number, "version": 0} for number in numbers]
    db.session.execute(insert_or(SharedObject).on_conflict_do_nothing(), new)
    mine = SharedObject.kind == kind, SharedObject.number.in_(numbers)
    seen = update(SharedObject).where(*mine).values(seen_id=batch.id)
    db.session.execute(seen.execution_options(synchronize_session=False))
    found = select(SharedObject).where(*mine).execution_options(populate_existing=True)
    return {one.number: one for one in db.session.scalars(found)}


def _row(
    batch: Batch,
    shared: SharedObject,
    operation: RowOperation,
    source: tuple[int, int],
    before: BatchRow | None,
) -> BatchRow:
    was_held = before is not None and before.operation is RowOperation.PUT
    row = BatchRow(
        batch_id=batch.id,
        object_id=shared.id,
        operation=operation,
        version=shared.version,
        minutes=0,
        source=source[0],
        source_id=source[1],
        was_held=was_held,
        held_minutes=before.minutes if before is not None and was_held else 0,
    )
    db.session.add(row)
    return row


def _digest(profile: Profile, kind: ObjectKind, one: Found) -> bytes:
    """Return by what a change is known: keyed, so that nobody finds out a number by trying."""
    plain = {name: f"{profile.identity}:{one.facts.get(name)}" for name in IDENTITY[kind]}
    facts = rendered(profile, kind, {**one.facts, **plain})
    if profile.identity is Identity.NONE:
        facts = rendered(profile, kind, {**one.facts, **dict.fromkeys(IDENTITY[kind])})
    text = json.dumps([kind, one.number, facts], ensure_ascii=False, sort_keys=True)
    return keyring.index_of(text, "exchange-object")


def _identity(profile: Profile, kind: ObjectKind, one: Found) -> Mapping[str, str | None]:
    """Return the identity items as they leave (EXP-05, PRV-01)."""
    if profile.identity is Identity.PLAIN or not IDENTITY[kind]:
        return {}
    sealer = cipher() if profile.identity is Identity.SEALED else None
    return {
        name: _shown(profile.identity, sealer, f"exchange:{kind}:{one.number}:{name}", name, value)
        for name in IDENTITY[kind]
        if (value := one.facts.get(name)) is not None
    }


def _shown(
    identity: Identity, sealer: FieldCipher | None, context: str, name: str, value: str
) -> str | None:
    if sealer is not None:
        return sealer.encrypt_field(value, context)
    return MASKS[name](value) if identity is Identity.MASKED else None


def _line(
    number: str, version: int, operation: RowOperation, facts: Mapping[str, Any] | None = None
) -> str:
    line = {"number": number, "version": version, "operation": operation}
    if facts is not None:
        line["facts"] = facts
    return json.dumps(line, ensure_ascii=False)
