"""What the operator is shown in red: no good copy, a check that failed, not ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from core import alarms, clock, health
from core.backup import expiry
from core.backup.state import OLDEST, note_passed
from core.database import db
from core.settings import DatedSetting
from tests.backups import take_copy
from tests.cast import Cast
from tests.client import Client

ClientOf = Callable[[str], Client]


@pytest.fixture
def copies(app: Flask, database: None) -> Iterator[Path]:
    """Return the folder of copies, of this test alone."""
    folder = app.config["REDCROSS"].instance / "copies-of-the-system"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expiry, "folder", lambda: folder)
        yield folder
    with app.app_context():
        note_passed()
    for one in folder.iterdir():
        one.unlink()


def red(cast: Cast, client_of: ClientOf) -> list[str]:
    """Return what the operator is shown in red."""
    page = client_of("opal").page(f"/o/{cast.code('测试省')}/system")
    return [tag.text for tag in page.select(".tag-error")]


@pytest.mark.covers("BAK-07")
@pytest.mark.parametrize(("hours", "is_red"), [(25.9, False), (26.1, True)])
def test_an_old_copy_is_red_and_an_alarm(
    cast: Cast, client_of: ClientOf, copies: Path, *, hours: float, is_red: bool
) -> None:
    take_copy(copies, clock.now() - timedelta(hours=hours))
    assert bool(red(cast, client_of)) is is_red
    assert bool(alarms.standing(clock.now())) is is_red
    assert client_of("opal").get("/readyz").text == "ok"  # it can work all the same
    if is_red:
        assert red(cast, client_of) == ["超过 26 小时没有好的备份，请马上备份"]
        values = {"name": OLDEST, "valid_from": clock.today(), "value": 30}
        values |= {"source": "test", "entered_at": clock.now()}
        db.session.add(DatedSetting(**values))
        db.session.flush()
        assert red(cast, client_of) == []


@pytest.mark.covers("BAK-07")
def test_what_is_no_copy_is_not_the_newest_one(
    cast: Cast, client_of: ClientOf, copies: Path
) -> None:
    assert red(cast, client_of) == ["超过 26 小时没有好的备份，请马上备份"]
    (copies / expiry.name_of(clock.now())).touch()
    assert len(red(cast, client_of)) == 1
    whole = take_copy(copies, clock.now() - timedelta(hours=1))
    assert red(cast, client_of) == []
    whole.write_bytes(whole.read_bytes()[:20])
    assert len(red(cast, client_of)) == 1


@pytest.mark.covers("BAK-07")
def test_a_check_that_failed_is_red_until_all_passed(
    app: Flask, cast: Cast, client_of: ClientOf, copies: Path
) -> None:
    take_copy(copies, clock.now())
    runner, unit = app.test_cli_runner(), "redcross-nightly.service"
    assert red(cast, client_of) == []
    assert runner.invoke(args=["alarms", "failed", "--unit", unit]).exit_code == 0
    assert red(cast, client_of) == [f"没有通过：{unit}，请看服务器日志"]
    take_copy(copies, clock.now() + timedelta(seconds=2))
    assert len(red(cast, client_of)) == 1  # a copy by hand mends no check
    assert runner.invoke(args=["alarms", "passed"]).exit_code == 0
    assert red(cast, client_of) == []


@pytest.mark.covers("BAK-07")
def test_what_readyz_says_is_told_to_the_operator(
    cast: Cast, client_of: ClientOf, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_copy(copies, clock.now())
    monkeypatch.setattr(health, "_problem", lambda: "space")
    assert client_of("opal").get("/readyz").text == "space"
    assert red(cast, client_of) == ["没有就绪：space"]
