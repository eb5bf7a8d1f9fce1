"""Field encryption, blind indexes, tokens and codes (PRV-01, 02, 08, 19)."""

import hashlib
import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import (
    CODE_ALPHABET,
    DecryptionError,
    FieldCipher,
    KeyRing,
    KeyStore,
    Profile,
    hash_token,
    is_same_secret,
    opaque_code,
    random_token,
)

pytestmark = pytest.mark.pure

PROFILES: tuple[Profile, ...] = ("gm", "intl")
KEY_BYTES = {"gm": 16, "intl": 32}
INDEX_KEY = bytes(range(32))
NUMBER = "330102199003070019"
HERE = "people.id_number:a1b2"


def key(seed: int, profile: Profile) -> bytes:
    return hashlib.sha256(bytes([seed])).digest()[: KEY_BYTES[profile]]


def cipher(profile: Profile, index_key: bytes = INDEX_KEY, **keys: bytes) -> FieldCipher:
    """A cipher whose current key is the last one named."""
    keys = keys or {"k1": key(1, profile)}
    ring = KeyRing(profile=profile, keys=keys, current=[*keys][-1], index_key=index_key)
    return FieldCipher(ring)


@pytest.mark.covers("PRV-19")
def test_sm4_gcm_gives_the_published_vector() -> None:
    """RFC 8998, appendix A.1."""
    k1 = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    bound = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex("".join(letter * 16 for letter in "ABCDEFEA"))
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    ring = KeyRing(profile="gm", keys={"k1": k1}, current="k1", index_key=INDEX_KEY)
    assert ring.seal(nonce, plain, bound) == sealed
    assert ring.open("sm4", "k1", nonce, sealed, bound) == plain


@pytest.mark.covers("PRV-19")
def test_aes_256_gcm_gives_the_published_vector() -> None:
    """The Galois/Counter Mode of Operation, test case 16."""
    k1 = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    ring = KeyRing(profile="intl", keys={"k1": k1}, current="k1", index_key=INDEX_KEY)
    assert ring.seal(nonce, plain, bound) == sealed
    assert ring.open("aes", "k1", nonce, sealed, bound) == plain


def digest_of(profile: Profile, message: bytes) -> bytes:
    hashed = hashes.Hash(hashes.SM3() if profile == "gm" else hashes.SHA256())
    hashed.update(message)
    return hashed.finalize()


@pytest.mark.covers("PRV-02", "PRV-19")
@pytest.mark.parametrize("profile", PROFILES)
def test_the_blind_index_is_an_hmac_of_its_profile(profile: Profile) -> None:
    """HMAC written out (RFC 2104) over the plain hash of the profile."""
    padded = INDEX_KEY.ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))
    message = f"9:people.id:{NUMBER}".encode()
    by_hand = digest_of(profile, outer + digest_of(profile, inner + message))
    assert cipher(profile).blind_index(NUMBER, "people.id") == by_hand


def test_sm3_gives_the_published_vector() -> None:
    """GB/T 32905, example 1."""
    published = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digest_of("gm", b"abc").hex() == published


@pytest.mark.covers("PRV-01")
@pytest.mark.parametrize("profile", PROFILES)
@given(value=st.text(max_size=80), context=st.text(max_size=40))
def test_what_is_sealed_opens_in_its_own_context(
    profile: Profile, value: str, context: str
) -> None:
    one = cipher(profile)
    assert one.decrypt_field(one.encrypt_field(value, context), context) == value


@pytest.mark.covers("PRV-01")
@pytest.mark.parametrize("profile", PROFILES)
def test_equal_values_look_different_and_nothing_of_them_shows(profile: Profile) -> None:
    tokens = {cipher(profile).encrypt_field(NUMBER, HERE) for _ in range(200)}
    assert len({token.split(".")[2] for token in tokens}) == 200
    assert {len(token.split(".")[2]) for token in tokens} == {16}  # 96 random bits
    assert len({token.split(".")[3] for token in tokens}) == 200
    shapes = {NUMBER, NUMBER[:6], NUMBER.encode().hex(), b64encode(NUMBER.encode()).decode()[:12]}
    assert not [token for token in tokens for shape in shapes if shape in token]


@pytest.mark.covers("PRV-01")
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("elsewhere", ["people.id_number:c3d4", "people.mobile:a1b2", ""])
def test_a_value_moved_to_another_row_or_column_does_not_open(
    profile: Profile, elsewhere: str
) -> None:
    token = cipher(profile).encrypt_field(NUMBER, HERE)
    assert cipher(profile).decrypt_field(token, HERE) == NUMBER
    with pytest.raises(DecryptionError):
        cipher(profile).decrypt_field(token, elsewhere)


