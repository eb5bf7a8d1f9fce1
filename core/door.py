"""What stands between web server and application: bodies, turns, answers (LOAD-05, LOAD-06).

The server hands over a request as soon as its head is there. Its body is waited for here, which
takes no thread. Then it waits for its turn: a worker does one request after the other. So many
wait, and whoever comes then is told at once to come again. A long answer is sent as fast as its
reader takes it, and the worker does other requests meanwhile. So nobody who is slow, and no
crowd, holds a worker.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Protocol

from granian._granian import RSGIProtocolClosed

from core import uploads
from core.outages import WAIT_SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from flask import Flask

#: Seconds in which a body has to be here, and in which a reader has to take a piece.
BODY_SECONDS, READ_SECONDS = 15.0, 30.0
#: A longer body lies on the disk until its request is over.
MEMORY_BYTES = 512 * 1024
#: An answer up to so many bytes is sent whole, a longer one in pieces of about that size.
PIECE_BYTES = 256 * 1024
#: The thread that works gives way to the one that accepts and refuses after so many seconds.
SWITCH_SECONDS = 0.001
BUSY = "系统正忙。请稍后再试，内容没有保存。\n"
LATE = "内容没有传完，也没有保存。请再试一次。\n"
#: Of every answer that does not come from the application, as core.headers has it of the others.
PLAIN = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)

Headers = list[tuple[str, str]]


class Transport(Protocol):
    """Where a long answer goes; it takes a piece when the reader took the one before."""

    async def send_bytes(self, data: bytes) -> None: ...


class Exchange(Protocol):
    """A request and its answer, as the server has them (RSGI)."""

    def __aiter__(self) -> Any: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: Headers) -> Transport: ...


class RefusedError(Exception):
    """A request that does not reach the application: its status, and words in plain text."""

    def __init__(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        super().__init__(status)
        self.status, self.text, self.headers = status, text, headers


@dataclass(slots=True)
class Answer:
    """Head and first bytes of an answer, and what gives the rest, all done in one context."""

    status: int
    headers: Headers
    first: bytes
    rest: Iterator[bytes]
    close: Callable[[], object]
    context: Context

    @property
    def is_long(self) -> bool:
        return len(self.first) >= PIECE_BYTES

    def next_piece(self) -> bytes:
        """Return the next bytes, none at the end."""
        return self.context.run(next, self.rest, b"")

    def end(self) -> None:
        """Let the application know that it was sent, or given up."""
        self.context.run(self.close)


class Door:
    """An application as the server calls it: one request after the other, in one thread."""

    def __init__(self, application: WSGIApplication, *, waiting: int, most_bytes: int) -> None:
        self.application, self.waiting, self.most_bytes = application, waiting, most_bytes
        self.inside = 0
        self.thread = ThreadPoolExecutor(1, "requests")
        sys.setswitchinterval(SWITCH_SECONDS)

    async def __rsgi__(self, scope: Any, exchange: Exchange) -> None:
        """Answer a request."""
        try:
            with SpooledTemporaryFile(MEMORY_BYTES) as body:
                await self._receive(scope.headers, exchange, body)
                answer = await self._turn(environ_of(scope, body))
        except RefusedError as refusal:
            headers = [*PLAIN, *refusal.headers]
            exchange.response_bytes(refusal.status, headers, refusal.text.encode())
            return
        if answer.is_long:
            await self._send(exchange, answer)
        else:
            exchange.response_bytes(answer.status, answer.headers, answer.first)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Let what is inside end; the server lets nobody in any more."""
        self.thread.shutdown()

    async def _receive(self, headers: Any, exchange: Exchange, body: IO[bytes]) -> None:
        """Take the body of a request. Raises RefusedError where it does not come in time.

        What is longer than any form may be is not taken: the application sees that and says so.
        """
        told = headers.get("content-length")
        if told is None and "transfer-encoding" not in headers:
            return
        if told is not None and int(told) > self.most_bytes:
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for part in exchange:
                    body.write(part)
                    if body.tell() > self.most_bytes:
                        break
        except TimeoutError:
            raise RefusedError(408, LATE, ("Connection", "close")) from None
        body.seek(0)

    async def _turn(self, environ: WSGIEnvironment) -> Answer:
        """Answer when those before are done. Raises RefusedError where too many wait."""
        if self.inside > self.waiting:
            raise RefusedError(503, BUSY, ("Retry-After", WAIT_SECONDS))
        self.inside += 1
        try:
            answer: Answer = await self._work(self._answer, environ)
        finally:
            self.inside -= 1
        return answer

    async def _work(self, work: Callable[..., Any], *values: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.thread, work, *values)

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """Let the application answer in a context of its own; short answers are whole."""
        status, fields = 0, Headers()

        def start(line: str, headers: Headers, _fault: object = None) -> Callable[[bytes], object]:
            nonlocal status, fields
            status, fields = int(line[:3]), headers
            return lambda _bytes: None  # PEP 3333 has it; Flask writes nothing this way

        context = copy_context()
        made = context.run(self.application, environ, start)
        pieces = _pieces(made)
        first = context.run(next, pieces, b"")
        answer = Answer(status, fields, first, pieces, getattr(made, "close", _nothing), context)
        if not answer.is_long:
            answer.end()
        return answer

    async def _send(self, exchange: Exchange, answer: Answer) -> None:
        """Send a long answer in pieces; one whose reader went or stopped is given up."""
        transport = exchange.response_stream(answer.status, answer.headers)
        piece = answer.first
        try:
            while piece:
                async with asyncio.timeout(READ_SECONDS):
                    await transport.send_bytes(piece)
                piece = await self._work(answer.next_piece)
        except (RSGIProtocolClosed, TimeoutError):
            return
        finally:
            await self._work(answer.end)


def before(app: Flask) -> Door:
    """Return what the server calls to reach an application."""
    config = app.config["REDCROSS"]
    return Door(app, waiting=config.waiting, most_bytes=uploads.most_bytes(app))


def _pieces(made: Iterable[bytes]) -> Iterator[bytes]:
    """Yield an answer in pieces that are worth sending."""
    parts, size = list[bytes](), 0
    for part in made:
        parts.append(part)
        size += len(part)
        if size >= PIECE_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)


def _nothing() -> None:
    """Close what needs no closing."""


def environ_of(scope: Any, body: IO[bytes]) -> WSGIEnvironment:
    """Return a request as PEP 3333 has it, and nothing of the environment of the process."""
    host, _, port = scope.server.rpartition(":")
    return {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "HTTP_HOST": scope.authority or "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **fields_of(scope.headers.items()),
    }


def fields_of(headers: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the fields of a head under their names of PEP 3333; of the same name they are joined.

    A name with an underscore would pass for the one with a hyphen that a proxy sets: it is left.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{joint}{value}" if key in found else value
    return found
