"""Removing old copies: in them live names of people who are gone elsewhere (PRV-16)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from core import retention
from core.audit.operations import SYSTEM, record
from core.backup.archive import HALF, ArchiveError, read_head
from core.backup.files import beside
from core.web import config_value

SETTING = "backups.days"
DAY_SECONDS = 24 * 3600
NAME, STAMP = re.compile(r"redcross-(\d{8}T\d{6})Z\.backup"), "%Y%m%dT%H%M%S"


def folder() -> Path:
    """Return where copies lie that nobody named another place for."""
    found: Path = config_value("instance") / "backups"
    return found


def name_of(now: datetime) -> str:
    """Return the name of a copy that is taken now."""
    return f"redcross-{now:{STAMP}}Z.backup"


def past_copies(now: datetime) -> list[Path]:
    """Return the copies that are kept no longer, oldest first; the newest is never one of them."""
    before = retention.since(SETTING, now)
    return [path for at, path in _taken()[:-1] if at < before]


def newest() -> datetime | None:
    """Return when the newest copy in the folder was taken that is one, None without any."""
    return next((at for at, path in reversed(_taken()) if _is_copy(path)), None)


def _is_copy(path: Path) -> bool:
    """Return whether a file begins as a copy does; only restoring it reads all of it."""
    try:
        with path.open("rb") as file:
            read_head(file)
    except (ArchiveError, OSError):
        return False
    return True


def _taken() -> list[tuple[datetime, Path]]:
    return sorted(
        (datetime.strptime(found[1], STAMP).replace(tzinfo=UTC), path)
        for path in folder().glob("redcross-*.backup")
        if (found := NAME.fullmatch(path.name))
    )


def drop_halves(now: datetime) -> None:
    """Remove what copies left that were killed a day ago or earlier."""
    for path in folder().glob(f"redcross-*{HALF}"):
        if now.timestamp() - path.stat().st_mtime > DAY_SECONDS:
            path.unlink(missing_ok=True)


def drop_copies(now: datetime) -> int:
    """Remove the copies that are kept no longer, with their files; return how many."""
    found = past_copies(now)
    for path in found:
        record("backup.expire", "database", None, by=SYSTEM, copy=path.name)
        beside(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    return len(found)


retention.register(
    retention.Rule(
        "backups", SETTING, lambda now: len(past_copies(now)), retention.until_none(drop_copies)
    )
)
