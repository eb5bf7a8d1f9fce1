"""Lists are kept for some weeks; then their rows are removed, the numbers stay (PRI-12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from core import clock, settings
from core.audit.operations import SYSTEM, record
from core.database import db
from core.imports.models import Import, ImportRow
from core.imports.operations.writing import remove_rows
from core.imports.rules import OPEN_IMPORTS, ImportStatus

MOST = 200


def purge(now: datetime) -> int:
    """Remove the rows of lists that nobody touched for the days of the setting; return how many.

    An unfinished list is dropped. Doing it again finds nothing.
    """
    days = settings.value("imports.keep_days", on=clock.local(now).date())
    has_rows = exists().where(ImportRow.import_id == Import.id)
    statement = (
        select(Import)
        .where(Import.touched_at < now - timedelta(days=days), has_rows)
        .order_by(Import.id)
        .limit(MOST)
        .with_for_update()
    )
    found = db.session.scalars(statement).all()
    for one in found:
        if one.status in OPEN_IMPORTS:
            one.status = ImportStatus.DROPPED
        record("imports.purge", "import", one.id, by=SYSTEM)
    if found:
        remove_rows([one.id for one in found])
    db.session.flush()
    return len(found)
