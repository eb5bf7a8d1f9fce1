"""A list comes in: its rows are kept, encrypted, and nothing else is written (FILE-08)."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from core import clock, crypto, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.bulk import insert_many
from core.database import db
from core.imports.models import Import, ImportRow, Problems, sealed_rows
from core.imports.rules import (
    OPEN_IMPORTS,
    Field,
    FieldKind,
    ImportStatus,
    Layout,
    RowChoice,
    RowOutcome,
    RowVerdict,
    find_layout,
    is_sample,
)
from core.imports.subjects import Subject
from core.imports.tables import NumberedRow, Table, refuse
from core.rules import N_, RuleViolation

HEAD_ROWS = 60
BINDING_BYTES = 16
DAMAGED = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?1[5-9]")


def receive(
    scope: Scope,
    subject: Subject,
    table: Table,
    *,
    now: datetime,
    remarks: Sequence[int] = (),
    into: str = "",
) -> Import:
    """Return the draft of an import with the rows of a table.

    ``remarks`` are the lines that said nothing, ``into`` is what was told for all rows. Raises
    UnreadableError for an empty table, one with too many rows and one whose ID numbers a
    spreadsheet destroyed; RuleViolation where too many lists are unfinished.
    """
    today = clock.local(now).date()
    _check_room(scope, settings.value("imports.open", on=today))
    most = settings.value("imports.page_rows", on=today)
    rows = list(islice(table.rows, most + HEAD_ROWS))
    reference = subject.take_up(into, scope) if into else ""
    fields = fields_of(subject, reference)
    layout = find_layout([cells for _, cells in rows[:HEAD_ROWS]], fields)
    data = data_rows(rows[layout.first :], layout, subject)
    check_ids(data, layout, subject)
    if not data:
        refuse(N_("没有找到名单，文件里只有表头或是空的"))
    if len(data) > most:
        refuse(N_("一次最多 %(most)d 行，请分成几份上传"), most=most)
    found = build(scope, subject, layout, table.kind, now=now, remarks=remarks)
    found.row_count, found.reference = len(data), reference
    add_rows(found, data)
    record("imports.receive", "import", found.id, by=Actor.of_scope(scope), rows=len(data))
    return found


def fields_of(subject: Subject, reference: str) -> list[Field]:
    """Return the fields of a list; what was told for all rows needs no column any more."""
    return [
        replace(one, required=False) if reference and one.told_once else one
        for one in subject.fields
    ]


def build(
    scope: Scope,
    subject: Subject,
    layout: Layout,
    source: str,
    *,
    now: datetime,
    remarks: Sequence[int] = (),
    fingerprint: str = "",
) -> Import:
    """Return a new import without rows."""
    found = Import(
        code=crypto.opaque_code(12),
        subject=subject.code,
        status=ImportStatus.DRAFT,
        owner_id=scope.principal.user_id,
        post_id=scope.post.id,
        organization_id=scope.place.id,
        source=source,
        fingerprint=fingerprint,
        layout_text=layout_text(layout, remarks),
        created_at=now,
        touched_at=now,
    )
    db.session.add(found)
    db.session.flush()
    return found


def layout_text(layout: Layout, remarks: Sequence[int] = ()) -> str:
    """Return a layout as an import keeps it."""
    kept = {
        "headers": list(layout.headers),
        "assigned": {str(column): code for column, code in layout.assigned.items()},
        "unsure": list(layout.unsure),
        "ignored": list(layout.ignored),
        "missing": list(layout.missing),
        "remarks": list(remarks)[:50],
    }
    return json.dumps(kept, ensure_ascii=False)


def data_rows(rows: Iterable[NumberedRow], layout: Layout, subject: Subject) -> list[NumberedRow]:
    """Return the rows of data: the sample of the template is left out."""
    column = _column_of(FieldKind.NAME, layout, subject)
    return [(number, cells) for number, cells in rows if not is_sample(_cell(cells, column))]


def check_ids(rows: Sequence[NumberedRow], layout: Layout, subject: Subject) -> None:
    """Refuse a table in which most ID numbers became numbers: none of them can be saved (EXP-03).

    A single one is told at its row.
    """
    column = _column_of(FieldKind.ID_NUMBER, layout, subject)
    cells = [(number, _cell(row, column)) for number, row in rows]
    damaged = [(number, cell) for number, cell in cells if DAMAGED.fullmatch(cell)]
    if len(damaged) > 1 and 2 * len(damaged) > len(cells):
        refuse(
            N_(
                "身份证号列变成了科学计数法（第 %(row)d 行 %(text)s）。"
                "请下载模板重填，或把该列设为文本再填"
            ),
            row=damaged[0][0],
            text=damaged[0][1],
        )


def add_rows(
    found: Import,
    rows: Sequence[NumberedRow],
    facts: Mapping[int, Mapping[str, Any]] | None = None,
    problems: Mapping[int, Problems] | None = None,
) -> None:
    """Keep rows of an import by one statement.

    ``facts`` are further columns, ``problems`` what is wrong, both by the number of the row.
    """
    known, wrong = facts or {}, problems or {}
    random = secrets.token_hex(BINDING_BYTES * len(rows))
    width = 2 * BINDING_BYTES
    bindings = [random[at : at + width] for at in range(0, len(random), width)]
    told = ((cells, wrong.get(number, {})) for number, cells in rows)
    insert_many(
        ImportRow,
        [
            {
                "import_id": found.id,
                "number": number,
                "binding": binding,
                "verdict": RowVerdict.UNCHECKED,
                "choice": RowChoice.NONE,
                "outcome": RowOutcome.OPEN,
                "key_digest": None,
                "found_id": None,
                **known.get(number, {}),
                "content": content,
            }
            for (number, _), binding, content in zip(
                rows, bindings, sealed_rows(bindings, told), strict=True
            )
        ],
    )


def _column_of(kind: FieldKind, layout: Layout, subject: Subject) -> int | None:
    """Return where the first field of a kind stands; None where no column has it."""
    code = next((one.code for one in subject.fields if one.kind is kind), "")
    return next((column for column, one in layout.assigned.items() if one == code), None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _check_room(scope: Scope, most: int) -> None:
    statement = select(func.count()).where(
        Import.owner_id == scope.principal.user_id,
        Import.organization_id == scope.place.id,
        Import.status.in_(OPEN_IMPORTS),
    )
    if (db.session.scalar(statement) or 0) >= most:
        raise RuleViolation("", N_("没办完的名单有 %(most)d 份了，请先办完或删掉几份"), most=most)
