"""The accounts with which pages are measured: the same phones and secrets for the same seed."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from datasets.scale.codes import phone
from datasets.scale.sizes import Size

BENCH_POSTS = 5
BENCH_VOLUNTEERS = 3
NAMES = ("secretary", "coordinator", "county", "city", "province")
SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class BenchAccount:
    """How somebody signs in: phone, and the authenticator's secret where there is a post."""

    name: str
    phone: str
    totp_secret: str = ""


def totp_secret(seed: int, number: int) -> str:
    """Return the authenticator's secret of the holder of the n-th post."""
    digest = hashlib.sha256(f"redcross scale {seed} {number}".encode()).digest()
    return base64.b32encode(digest[:SECRET_BYTES]).decode()


def bench_accounts(size: Size, seed: int) -> list[BenchAccount]:
    """Return the holders of the first posts and the first volunteers, in this order."""
    posts = [
        BenchAccount(name, phone(size.busy + number), totp_secret(seed, number))
        for number, name in enumerate(NAMES, start=1)
    ]
    volunteers = [
        BenchAccount(f"volunteer{number}", phone(size.adults + number))
        for number in range(1, BENCH_VOLUNTEERS + 1)
    ]
    return posts + volunteers
