"""Taking a table as a file: at once, or in the background where it is long.

These are numbers of organizations, never names of people: no second factor and no quota, but the
log tells each time who took which table, how long, what for (security.md EXP-04).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.directory import scope_of_account
from core import clock, crypto, settings
from core.access.scope import Principal, Scope
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.exports import vault
from core.jobs import operations as jobs
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from members.rules.exports import ExportPurpose
from supervision.tables import Parameters, TableKind, kind_named
from supervision.tabling.models import TableFile
from supervision.tabling.rules import TABLE_TRANSITIONS, TableAction, TableStatus
from supervision.tabling.writing import sheet_of, workbook

WRITE = "supervision.table"


def take_at_once(
    kind: TableKind, parameters: Parameters, purpose: ExportPurpose, scope: Scope
) -> bytes:
    """Return the workbook of a short table, all its pages; the log gets a line."""
    table = kind.build(scope, parameters, "")
    rows, following = list(table.rows), table.next_after
    while following is not None:
        more = kind.build(scope, parameters, following)
        rows += more.rows
        following = more.next_after
    _tell("tables.export", kind.name, parameters, purpose, len(rows), Actor.of_scope(scope))
    return workbook(sheet_of(table, scope, purpose, len(rows)), rows)


def is_long(kind: TableKind, parameters: Parameters, scope: Scope) -> bool:
    """Return whether a table is written in the background."""
    if kind.count is None:
        return False
    return kind.count(scope, parameters) > settings.value("tables.at_once_rows", on=clock.today())


def ask(
    kind: TableKind, parameters: Parameters, purpose: ExportPurpose, scope: Scope, *, now: datetime
) -> TableFile:
    """Return a long table that the worker writes now. Raises RuleViolation for one too long."""
    today = clock.local(now).date()
    count = kind.count(scope, parameters) if kind.count else 0
    most = settings.value("tables.most_rows", on=today)
    if count > most:
        raise RuleViolation("", N_("最多 %(limit)d 行，请按下级组织分开导出"), limit=most)
    file = TableFile(
        code=crypto.opaque_code(12),
        name=kind.name,
        parameters_text=json.dumps(dict(parameters), ensure_ascii=False),
        purpose=purpose,
        status=TableStatus.RUNNING,
        user_id=scope.principal.user_id,
        post_id=scope.post.id,
        organization_id=scope.place.id,
        organization_code=scope.place.code,
        counted=count,
        created_at=now,
        expires_at=now + timedelta(hours=settings.value("tables.hours", on=today)),
    )
    db.session.add(file)
    db.session.flush()
    file.job_code = jobs.start(WRITE, scope, total=count, now=now, file=file.code).code
    by = Actor.of_scope(scope)
    _tell("tables.ask", kind.name, parameters, purpose, count, by, file.id)
    db.session.flush()
    return file


def take(code: str, principal: Principal, *, now: datetime) -> TableFile:
    """Return one's own finished file that is being downloaded.

    Raises UnknownRowError for somebody else's, for one that is over, and where the post that
    asked for it ended or lost the right since (security.md AZ-11).
    """
    file = _own(code, principal)
    kind = kind_named(file.name)
    is_there = file.status is TableStatus.READY and file.expires_at > now and vault.is_kept(code)
    if kind is None or not is_there:
        raise UnknownRowError(code)
    scope = scope_of_account(file.user_id, file.organization_code, kind.permission, file.post_id)
    if scope is None:
        raise UnknownRowError(code)
    file.downloads += 1
    by = Actor.of_scope(scope)
    _tell("tables.download", file.name, file.parameters, file.purpose, file.counted, by, file.id)
    db.session.flush()
    return file


def remove(code: str, principal: Principal) -> TableFile:
    """Return one's own file that was given up. Raises UnknownRowError for somebody else's."""
    file = _own(code, principal)
    _end(file)
    record("tables.remove", "table_file", file.id, by=Actor.of_principal(principal))
    return file


def purge(now: datetime) -> int:
    """Remove the files that are over; return how many."""
    over = select(TableFile).where(
        TableFile.expires_at <= now, TableFile.status != TableStatus.REMOVED
    )
    files = db.session.scalars(over.order_by(TableFile.id).with_for_update(skip_locked=True)).all()
    for file in files:
        _end(file)
        record("tables.purge", "table_file", file.id, by=SYSTEM)
    db.session.flush()
    return len(files)


def locked_file(code: str) -> TableFile:
    """Return the file that a job writes. Raises RuleViolation where it was given up."""
    file = _locked(code)
    if file is None or file.status is TableStatus.REMOVED:
        raise RuleViolation("", N_("这份导出已经删除"))
    return file


def finish(file: TableFile) -> None:
    """Note that the file is there."""
    file.status = next_state(TABLE_TRANSITIONS, file.status, TableAction.FINISH)


def codes_with_files() -> set[str]:
    """Return the codes whose files in the vault belong to tables."""
    statement = select(TableFile.code).where(TableFile.status != TableStatus.REMOVED)
    return set(db.session.scalars(statement))


vault.OTHERS.append(codes_with_files)


def _end(file: TableFile) -> None:
    file.status = next_state(TABLE_TRANSITIONS, file.status, TableAction.REMOVE)
    vault.remove(file.code)


def _own(code: str, principal: Principal) -> TableFile:
    file = _locked(code)
    if file is None or file.user_id != principal.user_id:
        raise UnknownRowError(code)
    return file


def _locked(code: str) -> TableFile | None:
    return db.session.scalars(
        select(TableFile)
        .where(TableFile.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _tell(
    action: str,
    name: str,
    parameters: Parameters,
    purpose: ExportPurpose,
    rows: int,
    by: Actor,
    file_id: int | None = None,
) -> None:
    filters = json.dumps(dict(parameters), ensure_ascii=False)
    record(
        action,
        "table_file",
        file_id,
        by=by,
        table=name,
        filters=filters,
        purpose=purpose,
        rows=rows,
    )
