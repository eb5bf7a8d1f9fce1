"""A phone without network: what it records, and how it sends it later."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.devices import device_key, sign_packet
from accounts.models import User, UserSession
from accounts.rules import SessionKind
from core import clock
from core.database import db
from core.idempotency import fingerprint
from core.sessions import token_digest
from tests.client import Client

#: Schedules and operations; the whole of QR-05 with ``make soak``.
SCHEDULES, OPERATIONS = (2_000, 20) if os.environ.get("SOAK") == "full" else (4, 8)
HOME = timezone(timedelta(hours=8))


def stamp(instant: datetime, zone: timezone = HOME) -> str:
    """Return an instant as a phone writes it."""
    return instant.astimezone(zone).isoformat(timespec="seconds")


def session_of(client: Client) -> UserSession:
    """Return the session of a browser."""
    digest = token_digest(client.token)
    return db.session.scalars(select(UserSession).where(UserSession.token_digest == digest)).one()


def sign_in_again(user: User, kind: SessionKind = SessionKind.PERSON) -> str:
    """Return the token of another session of an account, as after a new sign-in."""
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        UserSession(
            token_digest=token_digest(token),
            user_id=user.id,
            kind=kind,
            created_at=now,
            seen_at=now,
            factor_at=None if kind is SessionKind.PERSON else now,
            needs_factor=False,
            factor_tries=0,
        )
    )
    db.session.flush()
    return token


@dataclass(frozen=True, slots=True)
class Packet:
    """A form as it was kept: address, fields, its key, and when by the phone's clock."""

    path: str
    fields: dict[str, str]
    key: str
    at: str

    def sealed(self, client: Client, sent: str, by: UserSession | None = None) -> dict[str, str]:
        """Return the fields that go out, signed with the key of a session."""
        session = by or session_of(client)
        packet = {
            "packet_device": str(session.id),
            "packet_at": self.at,
            "packet_sent": sent,
        }
        with client.app.test_request_context(self.path, method="POST", data=self.fields):
            content = fingerprint()
            packet["packet_sign"] = sign_packet(device_key(session), packet, self.key, content)
        return {**self.fields, **packet}

    def send(self, client: Client, sent: str, by: UserSession | None = None) -> TestResponse:
        """Send it."""
        return client.post(self.path, self.sealed(client, sent, by), key=self.key)


@st.composite
def schedules(draw: st.DrawFn, operations: int) -> list[tuple[float, list[int]]]:
    """Return batches: how late in days, and which operations they hold, some more than once."""
    times = draw(st.lists(st.integers(1, 3), min_size=operations, max_size=operations))
    order = draw(st.permutations([nr for nr, count in enumerate(times) for _ in range(count)]))
    cuts = draw(st.lists(st.integers(0, len(order)), max_size=4))
    edges = [0, *sorted(cuts), len(order)]
    batches = [order[a:b] for a, b in pairwise(edges)]
    late = sorted(draw(st.lists(st.floats(0, 6), min_size=len(batches), max_size=len(batches))))
    return list(zip(late, batches, strict=True))


@contextmanager
def taken_back() -> Iterator[None]:
    """Take everything back that happens within, the clock as well."""
    db.session.commit()
    before = db.engines[None].begin_nested()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        clock.set_offset_for_tests(timedelta(), production=False)
        db.session.remove()
        before.rollback()
