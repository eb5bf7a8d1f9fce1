"""A phone without network: what it records, and how it sends it later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.devices import device_key, sign_packet
from accounts.models import UserSession
from core.database import db
from core.idempotency import fingerprint
from core.sessions import token_digest
from tests.client import Client

HOME = timezone(timedelta(hours=8))


def stamp(instant: datetime, zone: timezone = HOME) -> str:
    """Return an instant as a phone writes it."""
    return instant.astimezone(zone).isoformat(timespec="seconds")


def session_of(client: Client) -> UserSession:
    """Return the session of a browser."""
    digest = token_digest(client.token)
    return db.session.scalars(select(UserSession).where(UserSession.token_digest == digest)).one()


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
