"""The roster and the sign-in sheet on paper: names, no document numbers (ux.md B9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, url_for

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.web import asked, scope
from members.queries.rows import count_rows, read_rows, seen_by
from members.routes.blueprint import bp
from members.routes.narrowing import MAX_TEXT, address, asked_filters, shown_columns
from members.rules import MembershipKind, tells_too_much
from members.rules.exports import ExportSubject
from members.rules.roster import Column, Use, parameters_of
from members.sources import MEMBERS, chosen_words
from people.queries.minors import may_print_minors

if TYPE_CHECKING:
    from members.rostering import Roster
    from members.rules.roster import Filters

SIGN = "sign"


@bp.get("/o/<org>/members/print")
@requires(Permission.MEMBERS_VIEW)
def print_members(org: str) -> str:
    """Show the filtered list as sheets of paper, up to the rows that paper is for."""
    return print_page(MEMBERS, org)


def print_page(roster: Roster, org: str) -> str:
    """Return a list as sheets of paper."""
    text = asked("q", MAX_TEXT)
    text = "" if tells_too_much(text) else text
    today = clock.today()
    most = settings.value("rosters.print_rows", on=today)
    per_sheet = settings.value("rosters.sheet_rows", on=today)
    filters = seen_by(roster.subject, scope(), asked_filters(roster, text))
    if _holds_minors(roster, filters) and not may_print_minors(scope(), clock.now()):
        kept: dict[str, Any] = parameters_of(filters)
        export = url_for(roster.pages.export, org=org, **kept)
        return render_template("members/print_minors.html", roster=roster, export=export)
    signs = asked("sheet") == SIGN and filters.on is None
    columns = (Column.NAME,) if signs else shown_columns(roster, filters, Use.PRINT)
    rows = read_rows(roster.subject, scope(), filters, columns, size=most + 1)
    shown = rows[:most]
    return render_template(
        "members/print.html",
        place=scope().place,
        roster=roster,
        filters=filters,
        signs=signs,
        heads=[roster.heads[column] for column in columns],
        cells=roster.cells(columns),
        sheets=[shown[at : at + per_sheet] for at in range(0, len(shown), per_sheet)],
        per_sheet=per_sheet,
        count=len(shown),
        most=most if len(rows) > most else None,
        words=list(chosen_words(roster, scope(), filters).values()),
        printed_at=clock.now(),
        back=address(roster, org, {**parameters_of(filters), "q": text or None}),
    )


def _holds_minors(roster: Roster, filters: Filters) -> bool:
    """Return whether paper would carry names of people under 18: their list is by approval."""
    if roster.subject is ExportSubject.MEMBERS:
        return filters.kind is MembershipKind.YOUTH
    if filters.on is not None:
        return roster.count(scope(), filters).minors > 0
    return count_rows(roster.subject, scope(), filters, minors=True) > 0
