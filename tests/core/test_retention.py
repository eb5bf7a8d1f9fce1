"""Logs lose their oldest part and still verify; messages, keys and copies go in their time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from core import clock, retention
from core.audit import cutting
from core.audit.models import AuditEvent, ReadEvent
from core.audit.operations import SYSTEM, Actor, record, record_read
from core.audit.queries import verify_chain
from core.backup import expiry
from core.backup.files import beside
from core.chain import ChainCut
from core.database import db
from core.idempotency import IdempotencyKey
from core.messages import Message, MessageStatus, OutboxGateway, deliver_queued, queue
from core.settings import DEFAULTS
from core.shell import KEPT
from tests.accounts.steps import later
from tests.cast import Cast
from tests.kept import days_until_gone
from tests.volunteers.holding import setting

ROWS = 7
LOOKER = Actor(user_id=1, post_id=2, role="officer", organization_id=3)
Run = Callable[..., str]


def write_some(count: int = ROWS) -> None:
    """Append events and looks, each in a transaction of its own."""
    for number in range(count):
        record("test.act", "person", number, by=SYSTEM, number=number)
        record_read(number, "phone", "contact", by=LOOKER)
        db.session.commit()


def number_of(model: type[AuditEvent | ReadEvent]) -> int:
    """Return how many rows a log has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.covers("PRV-17", "LOG-06", "LOG-07", "D6")
@pytest.mark.parametrize("model", [AuditEvent, ReadEvent])
def test_logs_are_kept_for_their_years_to_the_day_and_verify_without_their_begin(
    cast: Cast, run_retention: Run, model: type[AuditEvent | ReadEvent]
) -> None:
    write_some()
    before, name = number_of(model), {"audit": "operation_log", "reads": "read_log"}[model.CHAIN]
    gone_on = days_until_gone(3)
    with later(days=gone_on - 1):
        assert f"{name}: 0 due" in run_retention("--dry-run", "--only", name)
        assert f"{name}: 0 removed" in run_retention("--only", name)
    assert (number_of(model), db.session.get(ChainCut, model.CHAIN)) == (before, None)
    with later(days=gone_on):
        write_some(2)
        assert f"{name}: {before} due" in run_retention("--dry-run", "--only", name)
        assert verify_chain(model).rows == number_of(model)
        assert f"{name}: {before} removed" in run_retention("--only", name)
        assert f"{name}: 0 removed" in run_retention("--only", name)
    cut = db.session.get_one(ChainCut, model.CHAIN)
    assert cut.sequence == before
    assert verify_chain(model).is_sound
    assert verify_chain(model).rows == number_of(model) < before
    told = select(AuditEvent).where(AuditEvent.action == cutting.CUT)
    assert db.session.scalars(told).one().detail_values["rows"] == before


@pytest.mark.covers("LOG-06")
def test_a_log_is_cut_in_parts_and_all_of_it_may_go(
    cast: Cast, run_retention: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "STEP", 3)
    write_some()
    with later(days=days_until_gone(3)):
        assert f"read_log: {ROWS} removed" in run_retention("--only", "read_log")
        assert number_of(ReadEvent) == 0
        assert verify_chain(ReadEvent).is_sound
        write_some(1)
    assert verify_chain(ReadEvent).rows == 1
    assert verify_chain(ReadEvent).is_sound
    told = select(AuditEvent.id).where(AuditEvent.action == cutting.CUT)
    assert len(db.session.scalars(told).all()) == 3


@pytest.mark.covers("LOG-06")
def test_what_says_where_a_log_begins_outlives_the_log(cast: Cast, run_retention: Run) -> None:
    write_some()
    with later(days=days_until_gone(3)):
        run_retention("--only", "read_log")
    with later(days=2 * days_until_gone(3)):
        run_retention("--only", "operation_log")
    assert verify_chain(ReadEvent).is_sound
    assert verify_chain(AuditEvent).is_sound
    kept = select(AuditEvent).where(
        AuditEvent.action == cutting.CUT, AuditEvent.result == "carried"
    )
    assert db.session.scalars(kept).one().detail_values["chain"] == "reads"


@pytest.mark.covers("LOG-06", "LED-12")
def test_nobody_removes_rows_that_are_not_behind_the_cut(cast: Cast, run_retention: Run) -> None:
    write_some()
    with later(days=days_until_gone(3)):
        write_some(3)
        run_retention("--only", "operation_log")
    cut = db.session.get_one(ChainCut, "audit")
    young = cut.sequence + 2
    digest = db.session.scalar(select(AuditEvent.digest).where(AuditEvent.sequence == young))
    refused = (
        delete(AuditEvent).where(AuditEvent.sequence == young),
        delete(ChainCut),
        update(ChainCut).values(sequence=young),
        update(ChainCut).values(sequence=cut.sequence - 1),
        update(ChainCut).values(name="reads"),
    )
    for statement in refused:
        with pytest.raises(DBAPIError, match=r"append-only|does not fit"):
            db.session.execute(statement)
        db.session.rollback()
    db.session.execute(update(ChainCut).values(sequence=young, digest=digest))
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence <= young))
    db.session.commit()
    verdict = verify_chain(AuditEvent)
    assert (verdict.broken_at, verdict.problem[:17]) == (young, "rows were removed")


