"""Signatures: over every letter, under keys that change, closed where a key is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import create_app
from core import signatures
from core.signatures import Signature, SignatureAlgorithm
from tests.conftest import make_config


@pytest.mark.covers("CERT-01", "CFG-08")
def test_a_signature_covers_every_letter_and_fails_closed(tmp_path: Path) -> None:
    old, new = bytes(range(32)), bytes(range(1, 33))
    app = create_app(make_config(tmp_path))
    with app.app_context():
        text_signed = '{"minutes":120,"name":"王芳"}'
        seal = signatures.sign(text_signed)
        public = signatures.public_keys()["s1"]
        assert signatures.is_genuine(text_signed, seal)
        assert not signatures.is_genuine(text_signed.replace("120", "121"), seal)
        assert not signatures.is_genuine(text_signed, Signature(seal.algorithm, "s2", seal.value))
        assert not signatures.is_genuine(
            text_signed, Signature(SignatureAlgorithm.ED25519, "s1", "zz")
        )
    turned = make_config(tmp_path, signing_keys={"s2": new, "s1": old}, current_signing_key="s2")
    retired = make_config(
        tmp_path,
        signing_keys={"s2": new},
        current_signing_key="s2",
        old_signing_keys={"s1": public},
    )
    gone = make_config(tmp_path, signing_keys={"s2": new}, current_signing_key="s2")
    for config, holds in ((turned, True), (retired, True), (gone, False)):
        with create_app(config).app_context():
            assert signatures.is_genuine(text_signed, seal) is holds
            assert signatures.sign(text_signed).key_id == "s2"
