"""Reading never writes, a form counts once, and the database may ask for another try."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from core import transactions
from core.access.marks import public
from core.database import db, write_intent
from core.idempotency import IdempotencyKey
from core.sessions import current_session
from organizations.models import Organization
from tests.cast import Cast
from tests.client import Client
from tests.plugins.databases import plain

Clients = Callable[[str], Client]
Play = Callable[[Callable[[], ResponseReturnValue]], None]
KEY = "a-key-of-this-test-0001"


@pytest.fixture
def play(app: Flask) -> Iterator[Play]:
    """Return a function that puts a view of the test in place of the display form and of help."""
    kept = {name: app.view_functions[name] for name in ("shell.set_display", "shell.help_page")}

    def put(view: Callable[[], ResponseReturnValue]) -> None:
        for name in kept:
            app.view_functions[name] = public(view)

    yield put
    app.view_functions.update(kept)


def rename() -> ResponseReturnValue:
    db.session.execute(update(Organization).values(phone="changed"))
    return redirect("/privacy", 303)


def changed() -> int:
    statement = select(func.count(Organization.id)).where(Organization.phone == "changed")
    return db.session.scalar(statement) or 0


@pytest.mark.covers("CFG-04")
def test_a_get_that_writes_is_an_error(cast: Cast, client_of: Clients, play: Play) -> None:
    play(rename)
    assert client_of("ben").get("/help").status_code == 500
    assert changed() == 0


@pytest.mark.covers("CFG-04")
def test_a_get_that_adds_a_row_is_an_error(cast: Cast, client_of: Clients, play: Play) -> None:
    def add() -> ResponseReturnValue:
        db.session.add(IdempotencyKey(owner="x", key="y", fingerprint="z"))
        db.session.flush()
        return "added"

    play(add)
    assert client_of("ben").get("/help").status_code == 500


@pytest.mark.covers("LED-11", "UX-R2")
def test_the_same_key_leads_to_the_first_result(cast: Cast, client_of: Clients, play: Play) -> None:
    calls: list[int] = []

    def count() -> ResponseReturnValue:
        calls.append(1)
        return redirect(f"/privacy?n={len(calls)}", 303)

    play(count)
    client = client_of("ben")
    answers = [client.post("/display", {"size": "large"}, key=KEY) for _ in range(3)]
    assert [answer.headers["Location"] for answer in answers] == ["/privacy?n=1"] * 3
    assert len(calls) == 1
    assert client.post("/display", {"size": "standard"}, key=KEY).status_code == 422
    assert client_of("bea").post("/display", {"size": "large"}, key=KEY).status_code == 303
    assert len(calls) == 2


@pytest.mark.covers("LED-11")
def test_a_key_is_used_up_only_by_success(cast: Cast, client_of: Clients, play: Play) -> None:
    found: list[ResponseReturnValue] = [("fix it", 422), redirect("/privacy", 303)]
    answers = iter(found)
    play(lambda: next(answers))
    client = client_of("ben")
    assert client.post("/display", key=KEY).status_code == 422
    assert client.post("/display", key=KEY).status_code == 303
    assert client.post("/display", {"idempotency_key": "short"}).status_code == 400


@pytest.mark.covers("FLT-14", "LED-11")
def test_an_error_leaves_nothing_behind(cast: Cast, client_of: Clients, play: Play) -> None:
    def fail_late() -> ResponseReturnValue:
        rename()
        raise LookupError("too late")

    play(fail_late)
    answer = client_of("ben").post("/display")
    assert answer.status_code == 500
    assert "too late" not in answer.text
    assert changed() == 0


@pytest.mark.covers("RACE-16")
@pytest.mark.parametrize(("failures", "status"), [(1, 303), (4, 303), (5, 503)])
@pytest.mark.parametrize(
    "conflict",
    [
        OperationalError("", {}, Exception("database is locked")),
        StaleDataError("another was first"),
    ],
)
def test_the_database_may_ask_for_another_try(
    cast: Cast, client_of: Clients, play: Play, failures: int, status: int, conflict: Exception
) -> None:
    left = [failures]

    def stumble() -> ResponseReturnValue:
        if left[0]:
            left[0] -= 1
            raise conflict
        return rename()

    play(stumble)
    assert client_of("ben").post("/display").status_code == status
    assert (changed() > 0) == (status == 303)


@pytest.mark.covers("RACE-16")
def test_a_page_that_is_read_again_leaves_its_thread_as_it_was(
    cast: Cast, client_of: Clients, play: Play
) -> None:
    seen: list[bool] = []

    def stumble() -> ResponseReturnValue:
        seen.append(write_intent.get())
        if len(seen) == 1:
            raise OperationalError("", {}, Exception("database is locked"))
        return "read"

    play(stumble)
    assert client_of("ben").get("/help").status_code == 200
    assert seen == [False, False]
    assert write_intent.get()


@pytest.mark.covers("RACE-16")
def test_only_some_errors_are_worth_another_try() -> None:
    assert transactions.is_retryable(transactions.TryAgainError())
    assert not transactions.is_retryable(OperationalError("", {}, Exception("disk I/O error")))


@pytest.mark.covers("FLT-14")
def test_commit_anyway_keeps_a_failed_try(cast: Cast, client_of: Clients, play: Play) -> None:
    def refuse() -> ResponseReturnValue:
        rename()
        transactions.commit_anyway()
        return "wrong code", 422

    play(refuse)
    assert client_of("ben").post("/display").status_code == 422
    assert changed() > 0


@pytest.mark.covers("RACE-16", "AU-01")
def test_a_request_that_runs_again_begins_with_the_browsers_session(
    cast: Cast, client_of: Clients, play: Play
) -> None:
    seen: list[str] = []

    def rotate_and_stumble() -> ResponseReturnValue:
        seen.append(current_session().token)
        if len(seen) == 1:
            current_session().rotate()
            raise OperationalError("", {}, Exception("database is locked"))
        return redirect("/privacy", 303)

    play(rotate_and_stumble)
    client = client_of("ben")
    token = client.token
    assert client.post("/display").status_code == 303
    assert seen == [token, token]


@pytest.mark.only_on("postgresql")
@pytest.mark.covers("FLT-05")
def test_a_connection_that_was_lost_is_replaced(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/find?q=xihu").status_code == 200
    with psycopg.connect(plain(app.config["SQLALCHEMY_DATABASE_URI"])) as other:
        ended = other.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert ended is not None
    assert ended[0] > 0
    for _ in range(3):
        assert client.get("/find?q=xihu").status_code == 200
