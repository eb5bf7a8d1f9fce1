"""Personal fields under authenticated encryption, blind indexes, tokens and short codes.

A sealed value is "algorithm.key id.nonce.ciphertext". Algorithm and key id are stored with each
value, so that rows of both profiles and of old keys stay readable side by side (PRV-08, PRV-19).
The names of algorithms are claims about algorithms, never about conformity (D7).
"""

import hashlib
import hmac
import os
import re
import secrets
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Final, Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hmac import HMAC

Profile = Literal["gm", "intl"]

SM4_GCM: Final = "sm4"
AES_GCM: Final = "aes"
ALGORITHM_OF_PROFILE: Final[Mapping[str, str]] = {"gm": SM4_GCM, "intl": AES_GCM}
KEY_BYTES: Final[Mapping[str, int]] = {SM4_GCM: 16, AES_GCM: 32}
MIN_INDEX_KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
MIN_TOKEN_BITS: Final = 128
MIN_CODE_LENGTH: Final = 6
CODE_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0 o, 1 l i
# A byte names a character; those above the last whole round of the alphabet would favour some.
CODE_OF_BYTE: Final = bytes(ord(CODE_ALPHABET[byte % 31]) for byte in range(256))
UNEVEN_BYTES: Final = bytes(range(248, 256))
WRITTEN: Final = bytes.maketrans(b"+/", b"-_")
SIGNS: Final = bytes.maketrans(b"-_+/=", b"+/!!!")  # the last three are never written
PADDING: Final = (b"", b"=", b"==", b"===")
KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


class DecryptionError(Exception):
    """A value that does not open: changed, moved to another row or column, or its key is gone."""


