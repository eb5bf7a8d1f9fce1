"""SM2 signatures with SM3 (GB/T 32918.2) over the recommended curve, by gmssl's arithmetic.

Of gmssl only the two formulas are used. What it leaves to its caller is done here: random numbers
of the operating system, keys that are points of the curve, signatures within their range, and
public keys given to it without the prefix that it would strip from any key that begins so (ADR
0030).
"""

from __future__ import annotations

import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SM3, Hash
from gmssl.sm2 import CryptSM2, default_ecc_table

#: The identity that the standard gives where nothing else was agreed.
IDENTITY = b"1234567812345678"
PRIVATE_BYTES, PUBLIC_BYTES = 32, 64

_P, _A, _B, _N = (int(default_ecc_table[name], 16) for name in ("p", "a", "b", "n"))
_CURVE = bytes.fromhex("".join(default_ecc_table[name] for name in ("a", "b", "g")))


def new_key() -> bytes:
    """Return a private key out of the operating system's randomness."""
    return (1 + secrets.randbelow(_N - 2)).to_bytes(PRIVATE_BYTES)


def is_private(key: bytes) -> bool:
    """Return whether bytes are a private key: a number from 1 to n - 2."""
    return len(key) == PRIVATE_BYTES and 0 < int.from_bytes(key) < _N - 1


def is_public(key: bytes) -> bool:
    """Return whether bytes are a public key: both coordinates of a point on the curve."""
    if len(key) != PUBLIC_BYTES:
        return False
    x, y = int.from_bytes(key[:32]), int.from_bytes(key[32:])
    return max(x, y) < _P and (y * y - x * x * x - _A * x - _B) % _P == 0


@lru_cache(maxsize=16)
def public_key(private: bytes) -> bytes:
    """Return the public key of a private one."""
    return bytes.fromhex(_engine(b"")._kg(int.from_bytes(private), default_ecc_table["g"]))  # noqa: SLF001 - gmssl has no other name for it


def sign(private: bytes, message: bytes) -> bytes:
    """Return a signature: r and s, 32 bytes each."""
    engine, digest = _engine(b"", private), digest_of(public_key(private), message)
    while True:
        signed = engine.sign(digest, f"{1 + secrets.randbelow(_N - 1):064x}")
        if signed:  # nothing for one number in 2^255, which must not be used
            return bytes.fromhex(signed)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the owner of a public key signed a message; False for whatever is none."""
    if len(signature) != PUBLIC_BYTES or not is_public(public):
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < _N and 0 < s < _N) or (r + s) % _N == 0:
        return False
    try:
        return _engine(public).verify(signature.hex(), digest_of(public, message)) is True
    except TypeError:  # the sum of both points is the point at infinity: gmssl has no text for it
        return False


def digest_of(public: bytes, message: bytes) -> bytes:
    """Return what is signed of a message: identity, curve and key stand before it."""
    head = (8 * len(IDENTITY)).to_bytes(2) + IDENTITY + _CURVE + public
    return _sm3(_sm3(head) + message)


def _sm3(text: bytes) -> bytes:
    digest = Hash(SM3())
    digest.update(text)
    return digest.finalize()


def _engine(public: bytes, private: bytes = b"") -> CryptSM2:
    engine = CryptSM2(private.hex(), "")
    engine.public_key = public.hex()
    return engine
