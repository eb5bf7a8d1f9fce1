"""Signatures over texts that leave the house: named algorithm, named key, fails closed (CERT-01).

Algorithm and key id are kept beside each signature, so that keys can change and another algorithm
(SM2 of profile `gm`, decisions.md D7) can follow while older signatures stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app

from core.config import Config


class SignatureAlgorithm(StrEnum):
    """Algorithms that this release signs and checks with."""

    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in hex, and what made it."""

    algorithm: SignatureAlgorithm
    key_id: str
    value: str


def sign(text: str) -> Signature:
    """Return the signature of a text under the current key. Raises KeyError where there is none."""
    config = _config()
    key_id = config.current_signing_key
    key = Ed25519PrivateKey.from_private_bytes(config.signing_keys[key_id])
    return Signature(SignatureAlgorithm.ED25519, key_id, key.sign(text.encode()).hex())


def is_genuine(text: str, signature: Signature) -> bool:
    """Return whether a key of this installation signed this very text; False for unknown keys."""
    public = public_keys().get(signature.key_id)
    if public is None or signature.algorithm is not SignatureAlgorithm.ED25519:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(bytes.fromhex(signature.value), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_keys() -> dict[str, bytes]:
    """Return ``key id -> public key`` of all keys whose signatures count."""
    config = _config()
    now = {
        key_id: Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        for key_id, seed in config.signing_keys.items()
    }
    return {**config.old_signing_keys, **now}


def _config() -> Config:
    config: Config = current_app.config["REDCROSS"]
    return config
