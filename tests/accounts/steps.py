"""What a user does to sign in, as tests do it: through pages and the outbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pyotp
from flask import Flask, g
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.models import FailedTry, User, UserSession
from accounts.operations import set_password
from core import clock, keyring, messages
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.sessions import token_digest
from core.settings import DatedSetting
from tests.client import Client

PASSWORD = "correct tortoise battery 7"


@contextmanager
def later(**time: float) -> Iterator[None]:
    """Let the clock of the app run ahead by a timedelta's arguments."""
    before = clock._offset
    clock.set_offset_for_tests(before + timedelta(**time), production=False)
    try:
        yield
    finally:
        clock.set_offset_for_tests(before, production=False)


def stranger(app: Flask) -> Client:
    """Return a browser that nobody is signed in with."""
    return Client(app)


def last_text(phone: str) -> str:
    """Return the newest message to a phone."""
    return next(message.text for message in messages.outbox() if message.phone == phone)


def last_code(phone: str) -> str:
    """Return the newest one-time code that went to a phone."""
    found = re.search(r"#(\d{6})$", last_text(phone))
    assert found
    return found[1]


def other_than(code: str) -> str:
    """Return six digits that are not the code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def ask(client: Client, phone: str, **fields: str) -> TestResponse:
    """Ask for a one-time code."""
    return client.post("/login/send", {"phone": phone, **fields})


def answer(client: Client, code: str, **fields: str) -> TestResponse:
    """Type a one-time code and tick the agreement."""
    return client.post("/login/code", {"code": code, "agree": "y", **fields})


def sign_in(client: Client, phone: str, **fields: str) -> TestResponse:
    """Sign in by one-time code."""
    asked = ask(client, phone, **fields)
    assert asked.status_code == 303, asked.text
    return answer(client, last_code(phone), **fields)


def session_of(client: Client) -> UserSession | None:
    """Return the open session of a browser."""
    db.session.expire_all()
    statement = select(UserSession).where(
        UserSession.token_digest == token_digest(client.token), UserSession.ended_at.is_(None)
    )
    return db.session.scalars(statement).one_or_none()


def give_factor(user: User) -> str:
    """Give an account a confirmed second factor; return its secret."""
    secret = pyotp.random_base32()
    user.totp_secret = keyring.seal(secret, f"users.totp_secret:{user.code}")
    user.totp_confirmed_at = clock.now()
    db.session.commit()
    return secret


def give_password(user: User, password: str = PASSWORD) -> None:
    """Give an account a password."""
    set_password(user, password, by=SYSTEM, now=clock.now())
    db.session.commit()


def shown(secret: str, steps: int = 0) -> str:
    """Return what an authenticator shows now, or some steps of 30 seconds from now."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def wrong(secret: str) -> str:
    """Return six digits that the authenticator shows at no time near now."""
    near = {shown(secret, steps) for steps in range(-2, 3)}
    return next(code for n in range(10) if (code := f"{n:06d}") not in near)


def tries_of(user: User) -> int:
    """Return how many wrong tries are counted for an account."""
    statement = select(FailedTry).where(FailedTry.phone_index == user.phone_index)
    return len(db.session.scalars(statement).all())


def events(action: str, subject_id: int | None) -> list[AuditEvent]:
    """Return the audit events of an action on a subject, oldest first."""
    statement = (
        select(AuditEvent)
        .where(AuditEvent.action == action, AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.id)
    )
    return list(db.session.scalars(statement))


def enter_setting(name: str, value: int) -> None:
    """Enter another value of a rule, in force from today."""
    row = DatedSetting(
        name=name, valid_from=clock.today(), value=value, source="test", entered_at=clock.now()
    )
    db.session.add(row)
    db.session.commit()
    g.pop("dated_settings", None)  # read once per request
