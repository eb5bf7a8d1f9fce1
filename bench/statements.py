"""How many SQL statements a task needs, counted in this process on the same database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from secrets import token_urlsafe

from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from bench.jobs import Task
from bench.measuring import Results
from bench.subjects import Subjects
from bench.worlds import World
from core.database import db


def count_all(world: World, subjects: Subjects, tasks: Sequence[Task], results: Results) -> None:
    """Note the statements of every task beside its results."""
    for task in tasks:
        results[task.name].statements = _count(world, subjects, task)


def _count(world: World, subjects: Subjects, task: Task) -> int:
    browser = world.browsers[task.role]
    client = world.app.test_client()
    for name, value in browser.cookies.items():
        client.set_cookie(name, value)
    path = task.path(subjects)
    with _counting(world) as seen:
        if task.form:
            hidden = [("csrf_token", browser.csrf), ("idempotency_key", token_urlsafe(18))]
            answer = client.post(path, data=MultiDict([*hidden, *task.form(subjects)]))
        else:
            answer = client.get(path)
    if answer.status_code != task.status:
        message = f"{task.name}: {path} answered {answer.status_code} in this process"
        raise RuntimeError(message)
    return len(seen)


@contextmanager
def _counting(world: World) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
