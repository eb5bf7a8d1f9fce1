"""Bringing an edition of the division codes into the database (domain.md DAT-06, DAT-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert, select, update

from core.audit.operations import Actor, record
from core.database import db
from organizations.models import Division
from organizations.models.merging import MergerRow
from organizations.operations.ended_divisions import standing, successors
from organizations.rules import DivisionRow


@dataclass(frozen=True, slots=True)
class Imported:
    """How many divisions came in, changed their name or ended."""

    added: int
    renamed: int
    ended: int


def import_divisions(rows: Iterable[DivisionRow], edition: date, *, by: Actor) -> Imported:
    """Bring the divisions to an edition: new codes begin, missing ones end, none is deleted.

    One that stands under another division in the new edition goes there, and under its heir where
    a merger here ended that one.

    The same edition a second time changes nothing (DAT-07), nor does any edition begin again what
    a merger here ended: that is taken back with the merger alone.
    """
    wanted = {row.code: row for row in rows}
    known = {row.code: row for row in db.session.scalars(select(Division))}
    added = [row for code, row in wanted.items() if code not in known]
    if added:
        values = [{**row.values(), "valid_from": edition, "valid_to": None} for row in added]
        db.session.execute(insert(Division), values)
    renamed = _refresh(known, wanted)
    gone = [code for code, row in known.items() if code not in wanted and row.valid_to is None]
    if gone:
        last_day = edition - timedelta(days=1)
        db.session.execute(
            update(Division).where(Division.code.in_(gone)).values(valid_to=last_day)
        )
    found = Imported(len(added), renamed, len(gone))
    if found != Imported(0, 0, 0):
        record("divisions.import", "division", None, by=by, edition=edition, added=found.added)
    return found


def _refresh(known: Mapping[str, Division], wanted: Mapping[str, DivisionRow]) -> int:
    ended_here = MergerRow.division_code
    merged, changed = set(db.session.scalars(select(ended_here).where(ended_here.is_not(None)))), 0
    after = successors()
    for code, row in wanted.items():
        found = known.get(code)
        if found is None:
            continue
        last_day = found.valid_to if code in merged else None
        wanted_now = row.name, standing(row.parent_code, after), last_day
        if (found.name, found.parent_code, found.valid_to) == wanted_now:
            continue
        found.name, found.parent_code, found.valid_to = wanted_now
        changed += 1
    db.session.flush()
    return changed
