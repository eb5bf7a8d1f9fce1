"""The page on which rows are mended and compared before anything is written (ux.md S38)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.imports import operations
from core.imports.forms import ActForm, cells_of, choice_of
from core.imports.queries import (
    counts_of,
    foretold,
    row_at,
    rows_in_order,
    rows_skipped,
    rows_to_mend,
)
from core.imports.routes.blueprint import bp, go_to, held, shown
from core.imports.rules import ImportStatus, RowChoice
from core.imports.subjects import subject_of
from core.rules import RuleViolation
from core.web import invalid, scope, see_other, wants_fragment

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.imports.queries import Import, Shown

NUMBER = re.compile(r"[0-9]{1,9}")
CELL = re.compile(r"([0-9]{1,9})-[a-z_]{1,32}")
MOST_AT_ONCE = 60


@bp.route("/o/<org>/imports/<code>/check", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ENTER)
def check(org: str, code: str) -> ResponseReturnValue:
    """Show what has to be mended; save what was mended, all rows of the page at once."""
    found = shown(code)
    if found.status is not ImportStatus.READY:
        return go_to(org, found)
    form = ActForm()
    if form.accepts():
        _save(held(code))
        return see_other("imports.check", org=org, code=code)
    return render_template("imports/check.html", **_page(org, found, form))


@bp.post("/o/<org>/imports/<code>/row")
@requires(Permission.PEOPLE_ENTER)
def mend_row(org: str, code: str) -> ResponseReturnValue:
    """Save one row and show it again with the counts; the whole page without JavaScript."""
    found, number = held(code), request.form.get("number", "")
    if not ActForm().accepts() or not NUMBER.fullmatch(number):
        return invalid("imports/check.html", **_page(org, found, ActForm()))
    _save(found, only=int(number))
    if not wants_fragment():
        return see_other("imports.check", org=org, code=code)
    row = row_at(found, int(number))
    if row is None:
        abort(404)
    return render_template("imports/_answer.html", row=row, **_page(org, found, ActForm()))


@bp.post("/o/<org>/imports/<code>/confirm")
@requires(Permission.PEOPLE_ENTER)
def confirm(org: str, code: str) -> ResponseReturnValue:
    """Save what was typed on the page, then write every row that is in order."""
    found, form = held(code), ActForm()
    if not form.accepts():
        return invalid("imports/check.html", **_page(org, found, form))
    try:
        if found.status is ImportStatus.READY:
            _save(found)
        job = operations.confirm(found, scope(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("imports/check.html", **_page(org, found, form))
    del job
    return see_other("imports.show", org=org, code=code)


def _save(found: Import, only: int | None = None) -> None:
    """Mend the rows that the form brought and that differ from what is kept."""
    sent = {int(match[1]) for name in request.form if (match := CELL.fullmatch(name))}
    skip = request.form.get("skip", "")
    take = request.form.get("take", "")
    sent |= {int(one) for one in (skip, take) if NUMBER.fullmatch(one)}
    wanted = sorted(sent if only is None else sent & {only})
    for number in wanted[:MOST_AT_ONCE]:
        row = row_at(found, number)
        if row is None:
            abort(404)
        codes = [one.code for one in row.fields]
        typed = cells_of(request.form, codes, f"{number}-")
        choice = _choice(row, number, skip=skip, take=take)
        if choice is row.choice and all(row.values[code] == typed[code] for code in typed):
            continue
        operations.mend(found, number, typed, choice, scope(), now=clock.now())


def _choice(row: Shown, number: int, *, skip: str, take: str) -> RowChoice:
    if skip == str(number):
        return RowChoice.SKIP
    if take == str(number):
        return RowChoice.NONE
    typed = request.form.get(f"{number}-choice")
    return row.choice if typed is None else choice_of(typed)


def _page(org: str, found: Import, form: ActForm) -> dict[str, Any]:
    subject = subject_of(found.subject)
    return {
        "org": org,
        "form": form,
        "found": found,
        "subject": subject,
        "counts": counts_of(found),
        "to_mend": rows_to_mend(found),
        "skipped": rows_skipped(found),
        "in_order": rows_in_order(found),
        "layout": found.layout,
        "choices": RowChoice,
        "foretold": foretold(found, scope()),
    }
