"""The field cipher of the running app and the three habits that use it."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, cast

from flask import current_app

from core.config import Config
from core.crypto import FieldCipher, KeyRing

CIPHER = "field_cipher"


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
