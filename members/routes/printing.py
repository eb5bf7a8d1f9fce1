"""The roster and the sign-in sheet on paper: names, no document numbers (ux.md B9)."""

from __future__ import annotations

from flask import render_template

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.web import asked, scope
from members.columns import Cells
from members.labels import LABELS
from members.queries.roster import read_rows, seen_by
from members.routes.blueprint import bp
from members.routes.narrowing import MAX_TEXT, address, asked_filters, shown_columns
from members.rules import tells_too_much
from members.rules.roster import Column, Use, parameters_of
from members.sources import chosen_words

SIGN = "sign"


@bp.get("/o/<org>/members/print")
@requires(Permission.MEMBERS_VIEW)
def print_members(org: str) -> str:
    """Show the filtered list as sheets of paper, up to the rows that paper is for."""
    text = asked("q", MAX_TEXT)
    text = "" if tells_too_much(text) else text
    today = clock.today()
    most = settings.value("rosters.print_rows", on=today)
    per_sheet = settings.value("rosters.sheet_rows", on=today)
    filters = seen_by(scope(), asked_filters(text))
    signs = asked("sheet") == SIGN and filters.on is None
    columns = (Column.NAME,) if signs else shown_columns(filters, Use.PRINT)
    rows = read_rows(scope(), filters, columns, size=most + 1)
    shown = rows[:most]
    return render_template(
        "members/print.html",
        place=scope().place,
        filters=filters,
        signs=signs,
        heads=[LABELS[Column][column] for column in columns],
        cells=Cells(columns, today),
        sheets=[shown[at : at + per_sheet] for at in range(0, len(shown), per_sheet)],
        per_sheet=per_sheet,
        count=len(shown),
        most=most if len(rows) > most else None,
        words=list(chosen_words(scope(), filters).values()),
        printed_at=clock.now(),
        back=address(org, {**parameters_of(filters), "q": text or None}),
    )
