"""The job behind a long table: page after page, then the file, after the commit.

The rights of the post are asked before each step, as of every job (security.md AZ-11).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, cast

from flask import url_for

from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.database import db
from core.exports import vault
from core.exports.writing import Sheet, write_xlsx
from core.i18n import lazy_gettext as _
from core.i18n import speaking
from core.jobs.kinds import Kind
from core.jobs.models import Job
from core.jobs.running import LOST, ElsewhereError
from core.rules import RuleViolation
from supervision.tables import TableKind, kind_named
from supervision.tabling.models import TableFile
from supervision.tabling.operations import WRITE, finish, locked_file, purge
from supervision.tabling.writing import sheet_of

LANGUAGE = "zh_CN"


def write_next(job: Job, scope: Scope) -> bool:
    """Keep the next rows of a table; return whether there is more to do."""
    file = locked_file(job.parameters["file"])
    kind = _kind(file, scope)
    if job.result.get("gathered"):
        if not vault.is_kept(file.code):
            return True
        vault.drop_parts(file.code)
        finish(file)
        return False
    with speaking(LANGUAGE):
        table = kind.build(scope, file.parameters, job.cursor)
        number = job.result.get("parts", 0)
        payload = json.dumps([list(row) for row in table.rows], ensure_ascii=False)
        vault.keep_part(file.code, number, payload.encode())
        job.done += len(table.rows)
        job.note(parts=number + 1)
        if table.next_after is None:
            sheet = sheet_of(table, scope, file.purpose, job.done)
            job.note(gathered=True, above=list(sheet.above), name=sheet.name)
            job.note(heads=list(sheet.heads), below=list(sheet.below))
        else:
            job.cursor = table.next_after
    return True


def put_together(job: Job) -> Callable[[], None] | None:
    """Return what makes the file, once all of its rows are gathered."""
    found = job.result
    if not found.get("gathered") or vault.is_kept(job.parameters["file"]):
        return None
    sheet = Sheet(found["name"], found["above"], found["heads"], found["below"], job.done)
    return partial(_make, job.parameters["file"], found["parts"], sheet)


def tidy() -> None:
    """Remove files that are over (security.md EXP-06)."""
    purge(clock.now())
    db.session.commit()


def _make(code: str, parts: int, sheet: Sheet) -> None:
    with vault.turn(code) as is_mine:
        if not is_mine:
            raise ElsewhereError
        if not vault.is_kept(code):
            with vault.scratch(code) as folder, vault.Sealing(code) as target:
                write_xlsx(cast("IO[bytes]", target), sheet, _rows(code, parts), folder)
        vault.drop_parts(code)


def _rows(code: str, parts: int) -> Iterator[list[str]]:
    for part in vault.parts(code, parts):
        yield from json.loads(part)


def _kind(file: TableFile, scope: Scope) -> TableKind:
    kind = kind_named(file.name)
    if kind is None or not scope.may(kind.permission):
        raise RuleViolation("", LOST)
    return kind


def _files(job: Job) -> str:
    return url_for("supervision.list_files", org=job.organization_code)


KINDS = (
    Kind(
        WRITE,
        _("导出表格"),
        Permission.FIGURES_VIEW,
        write_next,
        _files,
        afterwards=put_together,
        tidy=tidy,
    ),
)
