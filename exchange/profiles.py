"""The receiving system as this deployment has it, and the cipher of identity fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flask import Flask, current_app

from core.config import Config, ConfigurationError
from core.crypto import KEY_BYTES, SM4_GCM, FieldCipher, KeyRing
from core.web import config_value
from exchange.rules import DEFAULT, Identity, Profile, ProfileError, profile_on, read_profiles

PROFILES = "exchange_profiles"
KEY_NAME = "exchange"


def install(app: Flask, config: Config) -> None:
    """Read the profiles of the configuration. Raises ConfigurationError for any that is wrong."""
    profiles: Sequence[Profile] = DEFAULT
    if config.exchange_profile:
        try:
            profiles = read_profiles(Path(config.exchange_profile).read_text("utf-8"))
        except (OSError, UnicodeDecodeError, ProfileError) as error:
            message = f"REDCROSS_EXCHANGE_PROFILE: {error}"
            raise ConfigurationError(message) from error
    if config.exchange_key and len(config.exchange_key) not in KEY_BYTES.values():
        message = "REDCROSS_EXCHANGE_KEY has neither 16 nor 32 bytes"
        raise ConfigurationError(message)
    if any(one.identity is Identity.SEALED for one in profiles) and not config.exchange_key:
        message = "REDCROSS_EXCHANGE_KEY is missing: a profile seals identity fields"
        raise ConfigurationError(message)
    app.extensions[PROFILES] = profiles


def current_profile(day: date) -> Profile:
    """Return the profile in force on a day. Raises ProfileError where none is yet."""
    return profile_on(current_app.extensions[PROFILES], day)


def cipher() -> FieldCipher:
    """Return the cipher whose key the receiving system has, too."""
    key: bytes = config_value("exchange_key")
    profile = "gm" if len(key) == KEY_BYTES[SM4_GCM] else "intl"
    index_key = config_value("index_key")
    ring = KeyRing(
        profile="gm" if profile == "gm" else "intl",
        keys={KEY_NAME: key},
        current=KEY_NAME,
        index_key=index_key,
    )
    return FieldCipher(ring)
