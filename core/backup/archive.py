"""The file format of a backup: a readable head, then chunks under AES-256-GCM.

Every chunk is bound to the head, its number and whether it is the last one, so that a flipped
byte, a missing end, a swapped chunk or a wrong key is refused by name (security.md BAK-03).
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"RCBACKUP1\n"
CHUNK_BYTES = 1024 * 1024
NONCE_BYTES = 12
MAX_HEAD_BYTES = 4096
_LENGTH = struct.Struct(">I")
#: Behind the name of a copy that is not whole yet: one that was killed leaves no torn copy.
HALF = ".partial"


class ArchiveError(RuntimeError):
    """A backup that must not be restored; the message names the reason."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup tells without its key."""

    created_at: str
    dialect: str
    revision: str


def write(source: IO[bytes], target: IO[bytes], head: Head, key: bytes) -> int:
    """Encrypt what ``source`` gives into ``target``; return the number of plain bytes."""
    text = json.dumps(asdict(head), sort_keys=True).encode()
    target.write(MAGIC + _LENGTH.pack(len(text)) + text)
    box, total, number = AESGCM(key), 0, 0
    chunk = source.read(CHUNK_BYTES)
    while True:
        following = source.read(CHUNK_BYTES) if chunk else b""
        last = not following
        nonce = os.urandom(NONCE_BYTES)
        sealed = box.encrypt(nonce, chunk, _bound(text, number, last=last))
        target.write(_LENGTH.pack(len(sealed)) + nonce + sealed)
        total, number = total + len(chunk), number + 1
        if last:
            return total
        chunk = following


def read_head(source: IO[bytes]) -> tuple[Head, bytes]:
    """Return the head and its exact bytes. Raises ArchiveError for a file that is no backup."""
    if source.read(len(MAGIC)) != MAGIC:
        raise ArchiveError("this is not a backup of this system")
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
    if length > MAX_HEAD_BYTES:
        raise ArchiveError("the head of the backup is damaged")
    text = _exactly(source, length)
    try:
        return Head(**json.loads(text)), text
    except (ValueError, TypeError) as error:
        raise ArchiveError("the head of the backup is damaged") from error


def read_chunks(source: IO[bytes], text: bytes, key: bytes) -> Iterator[bytes]:
    """Yield the plain chunks that follow the head. Raises ArchiveError at the first wrong one."""
    box, number, last = AESGCM(key), 0, False
    while not last:
        (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
        if length > CHUNK_BYTES + 16:
            raise ArchiveError("the backup is damaged")
        nonce, sealed = _exactly(source, NONCE_BYTES), _exactly(source, length)
        chunk, last = _open(box, nonce, sealed, text, number)
        yield chunk
        number += 1
    if source.read(1):
        raise ArchiveError("the backup goes on after its end")


def _open(box: AESGCM, nonce: bytes, sealed: bytes, text: bytes, number: int) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return box.decrypt(nonce, sealed, _bound(text, number, last=last)), last
        except InvalidTag:
            continue
    raise ArchiveError("the backup was changed, or the key is another one")


def _bound(text: bytes, number: int, *, last: bool) -> bytes:
    return text + struct.pack(">Q?", number, last)


def _exactly(source: IO[bytes], count: int) -> bytes:
    found = source.read(count)
    if len(found) != count:
        raise ArchiveError("the backup is cut off")
    return found
