"""A write form counts once: a key that comes again returns the first result (LED-11)."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask, abort, g, redirect, request
from sqlalchemy import ColumnElement, Executable, String, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core import clock, retention
from core.database import Base, UTCDateTime, db, insert_or
from core.sessions import current_session, token_digest
from core.transactions import SAFE_METHODS, TryAgainError

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

FIELD = "idempotency_key"
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
SETTING = "forms.key_days"
#: How something recorded without network is wrapped; what it says is the same without it.
PACKET_FIELDS = ("packet_device", "packet_at", "packet_sent", "packet_sign")
IGNORED_FIELDS = frozenset({FIELD, "csrf_token", *PACKET_FIELDS})


class IdempotencyKey(Base):
    """A key that was used, by whom, with what, and where its answer lies; kept for some days."""

    __tablename__ = "idempotency_keys"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


def _is_past(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which keys are kept no longer: a form so old is not sent again."""
    return (IdempotencyKey.created_at < retention.since(SETTING, now),)


retention.register(retention.of_rows("form_keys", SETTING, IdempotencyKey, _is_past))


def new_key() -> str:
    """Return a fresh key for a form."""
    return secrets.token_urlsafe(18)


def install(app: Flask) -> None:
    """Check every unsafe request; register after the guard and the CSRF check."""
    app.before_request(claim)
    app.after_request(remember)
    app.jinja_env.globals["idempotency_key"] = new_key


@cache
def _claim(_dialect: str) -> Executable:
    """Return the insert of a key that tells whether it was free; its values are the columns."""
    names = IdempotencyKey.__table__.columns.keys()
    insert = insert_or(IdempotencyKey).values({name: bindparam(name) for name in names})
    claimed: Executable = insert.on_conflict_do_nothing().returning(IdempotencyKey.key)
    return claimed


_ANSWER = (
    update(IdempotencyKey.__table__)  # type: ignore[arg-type]
    .where(IdempotencyKey.owner == bindparam("who"), IdempotencyKey.key == bindparam("which"))
    .values(location=bindparam("where"))
)


def claim() -> ResponseReturnValue | None:
    """Claim the key of the form, or answer with the first result where it was used before."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return None
    key = request.form.get(FIELD, "")
    if not KEY.fullmatch(key):
        abort(400)
    owner, content = _owner(), fingerprint()
    mine = {"owner": owner, "key": key, "fingerprint": content, "location": ""}
    connection = db.session.connection()
    claimed = connection.execute(
        _claim(connection.dialect.name), {"created_at": clock.now(), **mine}
    )
    if claimed.first() is not None:
        g.claimed = (owner, key)
        return None
    first = db.session.execute(
        select(IdempotencyKey.fingerprint, IdempotencyKey.location).where(
            IdempotencyKey.owner == owner, IdempotencyKey.key == key
        )
    ).one_or_none()
    if first is None:  # the request that held it has just been taken back
        raise TryAgainError
    if first.fingerprint != content or not first.location:
        abort(422)
    g.replayed = True
    return redirect(first.location, 303)


def remember(response: Response) -> Response:
    """Keep where the answer lies, in the same transaction."""
    claimed = g.get("claimed")
    if claimed and response.status_code < 400:  # noqa: PLR2004
        location = response.headers.get("Location", request.path)[:500]
        answer = {"who": claimed[0], "which": claimed[1], "where": location}
        db.session.connection().execute(_ANSWER, answer)
    return response


def _owner() -> str:
    principal = g.get("principal")
    if principal is not None:
        return f"user:{principal.user_id}"
    return token_digest(current_session().token)


def fingerprint() -> str:
    """Return the digest of what a form says: its address and fields, without how it was sent."""
    digest = hashlib.sha256(request.path.encode())
    for name in sorted(set(request.form) - IGNORED_FIELDS):
        for value in request.form.getlist(name):
            digest.update(f"\0{name}\0{value}".encode(errors="surrogatepass"))
    return digest.hexdigest()