class KeyStore(Protocol):
    """Who holds the keys. `KeyRing` holds them in memory; a certified device computes inside."""

    @property
    def algorithm(self) -> str:
        """The algorithm of values sealed now."""

    @property
    def current(self) -> str:
        """The key id of values sealed now."""

    def seal(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        """Ciphertext and tag under the current key."""

    def open(self, algorithm: str, key_id: str, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """The plain bytes; raises `DecryptionError`, also for an unknown key or algorithm."""

    def mac(self, message: bytes) -> bytes:
        """32 bytes that cannot be computed without the index key."""


class KeyRing:
    """Keys in memory: one current, any number of old ones, and the key of blind indexes.

    Profile `gm`: SM4-GCM (keys of 16 bytes), HMAC-SM3. Profile `intl`: AES-256-GCM (32 bytes),
    HMAC-SHA-256. Old keys may be of the other profile. Blind indexes know no key id: a new index
    key or profile means that every index column is written again.
    """

    def __init__(
        self, *, profile: Profile, keys: Mapping[str, bytes], current: str, index_key: bytes
    ) -> None:
        self.algorithm = ALGORITHM_OF_PROFILE[profile]
        self.current = current
        _check_keys(keys, current, self.algorithm, index_key)
        self._sm4 = {i: SM4(key) for i, key in keys.items() if len(key) == KEY_BYTES[SM4_GCM]}
        self._aes = {i: AESGCM(key) for i, key in keys.items() if len(key) == KEY_BYTES[AES_GCM]}
        self._mac = HMAC(index_key, hashes.SM3() if profile == "gm" else hashes.SHA256())

    def seal(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        """Ciphertext and tag under the current key."""
        if self.algorithm == AES_GCM:
            return self._aes[self.current].encrypt(nonce, plain, bound)
        encryptor = Cipher(self._sm4[self.current], modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, algorithm: str, key_id: str, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """The plain bytes; raises `DecryptionError`, also for an unknown key or algorithm."""
        try:
            if algorithm == AES_GCM:
                return self._aes[key_id].decrypt(nonce, sealed, bound)
            if algorithm == SM4_GCM:
                return self._open_sm4(key_id, nonce, sealed, bound)
        except (KeyError, ValueError, InvalidTag) as error:
            raise DecryptionError("the value does not open with the keys at hand") from error
        raise DecryptionError("the value names an unknown algorithm")

    def mac(self, message: bytes) -> bytes:
        """HMAC-SM3 or HMAC-SHA-256 of the message under the index key."""
        keyed = self._mac.copy()
        keyed.update(message)
        return keyed.finalize()

    def _open_sm4(self, key_id: str, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(self._sm4[key_id], modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(bound)
        return decryptor.update(body) + decryptor.finalize()


class FieldCipher:
    """Seals, opens and indexes single fields with the keys of a `KeyStore`."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    def encrypt_field(self, value: str, context: str) -> str:
        """The sealed value, different each time, that opens in the same `context` only.

        `context` is "table.column:" and a random binding of the row that is set once and never
        changes; a value moved to another row or column does not open (PRV-01).
        """
        nonce = os.urandom(NONCE_BYTES)
        head = f"{self._store.algorithm}.{self._store.current}"
        sealed = self._store.seal(nonce, value.encode(), _bound(head, context))
        return f"{head}.{_text(nonce)}.{_text(sealed)}"

    def decrypt_field(self, token: str, context: str) -> str:
        """The value that was sealed in `context`; raises `DecryptionError`."""
        try:
            algorithm, key_id, nonce, sealed = token.split(".")
            bound = _bound(f"{algorithm}.{key_id}", context)
            plain = self._store.open(algorithm, key_id, _bytes(nonce), _bytes(sealed), bound)
            return plain.decode()
        except ValueError as error:
            raise DecryptionError("the text is no sealed value") from error

    def seal_bytes(self, plain: bytes, context: str) -> bytes:
        """A piece of a file, sealed; it opens in the same `context` only, as a field does."""
        nonce = os.urandom(NONCE_BYTES)
        head = f"{self._store.algorithm}.{self._store.current}"
        return head.encode() + b"." + nonce + self._store.seal(nonce, plain, _bound(head, context))

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """The piece of a file that was sealed in `context`; raises `DecryptionError`."""
        try:
            algorithm, key_id, rest = sealed.split(b".", 2)
            head = f"{algorithm.decode('ascii')}.{key_id.decode('ascii')}"
        except ValueError as error:
            raise DecryptionError("these bytes are no sealed piece") from error
        named = head.split(".")
        nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        return self._store.open(named[0], named[1], nonce, body, _bound(head, context))

    def needs_rotation(self, token: str) -> bool:
        """Whether the value is sealed with anything but the current key and algorithm."""
        return not token.startswith(f"{self._store.algorithm}.{self._store.current}.")

    def blind_index(self, value: str, purpose: str) -> bytes:
        """32 bytes equal for equal values of one purpose, to find a row by (PRV-02).

        `value` must be in canonical form; `purpose` names what is looked for ("people.mobile"),
        so that equal values of two columns have nothing in common.
        """
        return self._store.mac(_any_text(f"{len(purpose)}:{purpose}:{value}"))


def random_token(bits: int = 256) -> str:
    """A random token for links and cookies, safe in addresses; under 128 bits a `ValueError`."""
    if bits < MIN_TOKEN_BITS:
        raise ValueError("a token needs at least 128 bits")
    return secrets.token_urlsafe((bits + 7) // 8)


def hash_token(token: str) -> str:
    """What is stored of a random token: SHA-256, 64 hex digits. Not for passwords."""
    return hashlib.sha256(_any_text(token)).hexdigest()


def opaque_code(length: int = 8) -> str:
    """A random code for addresses and posters, without look-alikes; not a secret.

    31 characters to choose from: 8 places hold 8.5e11 codes, 6 (the fewest) 8.9e8. Uniqueness
    is the column's to enforce.
    """
    if length < MIN_CODE_LENGTH:
        raise ValueError("a code needs at least 6 characters")
    code = ""
    while len(code) < length:  # nearly always once: one byte in 32 is thrown away
        code += os.urandom(2 * length).translate(CODE_OF_BYTE, UNEVEN_BYTES).decode()
    return code[:length]


def is_same_secret(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_any_text(one), _any_text(other))


def _check_keys(keys: Mapping[str, bytes], current: str, algorithm: str, index_key: bytes) -> None:
    """Raises `ValueError` for keys that cannot serve; no message holds key material."""
    if current not in keys:
        raise ValueError("the current key id names no key")
    for key_id, key in keys.items():
        if not KEY_ID.fullmatch(key_id):
            raise ValueError("a key id is 1 to 32 letters, digits, hyphens or underscores")
        if len(key) not in KEY_BYTES.values():
            raise ValueError(f"key {key_id} has neither 16 nor 32 bytes")
    if len(keys[current]) != KEY_BYTES[algorithm]:
        raise ValueError(f"the current key does not fit {algorithm}")
    if len(index_key) < MIN_INDEX_KEY_BYTES:
        raise ValueError("the index key needs at least 32 bytes")
    if index_key in keys.values():
        raise ValueError("the index key must not be an encryption key")


def _bound(head: str, context: str) -> bytes:
    """What a sealed value is bound to besides its key."""
    return f"{head}|{context}".encode()


def _any_text(text: str) -> bytes:
    """The bytes of a text that a stranger may have sent: unpaired surrogates raise nothing."""
    return text.encode(errors="surrogatepass")


def _text(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).translate(WRITTEN).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """The bytes of a text that `_text` wrote; any other spelling of them is a `ValueError`."""
    signs = text.encode("ascii").translate(SIGNS) + PADDING[-len(text) % 4]
    raw = a2b_base64(signs, strict_mode=True)
    rest = len(raw) % 3  # only the last signs can be spelled in another way: unused bits
    if rest and _text(raw[-rest:]) != text[-1 - rest :]:
        raise ValueError("not written by this module")
    return raw