@pytest.mark.covers("LOG-06")
def test_what_does_not_verify_is_evidence_and_stays(app: Flask, cast: Cast) -> None:
    write_some()
    on = " ON read_events" if db.engine.dialect.name == "postgresql" else ""
    db.session.execute(text(f"DROP TRIGGER read_events_no_update{on}"))
    db.session.execute(update(ReadEvent).where(ReadEvent.sequence == 2).values(reason="forged"))
    db.session.commit()
    with later(days=days_until_gone(3)):
        done = app.test_cli_runner().invoke(args=["retention", "run", "--only", "read_log"])
    assert (done.exit_code, "broken at 2" in done.output) == (1, True)
    assert number_of(ReadEvent) == ROWS


@pytest.mark.covers("PRV-16", "PRV-17", "IN-06")
def test_texts_to_phones_and_keys_of_forms_go_after_their_days(
    cast: Cast, run_retention: Run
) -> None:
    queue("13900000001", "您的验证码", "test:1")
    deliver_queued(OutboxGateway())
    queue("13900000001", "还没有发出", "test:2")
    key = IdempotencyKey(owner="user:1", key="k" * 16, fingerprint="f", created_at=clock.now())
    db.session.add(key)
    db.session.commit()
    with later(days=30):
        assert {line.split()[1] for line in both(run_retention)} == {"0"}
    with later(days=31):
        assert all(" 1 " in line for line in both(run_retention, "--dry-run"))
        assert all(" 1 " in line for line in both(run_retention))
        assert all(" 0 " in line for line in both(run_retention))
    left = db.session.scalars(select(Message.status)).all()
    assert left == [MessageStatus.QUEUED]
    assert db.session.scalars(select(IdempotencyKey.key)).all() == []


def both(run_retention: Run, *words: str) -> list[str]:
    """Return the lines about messages and about keys."""
    return run_retention("--only", "messages", "--only", "form_keys", *words).splitlines()


@pytest.mark.covers("PRV-16", "BAK-06")
def test_old_copies_go_and_the_newest_never(cast: Cast, run_retention: Run) -> None:
    now = clock.now()
    ages = [70, 69, 31, 30, 0]
    copies = [expiry.folder() / expiry.name_of(now - timedelta(days=age)) for age in ages]
    other = expiry.folder() / "by-hand.backup"
    for path in (*copies, other):
        path.write_bytes(b"")
        beside(path).write_bytes(b"")
    assert "backups: 3 due" in run_retention("--dry-run", "--only", "backups")
    assert all(path.exists() for path in copies)
    assert "backups: 3 removed" in run_retention("--only", "backups")
    assert [path.exists() for path in copies] == [False] * 3 + [True] * 2
    assert [beside(path).exists() for path in copies] == [False] * 3 + [True] * 2
    with later(days=400):
        run_retention("--only", "backups")
    assert [path.exists() for path in (*copies, other)] == [False] * 4 + [True] * 2


@pytest.mark.covers("PRV-17")
def test_every_period_of_the_privacy_notice_has_what_removes(app: Flask) -> None:
    ruled = {rule.setting for rule in retention.rules()}
    by_accounts = {"accounts.sign_in_days", "letters.days"}
    assert set(KEPT.values()) - by_accounts <= ruled
    assert {name for name in DEFAULTS if name.startswith("privacy.")} <= ruled


@pytest.mark.covers("PRV-17")
def test_no_setting_goes_below_the_law(cast: Cast) -> None:
    assert retention.period("privacy.records_years", clock.today()) == 10
    for name, least in (("privacy.records_years", 10), ("privacy.logs_years", 1)):
        setting(name, 0)
        assert retention.period(name, clock.today()) == least
    now = datetime.fromisoformat("2028-02-29T12:00:00+08:00")
    assert retention.first_day("privacy.photos_years", now) == date(2027, 2, 28)
    assert retention.since("privacy.photos_years", now).isoformat() == "2027-02-27T16:00:00+00:00"


def test_a_rule_that_is_not_there_is_named(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["retention", "run", "--only", "nothing"])
    assert done.exit_code == 1
    assert "no rule nothing" in done.output
