"""The field cipher of the running app, the three habits that use it, and the codes of papers."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, cast

from flask import current_app

from core.config import Config
from core.crypto import ALGORITHM_OF_PROFILE, KEY_BYTES, FieldCipher, KeyRing

CIPHER = "field_cipher"
#: Hex digits of a code on paper: 128 bits (security.md CERT-01).
PAPER_DIGITS = 32


@lru_cache(maxsize=4)
def _cipher(
    profile: str, keys: tuple[tuple[str, bytes], ...], current: str, index_key: bytes
) -> FieldCipher:
    kind = cast("Literal['gm', 'intl']", profile)
    return FieldCipher(KeyRing(profile=kind, keys=dict(keys), current=current, index_key=index_key))


def cipher_of(config: Config) -> FieldCipher:
    """Return the field cipher of a configuration."""
    keys = tuple(sorted(config.field_keys.items()))
    return _cipher(config.crypto_profile, keys, config.current_field_key, config.index_key)


def cipher() -> FieldCipher:
    """Return the field cipher of the running app; put together once per configuration."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - asked per value: one look through the proxy
    config = app.config["REDCROSS"]
    kept: tuple[Config, FieldCipher] | None = app.extensions.get(CIPHER)
    if kept is None or kept[0] is not config:
        kept = app.extensions[CIPHER] = (config, cipher_of(config))
    return kept[1]


def seal(value: str, context: str) -> str:
    """Return the encrypted form of a field, bound to its column and row."""
    return cipher().encrypt_field(value, context)


def unseal(token: str, context: str) -> str:
    """Return the value of an encrypted field. Raises DecryptionError if moved or changed."""
    return cipher().decrypt_field(token, context)


def index_of(value: str, purpose: str) -> bytes:
    """Return the keyed blind index of a value: 32 bytes."""
    return cipher().blind_index(value, purpose)


def paper_code(value: str, purpose: str) -> str:
    """Return the secret of a new card or certificate: 128 bits that need the index key of now."""
    return next(_paper_codes(value, purpose))


def known_paper_code(value: str, purpose: str, digest: bytes) -> str:
    """Return the secret that stands on papers given out, found by its digest.

    Keys and profiles that served before are tried after that of now. Nothing where none fits: then
    nobody can write this code once more, although whoever has it on paper is still answered.
    """
    codes = _paper_codes(value, purpose)
    return next((code for code in codes if digest_of(code) == digest), "")


def is_paper_code(code: str, value: str, purpose: str) -> bool:
    """Return whether a code is the secret of a value, under the key of now or one before."""
    return any(hmac.compare_digest(code, known) for known in _paper_codes(value, purpose))


def digest_of(code: str) -> bytes:
    """Return what is stored of a secret on paper; of what strangers send it is just another one."""
    return hashlib.sha256(code.encode(errors="surrogatepass")).digest()


def _paper_codes(value: str, purpose: str) -> Iterator[str]:
    yield index_of(value, purpose).hex()[:PAPER_DIGITS]
    config: Config = current_app.config["REDCROSS"]
    for profile, key in config.old_index_keys:
        yield _old_index(profile, key).blind_index(value, purpose).hex()[:PAPER_DIGITS]


@lru_cache(maxsize=8)
def _old_index(profile: str, index_key: bytes) -> FieldCipher:
    """Return a cipher that computes the indexes of a key that served before, and nothing else."""
    kind = cast("Literal['gm', 'intl']", profile)
    unused = {"none": secrets.token_bytes(KEY_BYTES[ALGORITHM_OF_PROFILE[kind]])}
    return FieldCipher(KeyRing(profile=kind, keys=unused, current="none", index_key=index_key))
