"""What must be known within a minute, and that nothing is said of quiet days (LOG-08)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core import alarms, clock
from core.audit.operations import Actor, record, record_read
from core.backup import expiry
from core.database import db
from core.messages import Message
from tests.accounts.steps import give_factor, shown, sign_in, stranger
from tests.backups import take_copy
from tests.cast import Cast, phone_of

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def copies(app: Flask, database: None, tmp_path: Path) -> Iterator[Path]:
    """Return the folder of backups, of this test alone, with one taken just now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expiry, "folder", lambda: tmp_path)
        take_copy(tmp_path, clock.now())
        yield tmp_path


def told(log: Path | None = None, *, later: timedelta = timedelta()) -> list[str]:
    """Return what would be told now."""
    db.session.commit()
    return [one.text for one in alarms.standing(clock.now() + later, log)]


def act(cast: Cast, action: str, times: int, **details: Any) -> None:
    """Let one account do something so often."""
    for _ in range(times):
        record(action, "trial", 1, by=Actor(cast.user("ben").id), **details)


@pytest.mark.covers("LOG-08")
@pytest.mark.parametrize(("action", "most"), [("access.denied", 20), ("exports.ask", 5)])
def test_a_burst_of_one_account_is_told(cast: Cast, action: str, most: int) -> None:
    act(cast, action, most - 1)
    record(action, "trial", 1, by=Actor(cast.user("ada").id))
    assert told() == []
    act(cast, action, 1)
    assert told() == [f"account {cast.user('ben').id}: {most} times {action}"]
    assert told(later=6 * MINUTE) == []


@pytest.mark.covers("LOG-08")
def test_a_burst_of_looks_is_told(cast: Cast) -> None:
    by = Actor(cast.user("ben").id, post_id=1, organization_id=1, role="secretary")
    for _ in range(29):
        record_read(cast.person("ada").id, "phone", "trial", by=by)
    assert told() == []
    record_read(cast.person("ada").id, "phone", "trial", by=by)
    assert told() == [f"account {by.user_id}: 30 protected values read"]


@pytest.mark.covers("LOG-08")
@pytest.mark.parametrize(
    ("action", "role", "is_told"),
    [
        ("post_granted", "officer", True),
        ("post_granted", "operator", True),
        ("post_granted", "secretary", False),
        ("exports.unusual", "", True),
    ],
)
def test_who_lets_others_in_is_told(cast: Cast, action: str, role: str, *, is_told: bool) -> None:
    act(cast, action, 1, role=role)
    assert bool(told()) is is_told


@pytest.mark.covers("LOG-08")
def test_a_new_browser_of_the_province_is_told_once(app: Flask, cast: Cast) -> None:
    name = "gil"
    secret = give_factor(cast.user(name))
    client = stranger(app)
    sign_in(client, phone_of(name))
    client.post("/login/factor", {"code": shown(secret)})
    (text,) = told()
    assert text.startswith(f"new_device: user {cast.user(name).id}")


@pytest.mark.covers("LOG-08")
@pytest.mark.parametrize(
    ("faults", "total", "is_told"), [(2, 150, True), (1, 100, False), (9, 99, False)]
)
def test_a_share_of_faults_is_told(
    tmp_path: Path, faults: int, total: int, *, is_told: bool
) -> None:
    log, now = tmp_path / "access.log", clock.now()
    line = "192.0.2.1 {} GET {} 120 0.010"
    lines = [
        line.format((now - MINUTE).isoformat(), 500 if n < faults else 200) for n in range(total)
    ]
    old = [line.format((now - 10 * MINUTE).isoformat(), 500) for _ in range(500)]
    log.write_text("\n".join([*old, "half a line", *lines]), "utf-8")
    assert bool(told(log)) is is_told


@pytest.mark.covers("LOG-08")
def test_an_old_backup_is_told(copies: Path) -> None:
    assert told(later=timedelta(hours=25, minutes=55)) == []
    (text,) = told(later=timedelta(hours=26, minutes=5))
    assert text.startswith("backup is missing: the newest is of ")
    for one in copies.iterdir():
        one.unlink()
    assert told() == ["backup is missing: none was taken"]


@pytest.mark.covers("LOG-08")
def test_each_alarm_goes_once_to_each_telephone(app: Flask, cast: Cast) -> None:
    act(cast, "exports.unusual", 1)
    db.session.commit()
    phones = [phone_of("ada"), phone_of("ben")]
    found = alarms.standing(clock.now())
    assert alarms.tell(found, phones) == 2
    assert alarms.tell(found, phones) == 0
    queued = db.session.query(Message).filter(Message.purpose.startswith("alarm:event:"))
    assert queued.count() == 2
