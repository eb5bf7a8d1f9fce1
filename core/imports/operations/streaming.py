"""A long list by the command line: judged and written chunk by chunk, only what is left is kept.

How far it came stands in the same transaction as the rows, so that a command that was stopped
goes on where it stopped. Rows that did not fit are kept like those of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.imports.models import Import
from core.imports.operations.checking import change
from core.imports.operations.receiving import add_rows, build
from core.imports.operations.writing import count_written
from core.imports.rules import ImportAction, ImportStatus, Layout, RowOutcome, RowVerdict, assign
from core.imports.subjects import Checked, Subject, subject_of
from core.imports.tables import NumberedRow, refuse
from core.rules import N_, RuleViolation

COMMAND = "command"


def begin_stream(
    scope: Scope, subject: Subject, layout: Layout, fingerprint: str, *, now: datetime
) -> Import:
    """Return the import of a file: the one that was stopped in the middle, else a new one.

    Raises UnreadableError where the columns are not sure: nobody can be asked.
    """
    if not layout.is_sure:
        labels = [one.label for one in subject.fields if one.code in layout.missing]
        refuse(N_("还没有选哪一列是『%(label)s』"), label="、".join(labels))
    statement = select(Import).where(
        Import.fingerprint == fingerprint,
        Import.owner_id == scope.principal.user_id,
        Import.organization_id == scope.place.id,
        Import.status == ImportStatus.WRITING,
    )
    stopped = db.session.scalars(statement.order_by(Import.id.desc()).limit(1)).one_or_none()
    if stopped is not None:
        return stopped
    found = build(scope, subject, layout, COMMAND, now=now, fingerprint=fingerprint)
    for action in (ImportAction.CHECK, ImportAction.FINISH_CHECK, ImportAction.CONFIRM):
        change(found, action, now)
    found.confirmed_at = now
    record("imports.confirm", "import", found.id, by=Actor.of_scope(scope), source=COMMAND)
    return found


def take_rows(found: Import, rows: Sequence[NumberedRow], scope: Scope, *, now: datetime) -> int:
    """Judge and write rows of a file; return how many were written."""
    subject, assigned = subject_of(found.subject), found.assigned
    checked = [Checked(number, assign(cells, assigned)) for number, cells in rows]
    subject.check(checked, scope, now)
    good = _once(checked)
    subject.write(good, found, scope, now)
    left = {one.number: one for one in checked if one.outcome is RowOutcome.OPEN}
    kept = [(number, cells) for number, cells in rows if number in left]
    facts = {
        number: {
            "verdict": one.verdict,
            "key_digest": one.key,
            "found_id": one.found_id,
        }
        for number, one in left.items()
    }
    add_rows(found, kept, facts, {number: one.problems for number, one in left.items()})
    found.row_count += len(rows)
    found.position, found.touched_at = rows[-1][0], now
    return count_written(found, checked)


def finish_stream(found: Import, *, by: Actor, now: datetime) -> None:
    """Note that the file came to its end."""
    change(found, ImportAction.FINISH, now)
    record("imports.finish", "import", found.id, by=by, made=found.made, handed=found.handed)


def _once(checked: Sequence[Checked]) -> list[Checked]:
    """Return good rows; who stands in the chunk twice is refused the second time."""
    seen: dict[bytes, int] = {}
    good = []
    for one in checked:
        if one.verdict is not RowVerdict.GOOD:
            continue
        before = seen.setdefault(one.key, one.number) if one.key else one.number
        if before == one.number:
            good.append(one)
        else:
            one.refuse(RuleViolation("", N_("和第 %(row)d 行是同一人"), row=before))
    return good
