"""The ledger: append-only, chained, anchored outside, and equal to every total (LED-01, 12, 13)."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core import clock
from core.chain import GENESIS, link
from core.database import db
from core.rules import RuleViolation
from tests.cast import Cast
from tests.volunteers.desk import BRANCH, acting, an_entry, confirm, entries_of, log
from tests.volunteers.tampering import TAMPERS, open_tables
from volunteers import operations as hours
from volunteers.anchors import Anchor
from volunteers.models import LedgerEntry
from volunteers.operations import records as room
from volunteers.queries import chain
from volunteers.queries.verification import Report, head_of, verify
from volunteers.rules import EntryKind, ServiceMethod

ENTRIES = 40
TAMPERINGS = 200


def report(known: list[Anchor] | None = None) -> Report:
    return verify(db.session.connection(), known or [])


def stock(cast: Cast) -> list[str]:
    """Make a ledger of credits, reversals and corrections; return the codes of the records."""
    handler_id = cast.organization(BRANCH).id
    by, now = acting(cast, "ben"), clock.now()
    codes = [
        log(cast, name, an_entry(back=back, title=f"第{back}次")).code
        for back in range(1, 14)
        for name in ("ada", "gus")
    ]
    hours.confirm(codes[:20], handler_id=handler_id, by=by, now=now)
    taken_back = hours.confirm(codes[20:], handler_id=handler_id, by=by, now=now)
    hours.undo(taken_back.code, organization_id=handler_id, by=by, now=now)
    for code in codes[:4]:
        hours.correct(code, 90, "改", organization_id=handler_id, by=by, now=now)
    db.session.commit()
    return codes


@pytest.mark.covers("LED-01", "LED-13")
def test_an_untouched_ledger_is_found_whole(cast: Cast) -> None:
    assert report().is_sound
    stock(cast)
    told = list[int]()
    found = verify(db.session.connection(), [], told.append)
    assert found.is_sound, found.differences
    assert sum(told) == found.entries
    assert found.entries == 20 + 6 + 6 + 8
    assert found.records == 26
    assert found.volunteers >= 2
    assert found.figures > 20


@pytest.mark.covers("LED-12")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET minutes = 1",
        "UPDATE ledger_entries SET reason = 'x'",
        "DELETE FROM ledger_entries",
    ],
)
def test_direct_sql_cannot_change_the_ledger(cast: Cast, statement: str) -> None:
    confirm(cast, log(cast, "ada"))
    nested = db.session.begin_nested()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    nested.rollback()
    assert report().is_sound


@pytest.mark.covers("LED-12")
def test_a_credit_is_taken_back_once(cast: Cast) -> None:
    record = log(cast, "ada")
    code = confirm(cast, record)
    place = cast.organization(BRANCH).id
    hours.undo(code, organization_id=place, by=acting(cast, "ben"), now=clock.now())
    db.session.commit()
    reversal = db.session.query(LedgerEntry).filter_by(kind=EntryKind.REVERSAL).one()
    nested = db.session.begin_nested()
    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        db.session.execute(
            text(
                "INSERT INTO ledger_entries (kind, record_id, reverses_id, pseudonym,"
                " organization_id, starts_at, ends_at, minutes, method, entered_at, reason)"
                " SELECT kind, record_id, reverses_id, pseudonym, organization_id, starts_at,"
                " ends_at, minutes, method, entered_at, reason FROM ledger_entries WHERE id = :id"
            ),
            {"id": reversal.id},
        )
    nested.rollback()
    assert entries_of(record) == [("credit", 120), ("reversal", -120)]


@pytest.mark.covers("LED-02", "RACE-05")
def test_the_trigger_s_refusal_reads_as_a_rule_and_names_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = log(cast, "ada"), log(cast, "ada", an_entry(back=3, title="巡河"))
    confirm(cast, first)
    second.starts_at, second.ends_at = first.starts_at, first.ends_at
    db.session.commit()
    monkeypatch.setattr("volunteers.operations.decisions.find_collisions", lambda *_: {})
    with pytest.raises(RuleViolation) as refused:
        confirm(cast, second)
    assert "重叠" in str(refused.value)
    assert "人" not in str(refused.value)
    db.session.rollback()


def test_other_faults_of_the_database_stay_faults(cast: Cast) -> None:
    record = log(cast, "ada")
    record.minutes = 0
    with pytest.raises(DBAPIError):
        room.flush()
    db.session.rollback()


def was_possible(connection: Connection, tamper: str) -> bool:
    """Tell whether the schema itself let it happen, as a check constraint may not."""
    try:
        for statement in tamper.split(";"):
            connection.execute(text(statement.replace(":", r"\:")))
    except DBAPIError:
        return False
    return True


@pytest.mark.covers("LED-13")
def test_two_hundred_tamperings_are_all_found(cast: Cast) -> None:
    stock(cast)
    connection = db.session.connection()
    last, digest = head_of(connection)
    assert last == ENTRIES
    known = [Anchor(last, digest, "today")]
    assert report(known).is_sound
    dice = random.Random(20261122)  # noqa: S311 - the same tries every time
    tried, missed = 0, []
    with open_tables(connection):
        while tried < TAMPERINGS:
            tamper = TAMPERS[tried % len(TAMPERS)](dice, connection, last)
            attempt = connection.begin_nested()
            if was_possible(connection, tamper):
                tried += 1
                if verify(connection, known).is_sound:
                    missed.append(tamper)
            attempt.rollback()
    assert missed == []
    assert report(known).is_sound


@pytest.mark.covers("LED-13")
def test_a_chain_rewritten_from_the_start_differs_from_its_anchor(cast: Cast) -> None:
    stock(cast)
    connection = db.session.connection()
    last, digest = head_of(connection)
    middle = connection.execute(
        text("SELECT digest FROM ledger_entries WHERE sequence = 10")
    ).scalar_one()
    known = [Anchor(10, bytes(middle), "monday"), Anchor(last, digest, "tuesday")]
    assert report(known).is_sound
    with open_tables(connection):
        connection.execute(text("UPDATE ledger_entries SET reason = 'x' WHERE sequence = 3"))
        previous = GENESIS
        for batch in list(chain.entries(connection)):
            for row in batch:
                text_of = chain.entry_text(row)
                previous = link(previous, row[0], json.loads(text_of)[1:])
                connection.execute(
                    text("UPDATE ledger_entries SET digest = :d WHERE sequence = :s"),
                    {"d": previous, "s": row[0]},
                )
        connection.execute(text("UPDATE chain_heads SET digest = :d"), {"d": previous})
        assert report().is_sound
        found = report(known)
    assert found.differences == ["chain: entry 10: the chain differs from an anchor"]


@pytest.mark.covers("LED-01", "LED-13")
@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE volunteer_totals SET confirmed_minutes = confirmed_minutes + 1", "total"),
        ("DELETE FROM volunteer_totals", "total"),
        ("UPDATE volunteer_totals SET pending_minutes = pending_minutes + 60", "pending"),
        ("UPDATE figures SET value = value - 1 WHERE measure = 'confirmed_minutes'", "figure"),
        ("UPDATE figures SET value = value + 1 WHERE measure = 'confirmed_records'", "figure"),
        ("UPDATE figures SET value = 0 WHERE measure = 'hours_waiting'", "figure"),
        ("DELETE FROM figures WHERE measure = 'confirmed_minutes'", "figure"),
        ("UPDATE service_records SET minutes = minutes - 1 WHERE status = 'confirmed'", "record"),
        ("UPDATE service_records SET status = 'withdrawn' WHERE status = 'pending'", "pending"),
    ],
)
def test_what_no_longer_equals_the_ledger_is_named(cast: Cast, statement: str, kind: str) -> None:
    stock(cast)
    connection = db.session.connection()
    with open_tables(connection):
        connection.execute(text(statement))
    found = report()
    assert kind in found.counts
    assert all(difference.count(":") >= 1 for difference in found.differences)


@pytest.mark.covers("LED-12", "LED-13")
def test_a_sealed_reversal_that_takes_back_too_much_is_named(cast: Cast) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    credit = db.session.query(LedgerEntry).filter_by(record_id=record.id).one()
    db.session.add(
        LedgerEntry(
            kind=EntryKind.REVERSAL,
            record_id=record.id,
            reverses_id=credit.id,
            pseudonym=credit.pseudonym,
            organization_id=credit.organization_id,
            starts_at=credit.starts_at,
            ends_at=credit.ends_at + timedelta(minutes=30),
            minutes=-150,
            method=ServiceMethod.SELF_REPORTED,
            entered_at=clock.now(),
        )
    )
    db.session.commit()
    assert {"reversal", "record", "total", "figure"} <= set(report().counts)


def test_an_entry_that_lost_its_seal_is_named(cast: Cast) -> None:
    stock(cast)
    connection = db.session.connection()
    with open_tables(connection):
        connection.execute(
            text("UPDATE ledger_entries SET sequence = NULL WHERE sequence = :last"),
            {"last": ENTRIES},
        )
        connection.execute(
            text(
                "UPDATE chain_heads SET sequence = :kept, digest = (SELECT digest"
                " FROM ledger_entries WHERE sequence = :kept) WHERE name = 'ledger'"
            ),
            {"kept": ENTRIES - 1},
        )
        assert report().differences == ["chain: 1 entries are not sealed"]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@pytest.mark.pure
@given(
    st.tuples(st.integers(1, 10**12), TEXTS, TEXTS, st.integers(-1440, 1440)),
    st.one_of(st.none(), st.integers(1, 10**9)),
)
def test_the_fast_text_is_the_text_of_the_chain(
    values: tuple[int, str, str, int], other: int | None
) -> None:
    sequence, who, why, minutes = values
    facts = ("credit", 5, other, who, 7, 0, 60, minutes, "self_reported", other, 99, why)
    row = (sequence, b"", *facts)
    previous = bytes(range(32))
    import hashlib  # noqa: PLC0415 - only what the walk does as well

    fast = hashlib.sha256(previous + chain.entry_text(row).encode()).digest()
    assert fast == link(previous, sequence, facts)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - made aware below
    st.integers(1, 3 * 1440),
)
@pytest.mark.pure
@pytest.mark.covers("LED-14")
def test_the_walk_splits_months_as_the_rules_do(begin: datetime, minutes: int) -> None:
    from volunteers.rules import minutes_by_month  # noqa: PLC0415 - compared here only

    start = begin.replace(microsecond=0, tzinfo=UTC)
    end = start + timedelta(minutes=minutes)
    found = chain.split(int(start.timestamp()), int(end.timestamp()), chain.Months().__getitem__)
    expected = minutes_by_month(start, end)
    assert found == {year * 100 + month: part for (year, month), part in expected.items()}
