"""Whether the installation could be brought back: the newest good copy, and checks that failed.

A check of the night that finds something leaves a note in the instance folder, because it may be
the database that is broken. It stands until the checks of a night passed (security.md BAK-07).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core import clock, settings
from core.backup import expiry
from core.web import config_value

#: A copy of every night, and two hours for it.
OLDEST = "backups.oldest_hours"


@dataclass(frozen=True, slots=True)
class State:
    """When the newest good copy was taken, None without one, and which service failed last."""

    taken: datetime | None
    oldest_hours: int
    failed: str
    now: datetime

    @property
    def is_late(self) -> bool:
        """Whether the newest copy is older than it may be, or there is none."""
        most = timedelta(hours=self.oldest_hours)
        return self.taken is None or self.now - self.taken > most


def state(now: datetime) -> State:
    """Return the state of copies and checks."""
    taken = expiry.newest()
    hours = settings.value(OLDEST, clock.local(now).date())
    note = _note()
    failed = note.read_text("utf-8").strip() if note.exists() else ""
    return State(taken, hours, failed, now)


def note_failed(unit: str) -> None:
    """Keep that a service failed."""
    _note().write_text(f"{unit}\n", "utf-8")


def note_passed() -> None:
    """Keep that all checks passed."""
    _note().unlink(missing_ok=True)


def _note() -> Path:
    found: Path = config_value("instance") / "failed-check"
    return found
