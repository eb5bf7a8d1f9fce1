"""Reading lists: always the own ones at one organization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from core.access.scope import Scope
from core.database import db
from core.imports.models import Import, ImportRow
from core.imports.operations.writing import importable
from core.imports.rules import (
    OPEN_IMPORTS,
    Field,
    RowChoice,
    RowOutcome,
    RowVerdict,
    assign,
)
from core.imports.subjects import may_import, subject_of

__all__ = [
    "Counts",
    "Import",
    "Shown",
    "count_left",
    "counts_of",
    "finished",
    "foretold",
    "own_import",
    "row_at",
    "rows_in_order",
    "rows_kept",
    "rows_left",
    "rows_skipped",
    "rows_to_mend",
    "samples_of",
    "unfinished",
]

RECENT = 10
SHOWN = 50
GOOD_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a list that are not written yet, by what has to be done."""

    ready: int
    wrong: int
    doubtful: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the page shows it: its cells by field, and the sentences beside them."""

    number: int
    verdict: RowVerdict
    choice: RowChoice
    outcome: RowOutcome
    values: dict[str, str]
    problems: dict[str, list[Any]]
    found_id: int | None = None
    made_id: int | None = None
    fields: Sequence[Field] = field(default=())

    @property
    def wrong_fields(self) -> list[Field]:
        """Return the fields to mend; all of them where the whole row is at fault."""
        return [one for one in self.fields if one.code in self.problems]


def own_import(scope: Scope, code: str) -> Import | None:
    """Return an import of the acting account at the organization of the scope (FILE-08)."""
    found = db.session.scalars(
        select(Import).where(
            Import.code == code,
            Import.owner_id == scope.principal.user_id,
            Import.organization_id == scope.place.id,
        )
    ).one_or_none()
    return found if found is not None and may_import(found.subject, scope) else None


def unfinished(scope: Scope) -> Sequence[Import]:
    """Return the lists that the account left unfinished here, newest first."""
    return _own(scope, Import.status.in_(OPEN_IMPORTS))


def finished(scope: Scope) -> Sequence[Import]:
    """Return the lists that the account confirmed here, newest first."""
    return _own(scope, Import.confirmed_at.is_not(None))


def counts_of(found: Import) -> Counts:
    """Return how many rows are in order, to mend, to compare, skipped: one statement."""
    is_open = ImportRow.outcome == RowOutcome.OPEN
    skipped = ImportRow.choice == RowChoice.SKIP
    statement = select(
        _sum(importable()),
        _sum(and_(is_open, ~skipped, ImportRow.verdict == RowVerdict.WRONG)),
        _sum(and_(is_open, ~skipped, ~importable(), _asks())),
        _sum(and_(is_open, skipped)),
    ).where(ImportRow.import_id == found.id)
    return Counts(*(int(one or 0) for one in db.session.execute(statement).one()))


def rows_to_mend(found: Import, limit: int = SHOWN) -> list[Shown]:
    """Return the rows that keep from importing all: wrong ones, then those to compare."""
    is_open = ImportRow.outcome == RowOutcome.OPEN, ImportRow.choice != RowChoice.SKIP
    wrong = or_(ImportRow.verdict == RowVerdict.WRONG, _asks())
    order = case((ImportRow.verdict == RowVerdict.WRONG, 0), else_=1), ImportRow.number
    return _shown(found, (*is_open, wrong), order, limit)


def rows_skipped(found: Import) -> list[Shown]:
    """Return the rows that are left out on purpose, to be taken in again."""
    which = ImportRow.outcome == RowOutcome.OPEN, ImportRow.choice == RowChoice.SKIP
    return _shown(found, which, (ImportRow.number,), SHOWN)


def rows_in_order(found: Import) -> list[Shown]:
    """Return the first of the rows that would be written."""
    which = importable(), ImportRow.verdict == RowVerdict.GOOD
    return _shown(found, which, (ImportRow.number,), GOOD_SHOWN)


def foretold(found: Import, scope: Scope) -> list[str]:
    """Return what else will be made when the rows in order are written; read only if needed."""

    def values() -> Iterator[Mapping[str, str]]:
        which = ImportRow.import_id == found.id, importable()
        for row in db.session.scalars(select(ImportRow).where(*which).order_by(ImportRow.number)):
            yield row.values(found.assigned)

    return subject_of(found.subject).foretell(values(), found, scope)


def rows_kept(found: Import) -> list[Shown]:
    """Return the rows that could not be taken back, each with the reason."""
    which = (ImportRow.outcome == RowOutcome.KEPT,)
    return _shown(found, which, (ImportRow.number,), SHOWN)


def row_at(found: Import, number: int) -> Shown | None:
    """Return one row of a list."""
    rows = _shown(found, (ImportRow.number == number,), (ImportRow.number,), 1)
    return rows[0] if rows else None


def count_left(found: Import) -> int:
    """Return how many rows of a list were not written."""
    which = ImportRow.import_id == found.id, ImportRow.outcome == RowOutcome.OPEN
    return db.session.scalar(select(func.count()).select_from(ImportRow).where(*which)) or 0


def rows_left(found: Import) -> Iterator[tuple[list[str], dict[str, list[Any]]]]:
    """Yield cells and problems of every row that was not written, in the order of the file."""
    statement = (
        select(ImportRow)
        .where(ImportRow.import_id == found.id, ImportRow.outcome == RowOutcome.OPEN)
        .order_by(ImportRow.number)
        .execution_options(yield_per=500)
    )
    for row in db.session.scalars(statement):
        yield row.opened()


def samples_of(found: Import, columns: Sequence[int], limit: int = 3) -> dict[int, list[str]]:
    """Return some values of columns that nobody could name (ux.md S37)."""
    statement = select(ImportRow).where(ImportRow.import_id == found.id)
    rows = db.session.scalars(statement.order_by(ImportRow.number).limit(20))
    cells = [row.opened()[0] for row in rows]
    return {
        column: [row[column] for row in cells if column < len(row) and row[column]][:limit]
        for column in columns
    }


def _own(scope: Scope, which: ColumnElement[bool]) -> Sequence[Import]:
    statement = select(Import).where(
        Import.owner_id == scope.principal.user_id,
        Import.organization_id == scope.place.id,
        which,
    )
    return db.session.scalars(statement.order_by(Import.id.desc()).limit(RECENT)).all()


def _asks() -> ColumnElement[bool]:
    undecided = and_(ImportRow.verdict == RowVerdict.DOUBTFUL, ImportRow.choice == RowChoice.NONE)
    return or_(ImportRow.verdict == RowVerdict.PRESENT, undecided)


def _sum(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))


def _shown(
    found: Import, which: tuple[ColumnElement[bool], ...], order: tuple[Any, ...], limit: int
) -> list[Shown]:
    statement = select(ImportRow).where(ImportRow.import_id == found.id, *which)
    rows = db.session.scalars(statement.order_by(*order).limit(limit)).all()
    fields, assigned = subject_of(found.subject).fields, found.assigned
    present = [one for one in fields if one.code in assigned.values()]
    shown = []
    for row in rows:
        cells, problems = row.opened()
        values = assign(cells, assigned)
        shown.append(
            Shown(
                row.number,
                row.verdict,
                row.choice,
                row.outcome,
                values,
                problems,
                row.found_id,
                row.made_id,
                present,
            )
        )
    return shown
