"""What may be approved all at once: how many, up to which, and some of them to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.database import db
from members.models import Application
from members.queries.queue import waiting_at

MOST = 20_000


@dataclass(frozen=True, slots=True)
class Drive:
    """Applications in order; ``until`` is the newest, what comes later is not meant."""

    count: int
    until: str
    sample: Sequence[Application]


def drive_at(handler_id: int, size: int) -> Drive | None:
    """Return what waits in order at an organization, with a sample; None where nothing does.

    The same applications give the same sample, whoever looks.
    """
    waiting = waiting_at(handler_id, doubtful=False)
    statement = select(Application.id).where(*waiting).order_by(Application.id).limit(MOST)
    ids = db.session.scalars(statement).all()
    if not ids:
        return None
    chosen = Random(ids[-1]).sample(ids, min(size, len(ids)))  # noqa: S311 - a sample, no secret
    rows = db.session.scalars(
        select(Application)
        .options(joinedload(Application.person, innerjoin=True))
        .where(Application.id.in_({*chosen, ids[-1]}))
        .order_by(Application.id)
    ).all()
    return Drive(len(ids), rows[-1].code, [row for row in rows if row.id in set(chosen)])
