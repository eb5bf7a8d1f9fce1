"""The sheet of a table: where its numbers come from, until when, who made it, what for."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from accounts.labels import LABELS as ACCOUNT_LABELS
from core import clock
from core.access.permissions import Role
from core.access.scope import Scope
from core.exports.writing import Sheet, write_xlsx
from core.filters import full_day
from core.i18n import gettext as _
from members.labels import LABELS
from members.rules.exports import ExportPurpose
from supervision.tables import Table

#: What Excel takes for the name of a sheet.
SHEET_NAME_MAX = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def sheet_of(table: Table, scope: Scope, purpose: ExportPurpose, count: int) -> Sheet:
    """Return what stands around the rows (STA-06, EXP-04)."""
    role = ACCOUNT_LABELS[Role][scope.post.role]
    made = _(
        "导出：%(who)s　%(at)s　用途：%(purpose)s",
        who=f"{scope.post.place.name} · {role}",
        at=f"{clock.local(clock.now()):%Y-%m-%d %H:%M}",
        purpose=str(LABELS[ExportPurpose][purpose]),
    )
    origin = _(
        "来源：%(source)s　数据截至：%(day)s", source=table.source, day=full_day(table.as_of)
    )
    return Sheet(
        name=table.title.translate(_NOT_IN_NAMES).strip()[:SHEET_NAME_MAX],
        above=[f"{scope.place.name} {table.title}", origin, made, *table.notes],
        heads=table.heads,
        below=[made],
        count=count,
    )


def workbook(sheet: Sheet, rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of text cells."""
    target = io.BytesIO()
    with TemporaryDirectory() as folder:
        write_xlsx(target, sheet, rows, Path(folder))
    return target.getvalue()
