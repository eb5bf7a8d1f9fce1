"""Many visitors at once, in one thread: quick ones, too many, and slow ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tests.races.weakened import WORKER_HEADER

HOST = "127.0.0.1"
PATIENCE = 60
WORKER = f"\r\n{WORKER_HEADER.lower()}: ".encode()


@dataclass(frozen=True, slots=True)
class Visit:
    """An answer: its status, 0 where none came, its seconds, and the process that gave it."""

    status: int
    seconds: float
    worker: str


def page(path: str, token: str) -> bytes:
    """Return the request of a page by somebody who is signed in; the connection ends with it."""
    return head("GET", path, f"Cookie: session={token}", "Connection: close") + b"\r\n"


def head(method: str, path: str, *fields: str) -> bytes:
    """Return the head of a request, without its empty line."""
    return "".join(
        f"{line}\r\n" for line in (f"{method} {path} HTTP/1.1", f"Host: {HOST}", *fields)
    ).encode()


async def visit(port: int, request: bytes) -> Visit:
    """Return what came of a request."""
    start, answer = time.perf_counter(), b""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(request)
            answer = await reader.read(-1)
            writer.close()
    found, _, rest = answer.partition(WORKER)
    return Visit(
        int(found[9:12] or 0), time.perf_counter() - start, rest.partition(b"\r")[0].decode()
    )


async def in_turn(port: int, request: bytes, number: int, beside: int = 1) -> list[Visit]:
    """Return visits of so many people who each come again when they were answered."""

    async def again() -> list[Visit]:
        return [await visit(port, request) for _ in range(number // beside)]

    return [
        one for found in await asyncio.gather(*(again() for _ in range(beside))) for one in found
    ]


async def at_rate(port: int, request: bytes, per_second: float, seconds: float) -> list[Visit]:
    """Return visits that begin evenly, whoever still waits."""
    start, tasks = time.perf_counter(), list[asyncio.Task[Visit]]()
    while (gone := time.perf_counter() - start) < seconds:
        due = int(gone * per_second) - len(tasks)
        tasks += [asyncio.create_task(visit(port, request)) for _ in range(due)]
        await asyncio.sleep(0.005)
    return list(await asyncio.gather(*tasks))


@asynccontextmanager
async def slow_ones(port: int, each: int, readers: int) -> AsyncIterator[None]:
    """Keep heads and bodies of a byte a second, idle connections, and readers who stopped."""
    body = (
        head(
            "POST",
            "/login",
            "Content-Length: 5000",
            "Content-Type: application/x-www-form-urlencoded",
        )
        + b"\r\n"
    )
    whole = head("GET", "/healthz") + b"\r\n"
    many = (head("GET", "/static/app.css") + b"\r\n") * 100
    kinds = [
        (head("GET", "/healthz", "X-Slow: "), each),
        (body, each),
        (whole, each),
        (many, readers),
    ]
    writers = list[asyncio.StreamWriter]()
    for first, number in kinds:
        for _ in range(number):
            # Nobody reads: a connection whose limit is small keeps the server waiting.
            _reader, writer = await asyncio.open_connection(HOST, port, limit=1024)
            writer.write(first)
            writers.append(writer)
    trickle = asyncio.create_task(_trickle(writers[: 2 * each]))
    try:
        yield
    finally:
        trickle.cancel()
        for writer in writers:
            writer.close()


async def _trickle(writers: Sequence[asyncio.StreamWriter]) -> None:
    while True:
        for writer in writers:
            writer.write(b"a")
        await asyncio.sleep(1)
