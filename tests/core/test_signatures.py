"""Signatures: over every letter, under keys that change, closed where a key is not known."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from core import keyring, signatures, sm2
from core.config import SigningKey
from core.signatures import Signature, SignatureAlgorithm
from tests.conftest import INDEX_KEY, make_config

SEED = bytes(range(1, 33))
# GB/T 32918.5: the example over the recommended curve, message "message digest".
PRIVATE = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
PUBLIC = (
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
DIGEST = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
RANDOM = "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21"
SIGNED = (
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
MESSAGE = b"message digest"


@pytest.mark.pure
@pytest.mark.covers("CERT-01", "D7")
def test_sm2_gives_what_the_standard_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = bytes.fromhex(PRIVATE), bytes.fromhex(PUBLIC)
    assert sm2.public_key(private) == public
    assert sm2.digest_of(public, MESSAGE).hex() == DIGEST
    monkeypatch.setattr("core.sm2.secrets.randbelow", lambda _: int(RANDOM, 16) - 1)
    assert sm2.sign(private, MESSAGE).hex() == SIGNED
    assert sm2.verify(public, MESSAGE, bytes.fromhex(SIGNED))


@pytest.mark.pure
@pytest.mark.covers("CERT-01")
def test_sm2_refuses_whatever_is_no_signature() -> None:
    private, public = bytes.fromhex(PRIVATE), bytes.fromhex(PUBLIC)
    good = sm2.sign(private, MESSAGE)
    assert good != sm2.sign(private, MESSAGE)
    size = int("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", 16)
    high = (int.from_bytes(good[32:]) + size).to_bytes(33)
    r = int.from_bytes(good[:32])
    strange = (
        b"", good[:-1], good + b"\0", bytes(64), good[:32] + bytes(32), bytes(32) + good[32:],
        good[32:] + good[:32], good[:32] + high[-32:], good[:32] + (size - r).to_bytes(32),
    )  # fmt: skip
    assert not any(sm2.verify(public, MESSAGE, one) for one in strange)
    assert not sm2.verify(public, b"other", good)
    assert not sm2.verify(public[:-1] + b"\0", MESSAGE, good)
    assert not sm2.verify(b"\x04" + public, MESSAGE, good)


@pytest.mark.pure
@pytest.mark.covers("CERT-01")
def test_sm2_takes_keys_that_begin_like_a_prefix() -> None:
    """The library strips 0 and 4 from the front of a public key that begins with 04."""
    private = next(
        key
        for key in (number.to_bytes(32) for number in range(1, 2000))
        if sm2.public_key(key)[0] == 4
    )
    assert sm2.verify(sm2.public_key(private), MESSAGE, sm2.sign(private, MESSAGE))


@pytest.mark.covers("CERT-01", "CFG-08")
@pytest.mark.parametrize("algorithm", list(SignatureAlgorithm))
def test_a_signature_covers_every_letter_and_survives_new_keys_and_algorithms(
    tmp_path: Path, algorithm: SignatureAlgorithm
) -> None:
    old = SigningKey(algorithm, SEED)
    other = next(one for one in SignatureAlgorithm if one is not algorithm)
    new = SigningKey(other, bytes(range(2, 34)))
    with create_app(make_config(tmp_path, signing_keys={"s1": old})).app_context():
        text_signed = '{"minutes":120,"name":"王芳"}'
        seal = signatures.sign(text_signed)
        assert seal.algorithm is algorithm
        public = signatures.public_keys()["s1"]
        assert SigningKey.read(str(public)) == public
        assert signatures.is_genuine(text_signed, seal)
        assert not signatures.is_genuine(text_signed.replace("120", "121"), seal)
        for strange in (
            Signature(seal.algorithm, "s2", seal.value),
            Signature(other, "s1", seal.value),
            Signature(seal.algorithm, "s1", "zz"),
            Signature(seal.algorithm, "s1", ""),
        ):
            assert not signatures.is_genuine(text_signed, strange)
    current: dict[str, Any] = {"signing_keys": {"s2": new}, "current_signing_key": "s2"}
    turned = make_config(tmp_path, **{**current, "signing_keys": {"s2": new, "s1": old}})
    retired = make_config(tmp_path, **current, old_signing_keys={"s1": public})
    gone = make_config(tmp_path, **current)
    for config, holds in ((turned, True), (retired, True), (gone, False)):
        with create_app(config).app_context():
            assert signatures.is_genuine(text_signed, seal) is holds
            seal_now = signatures.sign(text_signed)
            assert (seal_now.key_id, seal_now.algorithm) == ("s2", other)


@pytest.mark.covers("PRV-08", "CERT-01")
def test_codes_on_paper_are_known_after_the_index_key_and_the_profile_changed(
    tmp_path: Path,
) -> None:
    with create_app(make_config(tmp_path)).app_context():
        code = keyring.paper_code("abc", "card")
        digest = keyring.digest_of(code)
        assert keyring.known_paper_code("abc", "card", digest) == code
    changed: dict[str, Any] = {
        "index_key": bytes(range(9, 41)),
        "crypto_profile": "intl",
        "field_keys": {"t2": bytes(range(32))},
        "current_field_key": "t2",
    }
    turned = make_config(tmp_path, **changed, old_index_keys=(("gm", INDEX_KEY),))
    for config, known in ((turned, code), (make_config(tmp_path, **changed), "")):
        with create_app(config).app_context():
            assert keyring.paper_code("abc", "card") != code
            assert keyring.known_paper_code("abc", "card", digest) == known
            assert keyring.is_paper_code(code, "abc", "card") is bool(known)
            assert not keyring.is_paper_code(code, "abd", "card")
    assert digest == hashlib.sha256(code.encode()).digest()
