"""Keeping and removing files, true to the transaction: what rolls back leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import crypto, pending
from core.audit.operations import Actor
from core.database import db
from core.files.models import StoredFile
from core.files.rules import Content, shown_name
from core.web import config_value

#: Both wait for the end of the transaction. A savepoint that is undone gives back what it removed;
#: what it wrote is still noted, and goes if all of it is undone, else with the next ``sweep``.
NEW, GONE = "new_files", pending.register("gone_files")
PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
#: Seconds after which a file without a row was left behind by a process that died.
LEFT_BEHIND = 86_400


def folder() -> Path:
    """Return where the files lie: never under what the web server gives out by itself."""
    found: Path = config_value("instance") / "files"
    return found


def path_of(file: StoredFile) -> Path:
    """Return where the bytes of a file lie. Raises ValueError for a place that is none."""
    if not PLACE.fullmatch(file.place):
        message = "no place of a file"
        raise ValueError(message)
    return folder() / file.place


def keep(content: Content, name: str, *, by: Actor, now: datetime) -> StoredFile:
    """Return the row of a file, its bytes written; they go again if the transaction does."""
    random = secrets.token_hex(16)
    file = StoredFile(
        code=crypto.opaque_code(8),
        place=f"{random[:2]}/{random}",
        name=shown_name(name, content.kind),
        kind=content.kind,
        size=len(content.data),
        digest=hashlib.sha256(content.data).digest(),
        kept_at=now,
        kept_by_id=by.user_id,
    )
    _noted(NEW).append(path_of(file))
    _write(path_of(file), content.data)
    db.session.add(file)
    db.session.flush()
    return file


def remove(file: StoredFile) -> None:
    """Remove the row of a file; its bytes go when the transaction is kept."""
    _noted(GONE).append(path_of(file))
    db.session.delete(file)
    db.session.flush()


def sweep() -> int:
    """Remove files that no row names and that are a day old; return how many."""
    known = set(db.session.scalars(select(StoredFile.place)))
    before, removed = time.time() - LEFT_BEHIND, 0
    for path in _files():
        place = path.relative_to(folder()).as_posix()
        if place not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _files() -> Iterator[Path]:
    if folder().is_dir():
        yield from (path for path in folder().glob("*/*") if path.is_file())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _noted(kind: str) -> list[Path]:
    noted: list[Path] = db.session.info.setdefault(kind, [])
    return noted


@event.listens_for(Session, "after_commit")
def _settle(session: Session) -> None:
    if not pending.is_over(session):
        return
    session.info.pop(NEW, None)
    _unlink(session.info.pop(GONE, []))


@event.listens_for(Session, "after_rollback")
def _take_back(session: Session) -> None:
    if not pending.is_over(session):
        return
    session.info.pop(GONE, None)
    _unlink(session.info.pop(NEW, []))


def _unlink(paths: Any) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
