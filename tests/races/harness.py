"""Sends the requests of a trial at once, over connections that different workers accepted."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from core.idempotency import FIELD, new_key
from core.sessions import CookieSession
from tests.races.weakened import WORKER_HEADER

WORKERS = 2
WIDTH = 8
LONGEST_LAG = 0.008
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Post:
    """One form that somebody sends; a key of its own unless one is given."""

    token: str
    path: str
    fields: Sequence[tuple[str, str]] = ()
    key: str = field(default_factory=new_key)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and from which process."""

    status: int
    location: str
    body: str
    worker: str


@dataclass(slots=True)
class Trial:
    """What is sent at once, what else happens in that moment, and what it was about."""

    posts: Sequence[Post]
    subject: Any
    beside: Callable[[], None] | None = None
    answers: list[Answer] = field(default_factory=list)

    def statuses(self) -> list[int]:
        """Return the statuses of the answers, in the order of the posts."""
        return [answer.status for answer in self.answers]


class Lanes:
    """Threads, each with an open connection; neighbours belong to different workers."""

    def __init__(self, app: Flask, port: int, seed: str) -> None:
        self.app = app
        self.port = port
        self.chance = random.Random(seed)  # noqa: S311
        self.connections: list[http.client.HTTPConnection] = []
        self.threads = ThreadPoolExecutor(WIDTH + 1)

    def open(self) -> None:
        """Open connections until every worker has its half of them; a worker may start late."""
        found: dict[str, list[http.client.HTTPConnection]] = {}
        deadline = time.monotonic() + PATIENCE
        while not _is_full(found) and time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            worker = _worker(connection)
            if worker and len(found.setdefault(worker, [])) < WIDTH // WORKERS:
                found[worker].append(connection)
            else:
                connection.close()
                time.sleep(0.01)
        assert _is_full(found), {worker: len(group) for worker, group in found.items()}
        self.connections = [one for pair in zip(*found.values(), strict=True) for one in pair]

    def close(self) -> None:
        """Close threads and connections."""
        self.threads.shutdown()
        for connection in self.connections:
            connection.close()

    def run(self, trial: Trial) -> None:
        """Send every post of a trial at once and keep the answers."""
        acts: list[Callable[[], Answer | None]] = [
            self.sending(post, connection)
            for post, connection in zip(trial.posts, self.connections, strict=False)
        ]
        if trial.beside:
            acts.append(trial.beside)
        assert 2 <= len(acts) <= WIDTH + 1
        barrier = threading.Barrier(len(acts))
        lags = self._lags(len(acts))
        futures = [
            self.threads.submit(_at_once, act, barrier, lag)
            for act, lag in zip(acts, lags, strict=True)
        ]
        results = [future.result(PATIENCE) for future in futures]
        trial.answers = [result for result in results if result is not None]

    def _lags(self, count: int) -> list[float]:
        """Return how much later each starts: nothing at all in every other trial."""
        if self.chance.random() < 0.5:
            return [0.0] * count
        return [self.chance.uniform(0, LONGEST_LAG) for _ in range(count)]

    def sending(self, post: Post, connection: http.client.HTTPConnection) -> Callable[[], Answer]:
        """Return what sends a form over a connection and reads the answer."""
        headers = {
            "Cookie": f"session={post.token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        hidden = [("csrf_token", csrf_token(self.app, post.token)), (FIELD, post.key)]
        body = urlencode([*hidden, *post.fields])

        def send() -> Answer:
            connection.request("POST", post.path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            sent = answer.headers
            return Answer(answer.status, sent.get("Location", ""), text, sent[WORKER_HEADER])

        return send


def _worker(connection: http.client.HTTPConnection) -> str:
    """Return which worker took a connection, nothing where one hung up that was still starting."""
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
    except ConnectionError:
        return ""
    return answer.headers[WORKER_HEADER]


def _is_full(found: Mapping[str, Sequence[object]]) -> bool:
    """Return whether every worker has its share of the lanes."""
    return len(found) == WORKERS and all(len(one) == WIDTH // WORKERS for one in found.values())


def _at_once(
    act: Callable[[], Answer | None], barrier: threading.Barrier, lag: float
) -> Answer | None:
    barrier.wait(PATIENCE)
    if lag:
        time.sleep(lag)
    return act()


def csrf_token(app: Flask, token: str) -> str:
    """Return the CSRF token that the page of a session carries, as tests.client does."""
    session = CookieSession(token, app.config["SECRET_KEY"], known=True)
    serializer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    return str(serializer.dumps(session["csrf_token"]))


@contextmanager
def lanes(app: Flask, port: int, seed: str) -> Iterator[Lanes]:
    """Return open lanes to a server."""
    opened = Lanes(app, port, seed)
    try:
        opened.open()
        yield opened
    finally:
        opened.close()
