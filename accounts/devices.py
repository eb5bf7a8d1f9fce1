"""The key that a signed-in browser keeps, and packets signed with it (security.md QR-06).

Each session has one key, made from its number and account and never stored here. What a phone
recorded without network is signed with the key of the session it was recorded under, so that it
counts for that account only, and no longer once that session was ended.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import current_app, request

from accounts.models import UserSession
from accounts.rules.packets import Packet, judge_packet
from core import clock, settings
from core.crypto import is_same_secret
from core.database import db
from core.idempotency import FIELD, PACKET_FIELDS, fingerprint
from core.rules import N_, RuleViolation
from core.web import principal, sent

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "packet1"
DEVICE = re.compile(r"[0-9]{1,18}")


def device_key(session: UserSession) -> bytes:
    """Return the key of a session."""
    text = f"device:{session.id}:{session.user_id}"
    secret = current_app.config["REDCROSS"].secret_key
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()


def sign_packet(key: bytes, packet: Mapping[str, str], idempotency_key: str, payload: str) -> str:
    """Return the signature of a packet: device, times, the key of its form, and its content."""
    parts = (VERSION, packet["packet_device"], packet["packet_at"], packet["packet_sent"])
    text = "\n".join((*parts, idempotency_key, payload))
    return urlsafe_b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()


def read_packet(now: datetime) -> Packet | None:
    """Return what the form claims to be a packet, or None where it was sent as it was filled in.

    Raises RuleViolation for a device that was signed out, another account's, a wrong
    signature, and for what comes too late.
    """
    packet = {name: sent(name, 100) for name in PACKET_FIELDS}
    if not any(packet.values()):
        return None
    session = _session_of(packet["packet_device"])
    if session is None:
        raise RuleViolation("", N_("记这一条的登录已经退出，不能自动上传。请核对后再提交"))
    expected = sign_packet(device_key(session), packet, request.form.get(FIELD, ""), fingerprint())
    if not is_same_secret(packet["packet_sign"], expected):
        raise RuleViolation("", N_("这一条和记下时不一样，不能自动上传。请核对后再提交"))
    day = clock.local(now).date()
    return judge_packet(
        packet["packet_at"],
        packet["packet_sent"],
        now,
        late_days=settings.value("offline.late_days", day),
        most_skew=timedelta(minutes=settings.value("offline.skew_minutes", day)),
    )


def _session_of(device: str) -> UserSession | None:
    """Return a session of whoever asks that was not ended; one that ran out still counts."""
    if not DEVICE.fullmatch(device):
        return None
    found = db.session.get(UserSession, int(device))
    is_own = found is not None and found.user_id == principal().user_id
    return found if found is not None and is_own and found.ended_at is None else None
