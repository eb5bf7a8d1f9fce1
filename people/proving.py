"""That a browser just proved the phone of a public link, for half an hour and nowhere else."""

from __future__ import annotations

from hmac import compare_digest

from flask import session

from core import clock, keyring
from core.web import asked

PROVEN_SECONDS = 1800


def proof_of(code: str, back: int = 0) -> str:
    """Return what shows for half an hour that this browser proved the phone of a request.

    It is made of the browser's own secret: the address, sent on, proves nothing elsewhere.
    """
    window = int(clock.now().timestamp()) // PROVEN_SECONDS - back
    return keyring.paper_code(f"{code}:{session['csrf_token']}:{window}", "guardian")


def is_proven(code: str) -> bool:
    """Return whether the address holds the proof of this browser for a request."""
    proof = asked("proof").encode()
    return any(compare_digest(proof, proof_of(code, back).encode()) for back in (0, 1))
