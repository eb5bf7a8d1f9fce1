"""The kept files beside a copy of the database: one more archive of the same format."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from pathlib import Path

from core import clock
from core.backup.archive import HALF, ArchiveError, Head, read_chunks, read_head, write
from core.files.operations import PLACE

KIND, SUFFIX = "files", ".files"


def beside(copy: Path) -> Path:
    """Return where the files of a copy of the database lie."""
    return copy.with_name(copy.name + SUFFIX)


def create(folder: Path, target: Path, key: bytes) -> int:
    """Write an encrypted copy of the kept files; return how many there are.

    Taken after the copy of the database: every file that its rows name is in it, but one that was
    removed in between. Raises ArchiveError where the target is there.
    """
    if target.exists():
        raise ArchiveError(f"{target.name} exists already")
    places = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*"))
    with tempfile.TemporaryFile() as plain:
        count = 0
        with tarfile.open(fileobj=plain, mode="w") as archive:
            for place in filter(PLACE.fullmatch, places):
                count += _add(archive, folder, place)
        plain.seek(0)
        partial = target.with_name(target.name + HALF)
        try:
            with partial.open("wb") as file:
                partial.chmod(0o600)
                write(plain, file, Head(clock.now().isoformat(timespec="seconds"), KIND, ""), key)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
    return count


def _add(archive: tarfile.TarFile, folder: Path, place: str) -> bool:
    try:
        data = (folder / place).read_bytes()
    except FileNotFoundError:
        return False
    head = tarfile.TarInfo(place)
    head.size = len(data)
    archive.addfile(head, io.BytesIO(data))
    return True


def restore(source: Path, folder: Path, key: bytes) -> int:
    """Put the files of a copy back beside what is there; return how many.

    Raises ArchiveError for what is no copy of files; names that are no place of a file are left.
    """
    with tempfile.TemporaryFile() as plain:
        with source.open("rb") as file:
            head, text = read_head(file)
            if head.dialect != KIND:
                raise ArchiveError("this is no copy of files")
            for chunk in read_chunks(file, text, key):
                plain.write(chunk)
        plain.seek(0)
        with tarfile.open(fileobj=plain, mode="r") as archive:
            return sum(_put(archive, member, folder) for member in archive)


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> bool:
    content = archive.extractfile(member) if member.isreg() else None
    if content is None or not PLACE.fullmatch(member.name):
        return False
    path = folder / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content.read())
    path.chmod(0o600)
    return True
