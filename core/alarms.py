"""What must be known within a minute (security.md LOG-08, BAK-07): bursts, grants, failures.

Read from the audit chain, the read log, the folder of backups and the log of the web server;
looked at twice a minute. An alarm names accounts by their id, never a person.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core import messages
from core.audit.models import AuditEvent, ReadEvent
from core.backup.state import state
from core.database import db

EVERY_SECONDS = 30
WINDOW = timedelta(minutes=5)
DENIALS, EXPORTS, REVEALS = 20, 5, 30
#: Roles that let others in, or look at everything.
ADMINS = frozenset({"officer", "operator", "privacy_officer"})
#: One fault in so few requests says nothing of a share.
FEWEST_REQUESTS, FAULT_PERCENT = 100, 1
TAIL_BYTES = 4 * 1024 * 1024
#: So many rows of a log are looked at from its end: nothing finds the time by an index.
NEWEST = 20_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to look at now; ``key`` is the same while it is the same thing."""

    key: str
    text: str


def standing(now: datetime, access_log: Path | None = None) -> list[Alarm]:
    """Return what is to be told of the last five minutes, of the backups and of the web server."""
    since = now - WINDOW
    found = [*_bursts(since, now), *_single(since), *_backup(now)]
    if access_log is not None:
        found += _faults(_lines(access_log), since, now)
    return found


def tell(alarms: Iterable[Alarm], phones: Iterable[str]) -> int:
    """Queue each alarm once for each telephone; return how many messages are new."""
    told = 0
    for place, phone in enumerate(phones):
        for alarm in alarms:
            purpose = f"alarm:{alarm.key}:{place}"
            known = select(messages.Message.id).where(messages.Message.purpose == purpose)
            if db.session.scalar(known) is None:
                messages.queue(phone, alarm.text, purpose)
                told += 1
    db.session.flush()
    return told


def _bursts(since: datetime, now: datetime) -> Iterator[Alarm]:
    """Yield accounts that did too much of one thing; told again every five minutes at most."""
    part = int(now.timestamp()) // int(WINDOW.total_seconds())
    for action, most in (("access.denied", DENIALS), ("exports.ask", EXPORTS)):
        for actor, count in _busy(AuditEvent, most, since, action):
            yield Alarm(f"{action}:{actor}:{part}", f"account {actor}: {count} times {action}")
    for actor, count in _busy(ReadEvent, REVEALS, since):
        yield Alarm(f"reveals:{actor}:{part}", f"account {actor}: {count} protected values read")


def _busy(model: Any, most: int, since: datetime, action: str = "") -> list[tuple[int, int]]:
    row = _newest(model)
    count = func.count(row.id)
    statement = select(row.actor_id, count).where(row.at >= since, row.actor_id.is_not(None))
    if action:
        statement = statement.where(row.action == action)
    rows = db.session.execute(statement.group_by(row.actor_id).having(count >= most))
    return [(actor, number) for actor, number in rows]


def _newest(model: Any) -> Any:
    """Return a log as its last rows."""
    return aliased(model, select(model).order_by(model.id.desc()).limit(NEWEST).subquery())


def _single(since: datetime) -> Iterator[Alarm]:
    """Yield what is told each time: unusual exports, new posts that let in, new browsers."""
    actions = ("exports.unusual", "post_granted", "new_device")
    row = _newest(AuditEvent)
    statement = select(row).where(row.at >= since, row.action.in_(actions))
    for event in db.session.scalars(statement.order_by(row.id)):
        role = json.loads(event.details).get("role")
        if event.action == "post_granted" and role not in ADMINS:
            continue
        subject = f"{event.subject_type} {event.subject_id}"
        text = f"{event.action}: {subject}{f', {role}' if role else ''}, by account"
        yield Alarm(f"event:{event.id}", f"{text} {event.actor_id or 'of the system'}")


def _backup(now: datetime) -> Iterator[Alarm]:
    found = state(now)
    if found.is_late:
        taken = found.taken
        when = "none was taken" if taken is None else f"the newest is of {taken:%Y-%m-%d %H:%M}Z"
        yield Alarm(f"backup:{now:%Y%m%d}", f"backup is missing: {when}")


def _lines(path: Path) -> list[str]:
    """Return the last lines of a log, the first one perhaps cut."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
        return file.read().decode("utf-8", "replace").splitlines()


def _faults(lines: Iterable[str], since: datetime, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm where too many answers were faults; lines as deploy/nginx.conf writes them."""
    total = faults = 0
    for line in lines:
        parts = line.split()
        if len(parts) != 6 or not parts[3].isdecimal():  # noqa: PLR2004 - fields of a line
            continue
        if datetime.fromisoformat(parts[1]) >= since:
            total, faults = total + 1, faults + (parts[3] >= "500")
    if total >= FEWEST_REQUESTS and faults * 100 > total * FAULT_PERCENT:
        yield Alarm(f"faults:{now:%Y%m%d%H}", f"{faults} of {total} answers were faults")
