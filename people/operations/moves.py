"""Moving rows from one record to another so that each can be put back as it was (AZ-16)."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, Enum, LargeBinary, inspect, select

from core.audit.operations import Actor
from core.database import Base, UTCDateTime, db
from core.rules import N_, RuleViolation
from people.merging import Plan
from people.models import MergedRow, PersonMerge

CHANGED = N_("合并以后，其中的资料又有改动，不能撤销")


def told(value: object) -> object:
    """Return a column's value as JSON can hold it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):  # one instant is one text, whatever zone it is told in
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


def held(row: Base, name: str, value: Any) -> Any:
    """Return what ``told`` made of a value of the row's column, as the column holds it."""
    if value is None:
        return None
    column = inspect(type(row)).columns[name].type
    if isinstance(column, Enum):
        return column.enum_class(value) if column.enum_class else value
    if isinstance(column, UTCDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column, Date):
        return date.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(column, LargeBinary) else value


@dataclass(slots=True)
class Act:
    """A merge while it happens: every hand changes rows through it."""

    plan: Plan
    merge: PersonMerge
    by: Actor
    now: datetime

    def change(self, row: Any, **values: object) -> None:
        """Set columns of a row, and keep what it held before."""
        with self.noting(row, *values):
            for name, value in values.items():
                setattr(row, name, value)

    @contextmanager
    def noting(self, row: Any, *names: str) -> Iterator[None]:
        """Keep what columns of a row hold before and after the body of the ``with``."""
        before = {name: told(getattr(row, name)) for name in names}
        yield
        after = {name: told(getattr(row, name)) for name in names}
        kept = MergedRow(merge_id=self.merge.id, kind=row.__tablename__, row_id=row.id)
        kept.keep(json.dumps([before, after], ensure_ascii=False))
        db.session.add(kept)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a row held before a merge changed it, and after."""

    row_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def check(self, row: Any, *but: str) -> None:
        """Raise RuleViolation where the row no longer holds what the merge left."""
        for name, value in self.after.items():
            if name not in but and told(getattr(row, name)) != value:
                raise RuleViolation("", CHANGED)

    def put_back(self, row: Any, *but: str) -> None:
        """Give the row its columns back. Raises RuleViolation where they changed since."""
        self.check(row, *but)
        for name, value in self.before.items():
            if name not in but:
                setattr(row, name, held(row, name, value))


@dataclass(slots=True)
class Undoing:
    """A merge while it is undone."""

    merge: PersonMerge
    by: Actor
    now: datetime

    def saved(self, model: type[Base]) -> list[Saved]:
        """Return what the merge changed in rows of a model, the last change first."""
        statement = (
            select(MergedRow)
            .where(MergedRow.merge_id == self.merge.id, MergedRow.kind == model.__tablename__)
            .order_by(MergedRow.id.desc())
        )
        return [
            Saved(row.row_id, *json.loads(row.plain_kept)) for row in db.session.scalars(statement)
        ]

    def rows(self, model: type[Any]) -> Iterator[tuple[Any, Saved]]:
        """Yield every changed row of a model, locked, with what it held; the last change first."""
        kept = self.saved(model)
        ids = {one.row_id for one in kept}
        found = db.session.scalars(
            select(model)
            .where(model.id.in_(ids))
            .order_by(model.id)
            .with_for_update(of=model)
            .execution_options(populate_existing=True)
        )
        rows = {row.id: row for row in found}
        for one in kept:
            if one.row_id not in rows:
                raise RuleViolation("", CHANGED)
            yield rows[one.row_id], one
