"""What the machine does not give for now: room on the disk, or the database (FLT-04)."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from sqlalchemy.exc import DBAPIError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: What SQLite calls a disk or file that does not take or give.
SQLITE_NAMES = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
#: Classes of PostgreSQL: no resources, operator intervention, failure of the system.
POSTGRESQL_CLASSES = ("53", "57P", "58")
#: Below so many free bytes the installation is not ready: one backup or upload could fill it.
SPARE_BYTES = 32 * 1024 * 1024
#: So long a browser waits before it asks again, in seconds.
WAIT_SECONDS = "30"


def is_outage(error: BaseException) -> bool:
    """Return whether the machine refused, and the same request may succeed later unchanged."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    if not isinstance(error, DBAPIError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None) or ""
    state = getattr(error.orig, "sqlstate", None) or ""
    is_refused = name.startswith(SQLITE_NAMES) or state.startswith(POSTGRESQL_CLASSES)
    return is_refused or error.connection_invalidated


def has_room(folder: Path) -> bool:
    """Return whether the disk below a folder has more free bytes than the spare ones."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= SPARE_BYTES