@pytest.mark.covers("PRV-01")
@pytest.mark.parametrize("profile", PROFILES)
def test_no_changed_character_passes(profile: Profile) -> None:
    one = cipher(profile, k1=key(1, profile), k2=key(2, profile))
    token = one.encrypt_field(NUMBER, HERE)
    for place, char in enumerate(token):
        for other in {"A", "B", ".", "2", "!", "é"} - {char}:
            with pytest.raises(DecryptionError):
                one.decrypt_field(token[:place] + other + token[place + 1 :], HERE)
    for other_spelling in (token[:-1], f"{token}!", f"{token}=", f"{token[:30]}!{token[30:]}"):
        with pytest.raises(DecryptionError):
            one.decrypt_field(other_spelling, HERE)


@pytest.mark.covers("PRV-01")
@given(st.text(st.characters(codec=None), max_size=120))
def test_any_text_that_was_never_sealed_is_a_decryption_error(text: str) -> None:
    for token in (text, f"sm4.k1.{text}", f"aes.k1.{text}.{text}", f"{text}.k1.AAAA.AAAA"):
        for profile in PROFILES:
            with pytest.raises(DecryptionError):
                cipher(profile).decrypt_field(token, HERE)


@pytest.mark.covers("PRV-08", "PRV-19")
def test_rows_of_both_profiles_and_old_keys_are_readable_side_by_side() -> None:
    old_aes, old_sm4, new_sm4 = key(1, "intl"), key(2, "gm"), key(3, "gm")
    rows = [
        cipher("intl", a1=old_aes).encrypt_field("one", HERE),
        cipher("gm", s1=old_sm4).encrypt_field("two", HERE),
        cipher("gm", s2=new_sm4).encrypt_field("three", HERE),
    ]
    assert [row.split(".")[:2] for row in rows] == [["aes", "a1"], ["sm4", "s1"], ["sm4", "s2"]]
    today = cipher("gm", a1=old_aes, s1=old_sm4, s2=new_sm4)
    assert [today.decrypt_field(row, HERE) for row in rows] == ["one", "two", "three"]
    assert [today.needs_rotation(row) for row in rows] == [True, True, False]
    back = cipher("intl", s2=new_sm4, s1=old_sm4, a1=old_aes)
    assert [back.decrypt_field(row, HERE) for row in rows] == ["one", "two", "three"]
    assert [back.needs_rotation(row) for row in rows] == [False, True, True]


@pytest.mark.covers("PRV-08")
@pytest.mark.parametrize("profile", PROFILES)
def test_a_rotation_that_stops_anywhere_loses_no_row(profile: Profile) -> None:
    before = cipher(profile, k1=key(1, profile))
    during = cipher(profile, k1=key(1, profile), k2=key(2, profile))
    after = cipher(profile, k2=key(2, profile))
    places = [f"people.mobile:{row}" for row in range(60)]
    rows = [before.encrypt_field(place, place) for place in places]
    for stop in (0, 1, 17, 59, 60):
        for number in range(stop):
            if during.needs_rotation(rows[number]):
                opened = during.decrypt_field(rows[number], places[number])
                rows[number] = during.encrypt_field(opened, places[number])
        read = [during.decrypt_field(*pair) for pair in zip(rows, places, strict=True)]
        assert read == places
        assert sum(map(during.needs_rotation, rows)) == 60 - stop
    assert [after.decrypt_field(*pair) for pair in zip(rows, places, strict=True)] == places


@pytest.mark.covers("PRV-08")
@pytest.mark.parametrize("profile", PROFILES)
def test_without_its_key_a_value_stays_closed(profile: Profile) -> None:
    token = cipher(profile, k1=key(1, profile)).encrypt_field(NUMBER, HERE)
    for without in (cipher(profile, k2=key(1, profile)), cipher(profile, k1=key(2, profile))):
        with pytest.raises(DecryptionError):
            without.decrypt_field(token, HERE)


@pytest.mark.covers("PRV-02")
@pytest.mark.parametrize("profile", PROFILES)
def test_the_blind_index_needs_its_key_and_keeps_purposes_apart(profile: Profile) -> None:
    index = cipher(profile).blind_index(NUMBER, "people.id_number")
    assert len(index) == 32
    assert index == cipher(profile, k9=key(9, profile)).blind_index(NUMBER, "people.id_number")
    others = {
        cipher(profile, os.urandom(32)).blind_index(NUMBER, "people.id_number"),
        cipher(profile).blind_index(NUMBER, "people.mobile"),
        cipher(profile).blind_index(NUMBER[:-1], f"people.id_number:{NUMBER[-1]}"),
        cipher(profile).blind_index(f"{NUMBER[0]}:", "people.id_number"),
        hashlib.sha256(NUMBER.encode()).digest(),
        digest_of("gm", NUMBER.encode()),
        digest_of(profile, INDEX_KEY + NUMBER.encode()),
    }
    assert len(others) == 7
    assert index not in others


