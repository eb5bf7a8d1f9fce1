"""What is written down of a request: its kind, never what anybody typed (LOG-02 to LOG-04)."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text

from core import logging
from core.access.marks import public
from core.config import Environment
from core.database import connect_options, db
from people.models import Person
from tests.cast import Cast
from tests.client import Client
from tests.conftest import make_config
from tools.programs import ROOT

Clients = Callable[[str], Client]
CANARY, PHONE = "11010519491231002X", "13800138000"
PAIR = re.compile(r"(\w+)=('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[\w.]+)(?: |$)")


@pytest.fixture
def logged() -> Iterator[Callable[[], str]]:
    """Return what gives everything that was written since."""
    written = io.StringIO()
    with contextlib.redirect_stderr(written):
        logging.configure()
        yield written.getvalue
    logging.configure()


@pytest.fixture
def break_down(app: Flask) -> Iterator[Callable[[Callable[[], ResponseReturnValue]], None]]:
    """Return a function that puts a view in place of the display form."""
    kept = app.view_functions["shell.set_display"]

    def put(view: Callable[[], ResponseReturnValue]) -> None:
        app.view_functions["shell.set_display"] = public(view)

    yield put
    app.view_functions["shell.set_display"] = kept


def refused_by_the_database() -> ResponseReturnValue:
    """Break a CHECK: PostgreSQL tells the whole row, SQLAlchemy the parameters."""
    statement = text("UPDATE persons SET name = :name, sex = 'neither' WHERE id = :id")
    some = db.session.scalar(select(Person.id).limit(1))
    db.session.execute(statement, {"name": CANARY, "id": some})
    return "not reached"


def thrown_by_a_value() -> ResponseReturnValue:
    return str(int(CANARY))


@pytest.mark.covers("LOG-02")
@pytest.mark.parametrize("view", [refused_by_the_database, thrown_by_a_value])
def test_an_error_is_written_down_without_its_values(
    cast: Cast,
    client_of: Clients,
    break_down: Callable[[Callable[[], ResponseReturnValue]], None],
    logged: Callable[[], str],
    view: Callable[[], ResponseReturnValue],
) -> None:
    break_down(view)
    with contextlib.redirect_stderr(io.StringIO()) as beside:
        assert client_of("ben").post("/display", {"size": PHONE}).status_code == 500
    written = logged() + beside.getvalue()
    assert "event='exception'" in written
    assert view.__name__ in written
    assert CANARY not in written
    assert PHONE not in written
    assert "Traceback" not in written


@pytest.mark.covers("LOG-02")
@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://nobody@localhost/nothing"])
def test_no_database_puts_parameters_into_its_errors(url: str) -> None:
    assert connect_options(url)["hide_parameters"] is True


@pytest.mark.covers("LOG-02")
def test_a_command_that_breaks_says_where_and_nothing_of_the_row(
    monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.setattr(logging, "configure", lambda: None)
    served = Flask("served")
    served.config["REDCROSS"] = make_config(tmp_path, environment=Environment.PRODUCTION)
    logging.install(served)
    try:
        int(CANARY)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    written = logged()
    assert "kind='ValueError'" in written
    assert "test_logging.test_a_command_that_breaks" in written
    assert CANARY not in written


NASTY = [
    "张\r\n三",
    "\x1b[31m张三",
    "张\u2028三",
    "\u202e张三",
    "张\x00三",
    "x' event='failure",
    'x" event="failure',
    "a\\' event='failure",
]


@pytest.mark.pure
@pytest.mark.covers("LOG-03")
@pytest.mark.parametrize("name", NASTY)
def test_a_name_never_makes_two_records_or_another_one(
    logged: Callable[[], str], name: str
) -> None:
    logging.log.info("looked", name=name, after="end")
    written = logged()
    (line,) = written.splitlines()
    assert line.isprintable()
    read = PAIR.findall(line)
    assert [key for key, _ in read] == ["timestamp", "level", "event", "name", "after"]
    assert "".join(f"{key}={value} " for key, value in read).strip() == line
    found = {key: ast.literal_eval(value) for key, value in read}
    assert (found["event"], found["after"]) == ("looked", "end")


@pytest.mark.covers("LOG-04", "PRV-07")
def test_a_request_is_known_by_its_endpoint_alone(
    app: Flask, cast: Cast, client_of: Clients, logged: Callable[[], str]
) -> None:
    client = client_of("ben")
    client.get(f"/find?q={PHONE}")
    client.get(f"/v/{CANARY}")
    client.get(f"/nowhere/{CANARY}?name={PHONE}", headers={"Referer": f"http://x/{CANARY}"})
    written = logged()
    assert written.count("event='request'") == 3
    assert "endpoint='none'" in written
    for secret in (CANARY, PHONE, "/find", "/v/", client.token):
        assert secret not in written


@pytest.mark.pure
@pytest.mark.covers("LOG-04")
def test_no_server_in_front_writes_addresses_of_pages() -> None:
    front = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    (words,) = re.findall(r"log_format redcross '([^']*)'", front)
    told = {"remote_addr", "time_iso8601", "request_method", "status"}
    told |= {"body_bytes_sent", "request_time"}
    assert set(re.findall(r"\$(\w+)", words)) == told
    assert re.findall(r"access_log\s+\S+ (\w+);", front) == ["redcross"]
    assert re.findall(r"error_log\s+\S+ (\w+);", front) == ["crit"]
    units = [path.read_text("utf-8") for path in (ROOT / "deploy").glob("*.service")]
    units.append((ROOT / "tools" / "serve.py").read_text("utf-8"))
    assert not any("--access-log" in unit for unit in units)
