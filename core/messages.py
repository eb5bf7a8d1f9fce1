"""Messages to phones: written with the change that causes them, sent by a worker, never logged.

The development gateway leaves them readable in the outbox; the HTTP gateway posts them to the
provider that the configuration names.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core import clock, crypto, keyring, retention
from core.bulk import insert_many
from core.database import Base, BigKey, UTCDateTime, db, enum_column
from core.web import config_value

TIMEOUT_SECONDS = 2
MAX_ATTEMPTS = 5


class MessageStatus(StrEnum):
    """Where a message is."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Message(Base):
    """One message; recipient and text are encrypted, a purpose is sent at most once."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    binding: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str] = mapped_column(String(120), unique=True)
    recipient: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[MessageStatus] = enum_column(MessageStatus, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def phone(self) -> str:
        return keyring.unseal(self.recipient, f"messages.recipient:{self.binding}")

    @property
    def text(self) -> str:
        return keyring.unseal(self.body, f"messages.body:{self.binding}")


class Gateway(Protocol):
    """Anything that can deliver a text to a phone."""

    def deliver(self, phone: str, text: str, purpose: str) -> None:
        """Deliver or raise OSError."""


class OutboxGateway:
    """Delivers nowhere: the message stays readable in the outbox of a development system."""

    def deliver(self, phone: str, text: str, purpose: str) -> None:
        """Do nothing; the outbox page and the tests read the table."""


class HttpGateway:
    """Posts ``{phone, text, purpose}`` as JSON with a bearer key; idempotent by purpose."""

    def __init__(self, url: str, key: str) -> None:
        """Keep address and key of the provider; only https is accepted."""
        if not url.startswith("https://") and not url.startswith("http://127.0.0.1"):
            message = "the message gateway must be an https address"
            raise ValueError(message)
        self.url = url
        self.key = key

    def deliver(self, phone: str, text: str, purpose: str) -> None:
        """Send one message. Raises OSError where the provider is down or refuses."""
        body = json.dumps({"phone": phone, "text": text, "purpose": purpose}).encode()
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": purpose,
        }
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            answer.read()


def gateway() -> Gateway:
    """Return the gateway that the configuration names."""
    if config_value("message_gateway") == "http":
        return HttpGateway(config_value("message_gateway_url"), config_value("message_gateway_key"))
    return OutboxGateway()


#: Asked before a message is sent: whether nothing may go to this phone any more. people tells.
SILENT: list[Callable[[str], bool]] = []


def queue(phone: str, text: str, purpose: str, hold: timedelta = timedelta()) -> None:
    """Write a message into the running transaction; it is sent when the time to hold is over."""
    binding = crypto.opaque_code(16)
    db.session.add(
        Message(
            binding=binding,
            purpose=purpose,
            recipient=keyring.seal(phone, f"messages.recipient:{binding}"),
            body=keyring.seal(text, f"messages.body:{binding}"),
            status=MessageStatus.QUEUED,
            queued_at=clock.now() + hold,
        )
    )


def queue_many(letters: Iterable[tuple[str, str, str]], hold: timedelta = timedelta()) -> None:
    """Write many messages, each (phone, text, purpose), by one statement."""
    due = clock.now() + hold
    rows = []
    for phone, text, purpose in letters:
        binding = crypto.opaque_code(16)
        rows.append(
            {
                "binding": binding,
                "attempts": 0,
                "purpose": purpose,
                "recipient": keyring.seal(phone, f"messages.recipient:{binding}"),
                "body": keyring.seal(text, f"messages.body:{binding}"),
                "status": MessageStatus.QUEUED,
                "queued_at": due,
            }
        )
    insert_many(Message, rows)


def call_back(*purposes: str) -> None:
    """Forget what was queued for purposes and is not sent yet."""
    if purposes:
        waits = Message.purpose.in_(purposes), Message.status == MessageStatus.QUEUED
        db.session.execute(delete(Message).where(*waits))


def hold_back(purposes: Sequence[str], until: datetime) -> None:
    """Send what is queued for these purposes and not sent yet no sooner than then."""
    waits = Message.purpose.in_(purposes), Message.status == MessageStatus.QUEUED
    db.session.execute(
        update(Message)
        .where(*waits)
        .values(queued_at=until)
        .execution_options(synchronize_session=False)
    )


def outbox(limit: int = 50) -> Sequence[Message]:
    """Return the newest messages, for the outbox page and tests."""
    statement = select(Message).order_by(Message.id.desc()).limit(limit)
    return db.session.scalars(statement).all()


def deliver_queued(through: Gateway, limit: int = 100) -> tuple[int, int]:
    """Send what waits, oldest first; return how many were sent and how many failed.

    A message is locked while it is sent, so that two workers never send it at once; the purpose
    is its idempotency key at the provider (security.md FLT-11).
    """
    sent = failed = 0
    waiting = db.session.scalars(
        select(Message.id)
        .where(
            Message.status == MessageStatus.QUEUED,
            Message.attempts < MAX_ATTEMPTS,
            Message.queued_at <= clock.now(),
        )
        .order_by(Message.id)
        .limit(limit)
    ).all()
    for message_id in waiting:
        message = db.session.scalars(
            select(Message)
            .where(
                Message.id == message_id,
                Message.status == MessageStatus.QUEUED,
                Message.queued_at <= clock.now(),
            )
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if message is None:
            continue
        if any(is_silent(message.phone) for is_silent in SILENT):
            db.session.delete(message)
            db.session.commit()
            continue
        message.attempts += 1
        try:
            through.deliver(message.phone, message.text, message.purpose)
        except OSError:
            failed += 1
            if message.attempts >= MAX_ATTEMPTS:
                message.status = MessageStatus.FAILED
        else:
            sent += 1
            message.status, message.sent_at = MessageStatus.SENT, clock.now()
        db.session.commit()
    return sent, failed


def _is_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which messages are kept no longer: sent or given up long ago."""
    is_done = Message.status != MessageStatus.QUEUED
    return is_done, Message.queued_at < retention.since("messages.days", now)


retention.register(retention.of_rows("messages", "messages.days", Message, _is_over))
