"""Messages: encrypted where they wait, sent once, retried when the provider is down."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from sqlalchemy import text

from core import messages
from core.database import db
from core.messages import HttpGateway, MessageStatus, OutboxGateway, deliver_queued, outbox, queue
from tests.cast import Cast

PHONE, WORDS = "13900001111", "验证码 123456"


class Provider(BaseHTTPRequestHandler):
    """A provider that keeps what it was sent."""

    received: ClassVar[list[tuple[dict[str, str], str]]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Provider.received.append((json.loads(body), self.headers["Authorization"]))
        self.send_response(Provider.status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def provider() -> Iterator[str]:
    """Return the address of a provider on this machine."""
    Provider.received, Provider.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/send"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.covers("T7", "PRV-01")
def test_what_waits_is_encrypted_and_readable_in_the_outbox(cast: Cast) -> None:
    queue(PHONE, WORDS, "code:1")
    db.session.flush()
    row = db.session.execute(text("SELECT * FROM messages")).mappings().one()
    assert PHONE not in str(dict(row))
    assert "123456" not in str(dict(row))
    found = outbox()[0]
    assert (found.phone, found.text, found.status) == (PHONE, WORDS, MessageStatus.QUEUED)


@pytest.mark.covers("FLT-11")
def test_the_provider_is_sent_each_message_once(cast: Cast, provider: str) -> None:
    queue(PHONE, WORDS, "code:1")
    db.session.flush()
    through = HttpGateway(provider, "key")
    assert deliver_queued(through) == (1, 0)
    assert deliver_queued(through) == (0, 0)
    sent = {"phone": PHONE, "text": WORDS, "purpose": "code:1"}
    assert Provider.received == [(sent, "Bearer key")]


@pytest.mark.covers("FLT-11")
def test_a_provider_that_is_down_is_asked_again_and_given_up(cast: Cast, provider: str) -> None:
    queue(PHONE, WORDS, "code:1")
    db.session.flush()
    Provider.status = 500
    for _ in range(messages.MAX_ATTEMPTS):
        assert deliver_queued(HttpGateway(provider, "key")) == (0, 1)
    assert outbox()[0].status is MessageStatus.FAILED
    assert deliver_queued(HttpGateway(provider, "key")) == (0, 0)


@pytest.mark.covers("CFG-10")
def test_a_gateway_without_tls_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpGateway("http://provider.example", "key")
    assert isinstance(messages.gateway(), OutboxGateway)
