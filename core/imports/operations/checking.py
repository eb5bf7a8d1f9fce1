"""Rows are judged, mended and judged again; nothing but the list itself is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from core import clock, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.bulk import update_many
from core.database import db
from core.imports.models import Import, ImportRow, opened_rows, sealed
from core.imports.operations.receiving import fields_of, layout_text
from core.imports.rules import (
    IMPORT_TRANSITIONS,
    FieldKind,
    ImportAction,
    RowChoice,
    RowOutcome,
    assign,
    clean_cell,
    forced_layout,
)
from core.imports.subjects import Checked, Subject, may_import, subject_of
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError, next_state
from core.statements import Among

CHECK = "imports.check"
CHUNK = 1000
#: What judging needs of a row, read without making objects of the session.
KEPT = (
    ImportRow.id,
    ImportRow.number,
    ImportRow.binding,
    ImportRow.content,
    ImportRow.verdict,
    ImportRow.choice,
    ImportRow.key_digest,
    ImportRow.found_id,
)
KeptRow = Any
_WITH_KEY = Among(
    select(ImportRow.key_digest, ImportRow.number).where(
        ImportRow.import_id == bindparam("list"), ImportRow.choice != RowChoice.SKIP
    ),
    ImportRow.key_digest,
)
SAME_ROW = N_("和第 %(row)d 行是同一人")


def locked(code: str, scope: Scope) -> Import:
    """Return an import of the acting account, held until the transaction ends.

    Raises UnknownRowError for one of somebody else or of another organization (FILE-08).
    """
    found = db.session.scalars(
        select(Import)
        .where(
            Import.code == code,
            Import.owner_id == scope.principal.user_id,
            Import.organization_id == scope.place.id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or not may_import(found.subject, scope):
        raise UnknownRowError(code)
    return found


def change(found: Import, action: ImportAction, now: datetime) -> None:
    """Move an import along its table. Raises IllegalTransition."""
    found.status = next_state(IMPORT_TRANSITIONS, found.status, action)
    found.touched_at = now


def choose_columns(
    found: Import, chosen: Mapping[int, str], scope: Scope, *, now: datetime, into: str = ""
) -> None:
    """Keep which column is which, for those that were not sure (ux.md S37). Raises RuleViolation.

    A field that the file already named keeps its column unless another one is chosen for it.
    ``into`` is told for all rows, in place of a column. Raises UnknownRowError for what is none.
    """
    subject, layout = subject_of(found.subject), found.layout
    if into:
        found.reference = subject.take_up(into, scope)
    codes = {one.code for one in subject.fields}
    wanted = {column: code for column, code in chosen.items() if code in codes}
    kept = {column: code for column, code in found.assigned.items() if column not in chosen}
    fields = fields_of(subject, found.reference)
    settled = forced_layout(layout["headers"], {**kept, **wanted}, 0, fields)
    found.layout_text = layout_text(settled, layout["remarks"])
    found.touched_at = now


def begin_check(found: Import, scope: Scope, *, now: datetime) -> Job | None:
    """Judge all rows: at once, or by a job where there are many; return the job."""
    change(found, ImportAction.CHECK, now)
    found.position = 0
    record("imports.check", "import", found.id, by=Actor.of_scope(scope))
    if found.row_count > settings.value("imports.check_job_from", on=clock.local(now).date()):
        job = jobs.start(CHECK, scope, total=found.row_count, now=now, code=found.code)
        found.job_code = job.code
        return job
    while _check_chunk(found, scope, now) == CHUNK:
        pass
    change(found, ImportAction.FINISH_CHECK, now)
    return None


def check_next(job: Job, scope: Scope) -> bool:
    """Judge the next rows of an import; return whether more are left."""
    found, now = locked(job.parameters["code"], scope), clock.now()
    count = _check_chunk(found, scope, now)
    job.done += count
    goes_on = count == CHUNK
    if not goes_on:
        change(found, ImportAction.FINISH_CHECK, now)
    return goes_on


def mend(
    found: Import,
    number: int,
    cells: Mapping[str, str],
    choice: RowChoice,
    scope: Scope,
    *,
    now: datetime,
) -> None:
    """Write single cells of a row anew, or decide about it, and judge it again.

    Rows that were or are the same person as this one are judged with it. Raises UnknownRowError,
    IllegalTransition where the import has gone on meanwhile.
    """
    if (found.status, ImportAction.CONFIRM) not in IMPORT_TRANSITIONS:
        raise IllegalTransition(found.status, ImportAction.CHECK)
    is_open = ImportRow.import_id == found.id, ImportRow.outcome == RowOutcome.OPEN
    row = db.session.scalars(select(ImportRow).where(*is_open, ImportRow.number == number)).first()
    if row is None:
        raise UnknownRowError(str(number))
    before = row.key_digest
    _rewrite(row, cells, found.assigned)
    row.choice = choice
    db.session.flush()
    (mended,) = judge(found, kept_rows(ImportRow.id == row.id), scope, now)
    keys = {before, mended.key} - {None}
    alike = ImportRow.key_digest.in_(keys), ImportRow.number != number
    judge(found, kept_rows(*is_open, *alike), scope, now)
    found.touched_at = now
    db.session.expire(row)
    db.session.flush()


def kept_rows(*conditions: ColumnElement[bool], limit: int | None = None) -> Sequence[KeptRow]:
    """Return rows as they are kept, in their order, past the objects of the session."""
    statement = select(*KEPT).where(*conditions).order_by(ImportRow.number).limit(limit)
    return db.session.execute(statement).all()


def judge(found: Import, rows: Sequence[KeptRow], scope: Scope, now: datetime) -> list[Checked]:
    """Judge rows and keep what was found; return what the subject says of each.

    Only rows that are judged otherwise than before are written.
    """
    assigned, subject = found.assigned, subject_of(found.subject)
    told = opened_rows(rows)
    checked = [
        Checked(row.number, assign(cells, assigned), row.choice, reference=found.reference)
        for row, (cells, _) in zip(rows, told, strict=True)
    ]
    subject.check(checked, scope, now)
    _mark_doubles(found, checked, subject)
    update_many(
        ImportRow,
        [
            {"id": row.id, "verdict": one.verdict, "key_digest": one.key, "found_id": one.found_id}
            for row, one in zip(rows, checked, strict=True)
            if (row.verdict, row.key_digest, row.found_id) != (one.verdict, one.key, one.found_id)
        ],
    )
    update_many(
        ImportRow,
        [
            {"id": row.id, "content": sealed(row.binding, cells, one.problems)}
            for row, (cells, before), one in zip(rows, told, checked, strict=True)
            if one.problems != before
        ],
    )
    return checked


def _check_chunk(found: Import, scope: Scope, now: datetime) -> int:
    rows = kept_rows(
        ImportRow.import_id == found.id,
        ImportRow.number > found.position,
        ImportRow.outcome == RowOutcome.OPEN,
        limit=CHUNK,
    )
    if not rows:
        return 0
    judge(found, rows, scope, now)
    found.position = rows[-1].number
    return len(rows)


def _rewrite(row: ImportRow, values: Mapping[str, str], assigned: Mapping[int, str]) -> None:
    cells, problems = row.opened()
    for column, code in assigned.items():
        if code in values:
            cells += [""] * (column + 1 - len(cells))
            cells[column] = clean_cell(values[code])
    row.keep(cells, problems)


def _mark_doubles(found: Import, checked: Sequence[Checked], subject: Subject) -> None:
    """Refuse a row that is the same as an earlier row of the list: the same person, usually."""
    keys = {one.key for one in checked if one.key is not None}
    if not keys:
        return
    here, first = {one.number for one in checked}, dict[bytes, int]()
    for key, number in _WITH_KEY.rows(keys, {"list": found.id}):
        if number not in here:
            first[key] = min(first.get(key, number), number)
    by_kind = (one.code for one in subject.fields if one.kind is FieldKind.ID_NUMBER)
    field = getattr(subject, "key_field", next(by_kind, ""))
    words = getattr(subject, "same_row", SAME_ROW)
    for one in checked:
        if one.key is None or one.choice is RowChoice.SKIP:
            continue
        before = first[one.key] = min(first.get(one.key, one.number), one.number)
        if before < one.number:
            beside = field if field in one.values else ""
            one.refuse(RuleViolation(beside, words, row=before))
