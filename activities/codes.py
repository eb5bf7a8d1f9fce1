"""Codes that check people in: one that changes every half minute, a printed one, and passes.

A code names its shift and proves that this installation made it. A pass is what a scan gives to
the browser that made it: time to sign in and to tap, for this browser alone.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from activities.models import Shift
from activities.rules import AttendanceWay
from core import crypto
from core.keyring import index_of

STEP = 30  # seconds that a code is shown, and as long again that it is still taken (QR-01)
GRACE = timedelta(seconds=30)
PASS_LIFE = timedelta(minutes=10)
_MAC = 22
_ROTATING = re.compile(r"r([0-9a-z]{12})([0-9a-f]{7,10})-([A-Za-z0-9_-]{22})")
_FIXED = re.compile(r"f([0-9a-z]{12})([A-Za-z0-9_-]{22})")
_PASS = re.compile(r"p([0-9a-z]{12})([0-9a-f]{7,10})-([0-9a-f]{7,10})-([A-Za-z0-9_-]{22})")
MAX_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Scan:
    """What a genuine code says: the shift, the way, and since when this code was shown.

    ``shown_at`` is None for the printed code, ``until`` None where only the window of the shift
    ends it.
    """

    shift_code: str
    way: AttendanceWay
    shown_at: datetime | None = None
    until: datetime | None = None


def rotating_code(shift: Shift, now: datetime) -> str:
    """Return the code that the screen shows now."""
    step = f"{int(now.timestamp()) // STEP:x}"
    return f"r{shift.code}{step}-{_mac(_shown(shift, step))}"


def fixed_code(shift: Shift) -> str:
    """Return the code to print: it stays the same when the time of the shift is changed."""
    return f"f{shift.code}{_mac(f'f:{shift.code}')}"


def pass_for(scan: Scan, now: datetime, device: str) -> str:
    """Return what the browser of a scan goes on with: the shown code, kept for ten minutes."""
    shown = f"{int((scan.shown_at or now).timestamp()):x}"
    since = f"{int(now.timestamp()):x}"
    mac = _mac(f"p:{scan.shift_code}:{shown}:{since}:{device}")
    return f"p{scan.shift_code}{shown}-{since}-{mac}"


def shift_named(token: str) -> str | None:
    """Return the shift that a code names, genuine or not; None for what is no code."""
    found = _FIXED.fullmatch(token) or _PASS.fullmatch(token) or _ROTATING.fullmatch(token)
    return found[1] if found else None


def read_fixed(token: str) -> Scan | None:
    """Return what a genuine printed code says."""
    found = _FIXED.fullmatch(token)
    if found is None or not crypto.is_same_secret(found[2], _mac(f"f:{found[1]}")):
        return None
    return Scan(found[1], AttendanceWay.FIXED)


def read_pass(token: str, device: str) -> Scan | None:
    """Return what a genuine pass of this browser says."""
    found = _PASS.fullmatch(token)
    if found is None:
        return None
    code, shown, since, mac = found.groups()
    if not crypto.is_same_secret(mac, _mac(f"p:{code}:{shown}:{since}:{device}")):
        return None
    return Scan(
        code, AttendanceWay.CODE, _instant(int(shown, 16)), _instant(int(since, 16)) + PASS_LIFE
    )


def read_rotating(token: str, shift: Shift) -> Scan | None:
    """Return what a genuine code of a screen says, of the shift with the time it has now."""
    found = _ROTATING.fullmatch(token)
    if found is None or not crypto.is_same_secret(found[3], _mac(_shown(shift, found[2]))):
        return None
    shown_at = _instant(int(found[2], 16) * STEP)
    return Scan(found[1], AttendanceWay.CODE, shown_at, shown_at + timedelta(seconds=STEP) + GRACE)


def _shown(shift: Shift, step: str) -> str:
    starts, ends = int(shift.starts_at.timestamp()), int(shift.ends_at.timestamp())
    return f"r:{shift.code}:{starts}:{ends}:{step}"


def _mac(message: str) -> str:
    """Return 128 bits that nobody else can compute."""
    return urlsafe_b64encode(index_of(message, "activities.code")[:16]).rstrip(b"=").decode()


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