@pytest.mark.covers("PRV-02")
def test_the_two_profiles_have_nothing_in_common() -> None:
    assert cipher("gm").blind_index("1", "p") != cipher("intl").blind_index("1", "p")


class Device:
    """A certified device as the product sees it: keys never leave it."""

    algorithm = "hsm"
    current = "slot7"

    def seal(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        return hashlib.sha256(nonce + bound).digest()[:4] + plain[::-1]

    def open(self, algorithm: str, key_id: str, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        if (algorithm, key_id) != (self.algorithm, self.current):
            raise DecryptionError("not mine")
        if sealed[:4] != hashlib.sha256(nonce + bound).digest()[:4]:
            raise DecryptionError("changed")
        return sealed[4:][::-1]

    def mac(self, message: bytes) -> bytes:
        return hashlib.sha256(b"device" + message).digest()


@pytest.mark.covers("PRV-19")
def test_a_device_can_take_the_place_of_the_key_ring() -> None:
    store: KeyStore = Device()
    device = FieldCipher(store)
    token = device.encrypt_field(NUMBER, HERE)
    assert token.startswith("hsm.slot7.")
    assert device.decrypt_field(token, HERE) == NUMBER
    assert device.needs_rotation(cipher("gm").encrypt_field(NUMBER, HERE))
    assert len(device.blind_index(NUMBER, "people.id_number")) == 32
    with pytest.raises(DecryptionError):
        device.decrypt_field(token, "people.id_number:c3d4")


@pytest.mark.covers("PRV-02", "PRV-19")
@pytest.mark.parametrize(
    ("profile", "keys", "current", "index_key", "reason"),
    [
        ("gm", {"k1": bytes(32)}, "k1", INDEX_KEY, "does not fit"),
        ("intl", {"k1": bytes(16)}, "k1", INDEX_KEY, "does not fit"),
        ("gm", {"k1": bytes(24)}, "k1", INDEX_KEY, "neither 16 nor 32"),
        ("gm", {"k1": bytes(16)}, "k2", INDEX_KEY, "names no key"),
        ("gm", {"k.1": bytes(16)}, "k.1", INDEX_KEY, "letters, digits"),
        ("gm", {"k1": bytes(16)}, "k1", bytes(31), "at least 32"),
        ("intl", {"k1": INDEX_KEY}, "k1", INDEX_KEY, "must not be an encryption key"),
    ],
)
def test_keys_that_cannot_serve_are_refused_at_the_start(
    profile: Profile, keys: dict[str, bytes], current: str, index_key: bytes, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        KeyRing(profile=profile, keys=keys, current=current, index_key=index_key)


@pytest.mark.parametrize("profile", PROFILES)
def test_threads_share_a_cipher(profile: Profile) -> None:
    one = cipher(profile)

    def round_trip(number: int) -> bool:
        value, context = str(number), f"people.mobile:{number}"
        token = one.encrypt_field(value, context)
        again = cipher(profile).blind_index(value, "people.mobile")
        return one.decrypt_field(token, context) == value and again == one.blind_index(
            value, "people.mobile"
        )

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(round_trip, range(400))) == [True] * 400


def test_tokens_are_long_random_and_safe_in_addresses() -> None:
    tokens = {random_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {43}
    assert all(
        set(token) <= set(f"{CODE_ALPHABET}ABCDEFGHIJKLMNOPQRSTUVWXYZ01ilo-_") for token in tokens
    )
    assert len(random_token(128)) == 22
    with pytest.raises(ValueError, match="128"):
        random_token(127)


def test_of_a_token_only_its_hash_is_stored() -> None:
    published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hash_token("abc") == published
    assert len(hash_token("\ud800")) == 64


def test_codes_have_no_look_alikes_and_do_not_repeat() -> None:
    codes = [opaque_code() for _ in range(2000)]
    assert len(set(codes)) == 2000
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set("23456789abcdefghjkmnpqrstuvwxyz")
    assert len(opaque_code(6)) == 6
    with pytest.raises(ValueError, match="6"):
        opaque_code(5)


def test_secrets_are_compared_whatever_a_stranger_sends() -> None:
    assert is_same_secret("abc", "abc")
    assert not is_same_secret("abc", "abd")
    assert not is_same_secret("abc", "abcd")
    assert not is_same_secret("\ud800", "é")
