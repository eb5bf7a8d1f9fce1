"""Signatures over texts that leave the house: named algorithm, named key, fails closed (CERT-01).

Algorithm and key id are kept beside each signature, so that keys and algorithms can change while
older signatures stay readable. The current key says which algorithm signs (decisions.md D7).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app

from core import sm2
from core.config import Config, SigningKey


class SignatureAlgorithm(StrEnum):
    """Algorithms that this release signs and checks with."""

    ED25519 = "ed25519"
    SM2 = "sm2"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in hex, and what made it."""

    algorithm: SignatureAlgorithm
    key_id: str
    value: str


def new_key(algorithm: SignatureAlgorithm) -> SigningKey:
    """Return a new private key of an algorithm."""
    data = sm2.new_key() if algorithm is SignatureAlgorithm.SM2 else secrets.token_bytes(32)
    return SigningKey(algorithm.value, data)


def sign(text: str) -> Signature:
    """Return the signature of a text under the current key. Raises KeyError where there is none."""
    config = _config()
    key_id = config.current_signing_key
    key = config.signing_keys[key_id]
    algorithm, message = SignatureAlgorithm(key.algorithm), text.encode()
    if algorithm is SignatureAlgorithm.SM2:
        return Signature(algorithm, key_id, sm2.sign(key.data, message).hex())
    value = Ed25519PrivateKey.from_private_bytes(key.data).sign(message)
    return Signature(algorithm, key_id, value.hex())


def is_genuine(text: str, signature: Signature) -> bool:
    """Return whether a key of this installation signed this very text; False for unknown keys."""
    public = public_keys().get(signature.key_id)
    if public is None or public.algorithm != signature.algorithm:
        return False
    try:
        return _verifies(public, text.encode(), bytes.fromhex(signature.value))
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _verifies(public: SigningKey, message: bytes, value: bytes) -> bool:
    """Return whether a signature fits; the same three always give the same answer."""
    if public.algorithm == SignatureAlgorithm.SM2:
        return sm2.verify(public.data, message, value)
    try:
        Ed25519PublicKey.from_public_bytes(public.data).verify(value, message)
    except InvalidSignature:
        return False
    return True


def public_keys() -> dict[str, SigningKey]:
    """Return ``key id -> public key`` of all keys whose signatures count."""
    config = _config()
    now = {key_id: _public(key) for key_id, key in config.signing_keys.items()}
    return {**config.old_signing_keys, **now}


@lru_cache(maxsize=16)
def _public(key: SigningKey) -> SigningKey:
    if key.algorithm == SignatureAlgorithm.SM2:
        return SigningKey(key.algorithm, sm2.public_key(key.data))
    private = Ed25519PrivateKey.from_private_bytes(key.data)
    return SigningKey(key.algorithm, private.public_key().public_bytes_raw())


def _config() -> Config:
    config: Config = current_app.config["REDCROSS"]
    return config
