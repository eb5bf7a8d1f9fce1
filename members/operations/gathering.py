"""The job behind a file: rows chunk after chunk, then the file, after the commit.

A chunk is kept sealed before its step commits, under its number: a killed worker writes it again.
The file is put together where no row is held, and the next step finds it; after a kill it is put
together again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, cast

from sqlalchemy import select

from accounts.labels import LABELS as ACCOUNT_LABELS
from core import clock
from core.access.permissions import Role
from core.access.scope import Scope
from core.database import db
from core.exports import marks, vault
from core.exports.writing import FileFormat, Sheet, write_csv, write_xlsx
from core.i18n import speaking
from core.jobs.models import Job
from core.jobs.operations import try_again
from core.jobs.running import LOST, ElsewhereError
from core.rules import N_, RuleViolation
from members.exporting import source_of
from members.labels import LABELS
from members.models import Export
from members.operations.exports import finish_export, locked_for_job
from members.rules.exports import ExportPurpose

CHUNK = 1_000
GIVEN_UP = N_("试了多次都没有做成文件，请删除后按下级组织分开导出")
LANGUAGE = "zh_CN"
#: Where the key of a row and the day with the mark stand in every file.
KEY, DAY = 1, 2


def gather_next(job: Job, scope: Scope) -> bool:
    """Keep the next rows of an export; return whether there is more to do."""
    export = locked_for_job(job.parameters["export"])
    source = source_of(export.subject)
    if source.columns(scope, export.columns) != export.columns:
        raise RuleViolation("", LOST)
    if job.result.get("gathered"):
        if _finish(export):
            return False
        try_again(job, GIVEN_UP)
        return True
    with speaking(LANGUAGE):
        rows = source.read(scope, export.filters, export.columns, job.cursor, CHUNK)
    if not rows:
        job.note(gathered=True)
        return True
    number = job.result.get("parts", 0)
    cells = [cells for _code, cells in rows]
    vault.keep_part(export.code, number, json.dumps(cells, ensure_ascii=False).encode())
    job.cursor, job.done = rows[-1][0], job.done + len(rows)
    job.note(parts=number + 1)
    if job.done > export.counted:
        raise RuleViolation("", N_("名单比申请时多了，请重新导出"))
    return True


def put_together(job: Job) -> Callable[[], None] | None:
    """Return what makes the file of an export, once all of its rows are gathered."""
    if not job.result.get("gathered"):
        return None
    export = db.session.scalars(select(Export).where(Export.code == job.parameters["export"])).one()
    if vault.is_kept(export.code):
        return None
    with speaking(LANGUAGE):
        sheet = _sheet(export, job.done)
    return partial(make_file, export.code, export.format, job.result.get("parts", 0), sheet)


def make_file(code: str, kind: FileFormat, parts: int, sheet: Sheet) -> None:
    """Write the sealed file of an export from its sealed parts.

    Raises ElsewhereError where another worker is at it: a large file takes longer than a job may
    be silent.
    """
    with vault.turn(code) as is_mine:
        if not is_mine:
            raise ElsewhereError
        if not vault.is_kept(code):
            _write(code, kind, parts, sheet)
        vault.drop_parts(code)


def _write(code: str, kind: FileFormat, parts: int, sheet: Sheet) -> None:
    rows = _marked_rows(code, parts)
    with vault.scratch(code) as folder, vault.Sealing(code) as target:
        stream = cast("IO[bytes]", target)
        if kind is FileFormat.CSV:
            write_csv(stream, sheet, rows)
        else:
            write_xlsx(stream, sheet, rows, folder)


def _marked_rows(code: str, parts: int) -> Iterator[list[str]]:
    for part in vault.parts(code, parts):
        for row in json.loads(part):
            row[DAY] = marks.marked(code, row[KEY], row[DAY])
            yield row


def _finish(export: Export) -> bool:
    """Return whether the file is there and the export is done."""
    if not vault.is_kept(export.code):
        return False
    vault.drop_parts(export.code)  # a worker that was killed may have left some beside the file
    finish_export(export, now=clock.now())
    return True


def _sheet(export: Export, count: int) -> Sheet:
    """Return the visible watermark, above and below the rows (security.md EXP-04)."""
    source = source_of(export.subject)
    post = export.post
    role = ACCOUNT_LABELS[Role][post.role]
    who = f"{post.organization.name} · {role}"
    if export.user.display_name:
        who = f"{who} · {export.user.display_name}"
    now = clock.local(clock.now())
    purpose = LABELS[ExportPurpose][export.purpose]
    watermark = f"导出：{who}　{now:%Y-%m-%d %H:%M}　用途：{purpose}，{export.words}"
    title = f"{export.organization.name} {source.title}（{count}）"
    return Sheet(
        name=str(source.title),
        above=[title, watermark, "只供上述用途，用完删除。文件可以追查到导出人。"],
        heads=source.heads(export.columns),
        below=[watermark],
        count=count,
    )
