"""The audit chain: whole when nobody touched it, broken wherever somebody did."""

from __future__ import annotations

import secrets
from typing import cast as cast_to

import pytest
from flask import Flask
from sqlalchemy import Table, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from core.audit.models import AuditEvent, ReadEvent
from core.audit.operations import SYSTEM, Actor, record, record_read
from core.audit.queries import verify_chain
from core.chain import GENESIS, ChainHead, link, verify
from core.database import db
from tests.cast import Cast

ROWS = 30


def write_some() -> None:
    """Append events in a few transactions."""
    for number in range(ROWS):
        record("test.act", "person", number, by=SYSTEM, number=number)
        if number % 7 == 0:
            db.session.commit()
    db.session.commit()


def switch_off_triggers() -> None:
    """Do what somebody with the owner's rights could do."""
    names = ("audit_events_no_update", "audit_events_no_delete")
    on = " ON audit_events" if db.engine.dialect.name == "postgresql" else ""
    for name in names:
        db.session.execute(text(f"DROP TRIGGER {name}{on}"))
    db.session.commit()


@pytest.mark.covers("LOG-05", "LOG-06", "T4")
def test_every_event_is_sealed_in_one_order(cast: Cast) -> None:
    write_some()
    rows = db.session.execute(select(AuditEvent.sequence).order_by(AuditEvent.sequence)).scalars()
    sequences = list(rows)
    assert sequences == list(range(1, len(sequences) + 1))
    assert len(sequences) >= ROWS
    assert verify_chain(AuditEvent).is_sound


@pytest.mark.covers("LED-12", "LOG-06", "FLT-07")
def test_a_sealed_row_cannot_be_changed_or_deleted(cast: Cast) -> None:
    write_some()
    for statement in (update(AuditEvent).values(action="forged"), delete(AuditEvent)):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(statement)
        db.session.rollback()
    assert verify_chain(AuditEvent).is_sound


@pytest.mark.covers("LOG-06", "LED-13")
@pytest.mark.parametrize("kind", ["change", "delete", "swap", "truncate", "insert"])
def test_tampering_is_found_where_it_happened(app: Flask, cast: Cast, kind: str) -> None:
    write_some()
    switch_off_triggers()
    total = verify_chain(AuditEvent).rows
    found = 0
    for _ in range(8):
        db.session.rollback()
        savepoint = db.engines[None].begin_nested()  # type: ignore[attr-defined]
        tamper(kind, 2 + secrets.randbelow(total - 3))
        db.session.commit()
        found += not verify_chain(AuditEvent).is_sound
        db.session.remove()
        savepoint.rollback()
    assert found == 8
    assert verify_chain(AuditEvent).is_sound


def tamper(kind: str, at: int) -> None:
    """Change the chain at a sequence number, past the triggers."""
    rows = cast_to(Table, AuditEvent.__table__)
    here = rows.c.sequence == at
    if kind == "change":
        db.session.execute(update(rows).where(here).values(details='{"number": 999}'))
    elif kind == "delete":
        db.session.execute(delete(rows).where(here))
    elif kind == "truncate":
        db.session.execute(delete(rows).where(rows.c.sequence >= at))
    elif kind == "swap":
        for old, new in ((at, -1), (at + 1, at), (-1, at + 1)):
            db.session.execute(update(rows).where(rows.c.sequence == old).values(sequence=new))
    else:
        found = db.session.execute(select(rows).where(here)).mappings().one()
        db.session.execute(rows.insert().values({**found, "id": 10**9, "sequence": None}))


@pytest.mark.covers("LOG-06")
def test_a_rolled_back_request_leaves_no_gap(cast: Cast) -> None:
    record("test.kept", "person", 1, by=SYSTEM)
    db.session.commit()
    record("test.dropped", "person", 2, by=SYSTEM)
    db.session.flush()
    db.session.rollback()
    record("test.kept", "person", 3, by=SYSTEM)
    db.session.commit()
    head = db.session.get(ChainHead, "audit")
    assert head is not None
    assert verify_chain(AuditEvent).rows == head.sequence
    assert verify_chain(AuditEvent).is_sound


@pytest.mark.covers("PRV-05")
def test_only_a_post_may_look_at_a_protected_value(cast: Cast) -> None:
    with pytest.raises(ValueError, match="post"):
        record_read(1, "phone", "reason", by=Actor(user_id=1))
    record_read(
        1, "phone", "reason", by=Actor(user_id=1, post_id=2, role="officer", organization_id=3)
    )
    db.session.commit()
    assert verify_chain(ReadEvent).is_sound
    assert verify_chain(ReadEvent).rows == 1


@pytest.mark.covers("LOG-06")
def test_a_row_that_was_given_another_number_breaks_the_chain_there() -> None:
    facts = ("one",)
    verdict = verify(iter([(7, link(GENESIS, 1, facts), facts)]), None)
    assert verdict.broken_at == 1


@pytest.mark.covers("LOG-06")
def test_a_changed_row_and_a_head_that_counts_more_are_told_where_they_are() -> None:
    first = link(GENESIS, 1, ("one",))
    second = link(first, 2, ("two",))
    changed = iter([(1, first, ("other",)), (2, second, ("two",))])
    assert verify(changed, None).broken_at == 1
    head = ChainHead(name="any", sequence=3, digest=second)
    assert verify(iter([(1, first, ("one",)), (2, second, ("two",))]), head).broken_at == 3
