"""Nobody who is slow, and no crowd, holds the thread that answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest

from core import door
from core.door import PIECE_BYTES, Door, Headers
from tests.loops import alone

pytestmark = pytest.mark.pure
whose: ContextVar[str] = ContextVar("whose", default="")


@dataclass
class Scope:
    """A head as the server hands it over."""

    path: str = "/"
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:5000"
    authority: str | None = "here"


@dataclass
class Caller:
    """Who asks: what is sent, whether it comes to its end, how many pieces are read."""

    parts: tuple[bytes, ...] = ()
    is_stuck: bool = False
    reads: int = 1000
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pieces: int = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part
        if self.is_stuck:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_stream(self, status: int, headers: Headers) -> Caller:
        self.status, self.headers = status, dict(headers)
        return self

    async def send_bytes(self, data: bytes) -> None:
        if self.pieces == self.reads:
            await asyncio.Event().wait()
        self.pieces += 1
        self.body += data


class Pages:
    """An application whose page /held waits until it may go on, and /long has no end of bytes."""

    def __init__(self) -> None:
        self.may_go, self.asked, self.closed = threading.Event(), list[str](), list[str]()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        whose.set(path)
        if path == "/held":
            self.may_go.wait(2)
        start("200 OK", [("Content-Type", "text/plain")])
        if path.startswith("/long"):
            return Long(path, self.closed)
        return [environ["wsgi.input"].read()]


class Long:
    """An answer that is made while it is read."""

    def __init__(self, path: str, closed: list[str]) -> None:
        self.path, self.closed = path, closed

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(4):
            assert whose.get() == self.path
            yield b"x" * PIECE_BYTES

    def close(self) -> None:
        self.closed.append(whose.get())


def ask(at: Door, caller: Caller, path: str = "/", **head: str) -> Any:
    """Return the call that answers a caller."""
    headers = {name.replace("_", "-"): value for name, value in head.items()}
    return at.__rsgi__(Scope(path, headers=headers), caller)


@pytest.mark.covers("LOAD-05")
def test_so_many_wait_and_the_next_one_is_told_at_once() -> None:
    pages = Pages()
    at = Door(pages, waiting=2, most_bytes=100)

    async def crowd() -> tuple[list[Caller], list[int]]:
        callers = [Caller() for _ in range(6)]
        calls = [asyncio.create_task(ask(at, one, "/held")) for one in callers]
        await asyncio.wait(calls[3:])
        early = [one.status for one in callers]
        pages.may_go.set()
        await asyncio.wait(calls)
        after = Caller()
        await ask(at, after)
        return [*callers, after], early

    callers, early = alone(crowd())
    assert early == [0, 0, 0, 503, 503, 503]
    assert [one.status for one in callers] == [200, 200, 200, 503, 503, 503, 200]
    assert callers[3].headers["Retry-After"] == "30"
    assert "没有保存" in callers[3].body.decode()
    assert len(pages.asked) == 4


@pytest.mark.covers("LOAD-06")
def test_a_body_that_does_not_come_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BODY_SECONDS", 0.2)
    pages = Pages()
    at = Door(pages, waiting=2, most_bytes=100)
    slow, quick = [Caller((b"a",), is_stuck=True) for _ in range(9)], Caller((b"whole",))

    async def both() -> list[int]:
        calls = [asyncio.create_task(ask(at, one, "/slow", content_length="9")) for one in slow]
        await ask(at, quick, "/quick", content_length="5")
        early = [one.status for one in slow]
        await asyncio.wait(calls)
        return early

    assert alone(both()) == [0] * 9
    assert (quick.status, quick.body) == (200, b"whole")
    assert {one.status for one in slow} == {408}
    assert pages.asked == ["/quick"]


@pytest.mark.covers("LOAD-06", "LOAD-05")
def test_a_reader_who_stops_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "READ_SECONDS", 0.2)
    pages = Pages()
    at = Door(pages, waiting=2, most_bytes=100)
    stopped, reader, quick = Caller(reads=1), Caller(), Caller((b"whole",))

    async def three() -> None:
        calls = [
            asyncio.create_task(ask(at, one, f"/long{place}"))
            for place, one in enumerate((stopped, reader))
        ]
        await ask(at, quick, "/quick", content_length="5")
        await asyncio.wait(calls)

    alone(three())
    assert (quick.status, quick.body) == (200, b"whole")
    assert (reader.pieces, len(reader.body)) == (4, 4 * PIECE_BYTES)
    assert stopped.pieces == 1
    assert sorted(pages.closed) == ["/long0", "/long1"]


@pytest.mark.covers("FILE-01")
@pytest.mark.parametrize(("told", "parts"), [("101", ()), ("", (b"x" * 60,) * 3)])
def test_no_more_is_taken_than_the_longest_form_has(told: str, parts: tuple[bytes, ...]) -> None:
    at, caller = Door(Pages(), waiting=2, most_bytes=100), Caller(parts, is_stuck=True)
    head = {"content_length": told} if told else {"transfer_encoding": "chunked"}
    alone(asyncio.wait_for(ask(at, caller, **head), 5))
    assert (caller.status, len(caller.body)) == (200, 0 if told else 120)


@pytest.mark.covers("IN-08")
def test_a_head_becomes_what_the_application_expects() -> None:
    scope = Scope("/中", headers={"content-type": "a/b", "content-length": "3"})
    found = door.environ_of(scope, BytesIO())
    assert found["PATH_INFO"].encode("latin-1").decode() == "/中"
    assert (found["CONTENT_TYPE"], found["CONTENT_LENGTH"]) == ("a/b", "3")
    assert (found["SERVER_NAME"], found["SERVER_PORT"], found["REMOTE_ADDR"]) == (
        "127.0.0.1",
        "8000",
        "127.0.0.1",
    )
    assert "PATH" not in found  # nothing of the environment of the process
    fields = [("x-forwarded-for", "1"), ("x_forwarded_for", "9"), ("X-Forwarded-For", "2")]
    assert door.fields_of(fields) == {"HTTP_X_FORWARDED_FOR": "1,2"}
    assert door.fields_of([("cookie", "a=1"), ("cookie", "b=2")]) == {"HTTP_COOKIE": "a=1; b=2"}
