"""Entering one person on behalf: who it may be is told first, then it is done (ux.md S29)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core import clock, settings
from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from core.imports.rules import RowChoice, RowVerdict
from core.imports.subjects import Checked
from members.models import Application
from members.operations.entering import desk_of, enter_as
from members.operations.intake import judge, read_row
from members.queries.likeness import likeness_of
from members.rules import ApplicationKind, Paper


def compare(
    kind: ApplicationKind,
    values: Mapping[str, str],
    choice: RowChoice,
    scope: Scope,
    now: datetime,
) -> Checked:
    """Return what the values of a form tell: wrong fields, or whom it may be. Writes nothing."""
    today = clock.local(now).date()
    row = Checked(0, values, choice)
    row.facts = read_row(row, today, settings.value("members.min_age", on=today), kind)
    if row.facts is not None:
        judge(row, likeness_of([row.facts.signs], scope, kind), 0, scope, kind)
    return row


def is_free(row: Checked) -> bool:
    """Return whether a compared person may be entered as it stands."""
    decided = row.choice in {RowChoice.SAME, RowChoice.OTHER}
    return row.verdict is RowVerdict.GOOD or (row.verdict is RowVerdict.DOUBTFUL and decided)


def enter_one(
    kind: ApplicationKind, row: Checked, paper: Paper, scope: Scope, *, now: datetime
) -> Application:
    """Return the application of somebody who was just compared, entered with the signed paper.

    Raises RuleViolation where the organization is closed, TryAgainError where somebody else
    entered the same person at the same moment.
    """
    desk = desk_of(scope.place.id, by=Actor.of_scope(scope), now=now, paper=paper)
    application = enter_as(kind, row.facts.newcomer, desk)
    db.session.flush()
    return application
