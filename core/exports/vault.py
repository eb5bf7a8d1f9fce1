"""Files of exports while they lie here: sealed piece by piece, in the instance folder, 0700.

Nothing of this folder is ever served; a file leaves it through a page that asks for the right. A
piece is bound to its file, its number and whether it is the last, so that none can be moved, left
out or added.
"""

from __future__ import annotations

import fcntl
import io
import math
import os
import shutil
import struct
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core import keyring
from core.crypto import DecryptionError, FieldCipher
from core.web import config_value

PIECE = 256 * 1024
YOUNG_SECONDS = 600
_LENGTH = struct.Struct(">I")
#: Further packages name here the codes whose files are theirs.
OTHERS: list[Callable[[], Collection[str]]] = []
_SEALED, _SCRATCH, _TURN = "sealed", "scratch", "turn"


def folder() -> Path:
    """Return the folder of all exports, made where it is missing."""
    found: Path = config_value("instance") / "exports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def keep_part(code: str, number: int, payload: bytes) -> None:
    """Keep a part of an export that is being gathered; the same number again replaces it."""
    box = keyring.cipher().seal_bytes(payload, f"export-part:{code}:{number}")
    _replace(_own(code) / f"{number:06d}", box)


def parts(code: str, count: int) -> Iterator[bytes]:
    """Yield the parts in order. Raises DecryptionError for one that is missing or was changed."""
    for number in range(count):
        try:
            box = (_own(code) / f"{number:06d}").read_bytes()
        except FileNotFoundError as error:
            raise DecryptionError("a part of the export is missing") from error
        yield keyring.cipher().open_bytes(box, f"export-part:{code}:{number}")


@contextmanager
def turn(code: str) -> Iterator[bool]:
    """Say whether nobody else works on the files of an export now; nobody can until the end.

    A worker that is killed lets go of it.
    """
    with _private(_own(code) / _TURN) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def scratch(code: str) -> Iterator[Path]:
    """Give an empty folder for what has to lie in the open while a workbook is put together.

    It is gone afterwards; that of a killed worker goes with the next one that works on the export,
    or with the export.
    """
    found = _own(code) / _SCRATCH
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(mode=0o700)
    try:
        yield found
    finally:
        shutil.rmtree(found, ignore_errors=True)


def drop_parts(code: str) -> None:
    """Remove everything of an export but its finished file."""
    for path in _own(code).iterdir():
        if path.name != _SEALED:
            _remove(path)


def is_kept(code: str) -> bool:
    """Return whether the finished file of an export lies here."""
    return (folder() / code / _SEALED).is_file()


def pieces(code: str) -> Iterator[bytes]:
    """Return the finished file, piece by piece; it is read when the request is over already.

    Raises FileNotFoundError; DecryptionError at the first piece that is not as written.
    """
    return _pieces(code, (folder() / code / _SEALED).open("rb"), keyring.cipher())


def _pieces(code: str, file: IO[bytes], cipher: FieldCipher) -> Iterator[bytes]:
    with file as source:
        number, last = 0, False
        while not last:
            head = source.read(_LENGTH.size + 1)
            if len(head) != _LENGTH.size + 1:
                raise DecryptionError("the file of the export is cut off")
            (length,) = _LENGTH.unpack(head[:-1])
            last = head[-1:] == b"\x01"
            yield cipher.open_bytes(source.read(length), _bound(code, number, last=last))
            number += 1


def remove(code: str) -> None:
    """Remove everything of an export."""
    shutil.rmtree(folder() / code, ignore_errors=True)


def sweep(kept: Collection[str]) -> int:
    """Remove what belongs to no export in ``kept`` nor to others; return how much went.

    What is younger than ten minutes may belong to an export that has just been asked for.
    """
    before = time.time() - YOUNG_SECONDS
    others = {code for one in OTHERS for code in one()}
    strange = [path for path in folder().iterdir() if path.name not in {*kept, *others}]
    gone = [path for path in strange if _touched(path) < before]
    for path in gone:
        _remove(path)
    return len(gone)


def _touched(path: Path) -> float:
    """Return when something was last touched; never grows old what another worker just removed."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


class Sealing(io.RawIOBase):
    """A file that is sealed while it is written; it appears under its name when it is closed well.

    Use as a context manager: after an error nothing is left of it.
    """

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code, self._number, self._waiting = code, 0, bytearray()
        self._target = _own(code) / _SEALED
        self._way = self._target.with_name(f"{_SEALED}.{os.getpid()}")
        self._file: IO[bytes] = _private(self._way)

    def writable(self) -> bool:
        """Return that the file can be written."""
        return True

    def write(self, data: object) -> int:
        """Take some bytes; whole pieces go to the disk."""
        view = bytes(data)  # type: ignore[call-overload]
        self._waiting += view
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(view)

    def finish(self) -> None:
        """Write the last piece and give the file its name."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._way.replace(self._target)

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        """Finish, or leave nothing where something went wrong."""
        if kind is None:
            self.finish()
        else:
            self._file.close()
            self._way.unlink(missing_ok=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        bound = _bound(self._code, self._number, last=last)
        box = keyring.cipher().seal_bytes(piece, bound)
        self._file.write(_LENGTH.pack(len(box)) + (b"\x01" if last else b"\x00") + box)
        self._number += 1


def _bound(code: str, number: int, *, last: bool) -> str:
    return f"export:{code}:{number}:{'last' if last else 'more'}"


def _own(code: str) -> Path:
    found = folder() / code
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _replace(path: Path, payload: bytes) -> None:
    way = path.with_name(f"{path.name}.{os.getpid()}")
    with _private(way) as file:
        file.write(payload)
        file.flush()
        os.fsync(file.fileno())
    way.replace(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
