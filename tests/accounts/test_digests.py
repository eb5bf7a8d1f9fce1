"""The daily digest: once a day, only with work waiting, over all posts (ux.md 2.9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from accounts import operations
from accounts.models import Letter
from accounts.operations import digests
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.database import db
from core.messages import outbox
from core.web import config_value
from organizations import figures
from organizations.rules import Measure
from tests import factories as make
from tests.accounts.steps import enter_setting, later
from tests.cast import Cast, phone_of
from tests.client import Client

Clients = Callable[[str], Client]
EVENING = time(18, 20)


@pytest.fixture
def run(app: Flask, cast: Cast) -> Callable[..., Result]:
    """Return the command, run as if it were a time of today."""

    def command(at: time = EVENING, *words: str) -> Result:
        ahead = clock.at(clock.today(), at) - clock.now()
        with later(seconds=ahead.total_seconds()):
            return app.test_cli_runner().invoke(args=["accounts", "send-digests", *words])

    return command


def wait(cast: Cast, place: str, count: int, measure: Measure = Measure.HOURS_WAITING) -> None:
    figures.add(cast.organization(place).path, measure, count)
    db.session.commit()


def letters() -> list[Letter]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def make_them_seen() -> None:
    """Let the evening be now, whenever the tests run."""
    for letter in letters():
        letter.shown_at = clock.now()
    db.session.commit()


def test_only_who_has_work_waiting_is_told_and_once(
    cast: Cast, run: Callable[..., Result], client_of: Clients
) -> None:
    wait(cast, "东一村", 3)
    wait(cast, "东一村", 2, Measure.APPLICATIONS_WAITING)
    wait(cast, "东县", 4, Measure.OBJECTIONS_WAITING)
    assert "3 digests" in run().output
    told = {cast.user(name).id for name in ("ben", "cora", "nell")}
    assert {letter.user_id for letter in letters()} == told
    assert "0 digests" in run().output
    assert "0 digests" in run(time(18, 50)).output
    assert len(letters()) == len(outbox()) == 3
    make_them_seen()
    row = client_of("ben").page("/me/messages").select("#letters tr")[0]
    assert "东一村有 5 项待办" in row.text
    home = f"/o/{cast.code('东一村')}/home"
    (text,) = [message.text for message in outbox() if message.phone == phone_of("ben")]
    assert text == f"东一村有 5 项待办，请打开看。{config_value('origin')}{home}"
    answer = client_of("ben").post(str(row.select_one("form")["action"]))  # type: ignore[index]
    assert answer.headers["Location"] == home


def test_nobody_is_told_where_nothing_waits(cast: Cast, run: Callable[..., Result]) -> None:
    wait(cast, "东小学", 2, Measure.FILINGS_WAITING)  # no work of a coordinator
    assert "0 digests" in run().output
    assert letters() == []


def test_it_is_sent_in_the_hour_of_the_setting_only(cast: Cast, run: Callable[..., Result]) -> None:
    wait(cast, "东一村", 1)
    for early_or_late in (time(17, 59), time(19, 0)):
        assert "not now, at 18 o'clock" in run(early_or_late).output
    enter_setting("digests.hour", 9)
    assert "not now, at 9 o'clock" in run().output
    assert "1 digests" in run(time(9, 1)).output
    assert "0 digests" in run(time(20, 0), "--now").output


def test_one_message_tells_of_all_posts(
    cast: Cast, run: Callable[..., Result], client_of: Clients
) -> None:
    for role, place in ((Role.SECRETARY, "东二村"), (Role.OFFICER, "西县")):
        make.make_post(cast.user("ben"), role, cast.organization(place))
    for place, count in (("东一村", 1), ("东二村", 5), ("西县", 2)):
        wait(cast, place, count)
    run()
    own = [one for one in letters() if one.user_id == cast.user("ben").id]
    assert [one.kind for one in own] == [LetterKind.DIGEST_OF_MANY]
    make_them_seen()
    row = client_of("ben").page("/me/messages").select("#letters tr")[0]
    assert "有待办：东二村 5 项、西县 2 项、东一村 1 项。请打开看。" in row.text


def test_who_switched_the_short_message_off_finds_it_in_the_list(
    cast: Cast, run: Callable[..., Result]
) -> None:
    cast.user("ben").digest_by_sms = False
    wait(cast, "东一村", 1)
    run()
    assert [letter.user_id for letter in letters()] == [cast.user("ben").id]
    assert outbox() == []


@pytest.mark.covers("FLT-11")
def test_a_run_that_breaks_off_is_taken_up_without_a_second_message(
    cast: Cast, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("东一村", "东二村", "西一村"):
        wait(cast, place, 1)
    real = operations.send_digests
    monkeypatch.setattr(digests, "BATCH", 1)

    def break_off(now: datetime, after: int = 0) -> tuple[int | None, int]:
        if letters():
            raise OSError
        return real(now, after)

    monkeypatch.setattr("accounts.cli.operations.send_digests", break_off)
    assert isinstance(run().exception, OSError)
    assert len(letters()) == len(outbox()) == 1
    db.session.rollback()
    monkeypatch.setattr("accounts.cli.operations.send_digests", real)
    run()
    told = [letter.user_id for letter in letters()]
    assert len(told) == len(set(told)) == len(outbox())
    assert set(told) >= {cast.user(name).id for name in ("ben", "bea", "will")}


def test_an_ended_post_and_a_closed_account_get_none(
    cast: Cast, run: Callable[..., Result]
) -> None:
    wait(cast, "东一村", 1)
    run()
    told = {letter.user_id for letter in letters()}
    assert not told & {cast.user(name).id for name in ("rex", "sue", "tess")}
