"""A server that is told to stop, or loses a worker, while a hundred forms are on their way."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.rules import SessionKind
from core import clock
from core.config import Config
from core.database import db
from core.idempotency import FIELD
from tests import factories as make
from tests.cast import organization_named
from tests.faults.killing import IS_FULL
from tests.races.harness import csrf_token
from tests.races.server import CROWD, running
from tests.races.stage import person, session_of
from tests.races.weakened import WORKER_HEADER
from volunteers.models import ServiceRecord

TRIALS = 50 if IS_FULL else 1
PEOPLE, EACH = 20, 5
PATIENCE, TRIES = 60, 200
PATH = "/me/hours/new"


@dataclass(frozen=True, slots=True)
class Form:
    """Half an hour that somebody enters; the title is told apart from all others."""

    title: str
    token: str
    body: str


def forms(app: Flask, trial: int) -> list[Form]:
    """Return a hundred forms of twenty volunteers who are signed in."""
    found = []
    with app.app_context():
        for who in range(PEOPLE):
            somebody = person()
            make.make_volunteer(somebody, organization_named("东一村"))
            token = session_of(make.make_user(somebody), SessionKind.PERSON)
            found += [_form(app, token, f"{trial}-{who}-{nr}", nr) for nr in range(EACH)]
        db.session.commit()
        db.session.remove()
    return found


def _form(app: Flask, token: str, title: str, nr: int) -> Form:
    fields = {
        "day": (clock.today() - timedelta(days=1 + nr)).isoformat(),
        "title": title,
        "field": "first_aid",
        "length": "30",
        "csrf_token": csrf_token(app, token),
        FIELD: f"stopping-{title:->20}",
    }
    return Form(title, token, urlencode(fields))


def send(port: int, form: Form) -> int:
    """Return the status of the answer, 0 where the connection ended without one."""
    headers = {
        "Cookie": f"session={form.token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", PATH, form.body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def until_taken(port: int, form: Form) -> int:
    """Return the first answer to a form that is sent until there is one."""
    for _ in range(TRIES):
        if status := send(port, form):
            return status
        time.sleep(0.1)
    return 0


def recorded(app: Flask) -> Counter[str]:
    """Return the titles that are there, and how often."""
    with app.app_context():
        found = Counter(db.session.scalars(select(ServiceRecord.title)))
        db.session.remove()
    return found


@contextmanager
def on_their_way(port: int, asked: list[Form]) -> Iterator[dict[str, Future[int]]]:
    """Send every form at once; return when a few were answered, end when all were or broke."""
    answered = threading.Semaphore(0)
    with ThreadPoolExecutor(len(asked)) as pool:
        sent = {form.title: pool.submit(send, port, form) for form in asked}
        for future in sent.values():
            future.add_done_callback(lambda _future: answered.release())
        for _ in range(5):
            assert answered.acquire(timeout=PATIENCE)
        yield sent


@pytest.mark.covers("FLT-09")
def test_a_server_that_is_told_to_stop_loses_nothing(served: tuple[Flask, Config]) -> None:
    app, config = served[0], replace(served[1], waiting=CROWD)
    for trial in range(TRIALS):
        asked = forms(app, trial)
        with ExitStack() as answers, running(config, "") as server:
            sent = answers.enter_context(on_their_way(server.port, asked))
        statuses = {title: future.result() for title, future in sent.items()}
        assert set(statuses.values()) <= {303, 0}
        kept = recorded(app)
        assert [title for title, status in statuses.items() if status and not kept[title]] == []
        with running(config, "") as server:
            assert {send(server.port, form) for form in asked} == {303}
        kept = recorded(app)
        assert [form.title for form in asked if kept[form.title] != 1] == []


@pytest.mark.covers("FLT-09")
def test_a_worker_that_is_killed_loses_nothing(served: tuple[Flask, Config]) -> None:
    app, config = served[0], replace(served[1], waiting=CROWD)
    with running(config, "", "--respawn-failed-workers") as server:
        for trial in range(TRIALS, 2 * TRIALS):
            asked = forms(app, trial)
            with on_their_way(server.port, asked) as sent:
                os.kill(worker_of(server.port), signal.SIGKILL)
            statuses = {title: future.result() for title, future in sent.items()}
            assert set(statuses.values()) <= {303, 0}
            kept = recorded(app)
            assert [title for title, status in statuses.items() if status and not kept[title]] == []
            assert {until_taken(server.port, form) for form in asked} == {303}
            kept = recorded(app)
            assert [form.title for form in asked if kept[form.title] != 1] == []


def worker_of(port: int) -> int:
    """Return the process that answers now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/healthz")
    worker = int(connection.getresponse().headers[WORKER_HEADER])
    connection.close()
    return worker
