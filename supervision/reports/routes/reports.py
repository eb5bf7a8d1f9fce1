"""Reports: numbers on the screen, handing them over, checking and freezing (ux.md S48, C6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, asked_all, invalid, scope, see_other, sent
from supervision.blueprint import bp
from supervision.entries import OFFICES
from supervision.reports import rules, showing
from supervision.reports.forms import NoteForm, ReasonForm, reason_form
from supervision.reports.labels import TONES, period_text
from supervision.reports.operations import corrections
from supervision.reports.operations import reports as operations
from supervision.reports.queries import reports as queries
from supervision.reports.rules import ReportStatus
from supervision.tabling.forms import TakeForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from core.access.scope import Place
    from supervision.reports.queries.reports import Report

MAX_CODE = 12


@bp.get("/o/<org>/reports")
@requires(Permission.FIGURES_VIEW)
def list_reports(org: str) -> str:
    """Show the numbers of a period at once, with the way to hand them over and to the file."""
    place, today = scope().place, clock.today()
    known = queries.own_reports(place.id)
    waiting = [one for one in known if one.status in rules.OWN_TURN]
    period = _asked_period()
    if period is None:
        due = min(waiting, key=lambda one: (one.due_on, one.period), default=None)
        period = due.period if due else today.year * 100 + today.month
    found = next((one for one in known if one.period == period), None)
    return render_template(
        "reports/list.html",
        **_page(org, place, period, found or _older(place, period, known)),
        known=known,
        choices=_choices(org, period),
        is_office=place.level in OFFICES,
        has_below=scope().may(Permission.REPORTS_DECIDE),
        today=today,
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/reports/below")
@requires(Permission.FIGURES_VIEW)
def list_reports_below(org: str) -> str:
    """Show where the reports of lower places are, and freeze those that were accepted."""
    place = scope().place
    periods, chosen = queries.periods_below(place), _asked_period()
    if chosen is None:
        chosen = periods[0] if periods else rules.ended_periods(clock.today())[0]
    freezes = scope().may(Permission.REPORTS_FREEZE)
    return render_template(
        "reports/below.html",
        org=org,
        place=place,
        period=chosen,
        choices=[
            {
                "label": period_text(one),
                "url": url_for("supervision.list_reports_below", org=org, period=one),
                "current": one == chosen,
            }
            for one in periods
        ],
        page=queries.below(place, chosen, asked("after", MAX_CODE)),
        accepted=queries.count_accepted(place.id, chosen) if freezes else 0,
        period_text=period_text,
        tones=TONES,
        today=clock.today(),
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/reports/<code>")
@requires(Permission.FIGURES_VIEW)
def report(org: str, code: str) -> str:
    """Show one report: as it was submitted, what was corrected since, its history."""
    return render_template("reports/report.html", **_whole(org, _found(code)))


@bp.post("/o/<org>/reports/<code>/submit")
@requires(Permission.REPORTS_KEEP)
def submit_report(org: str, code: str) -> ResponseReturnValue:
    """Hand a report over with the values of this moment."""
    made = operations.submit(code[:MAX_CODE], scope(), now=clock.now())
    return see_other("supervision.list_reports", org=org, period=made.period, done="submitted")


@bp.post("/o/<org>/reports/<code>/check")
@requires(Permission.REPORTS_DECIDE)
def check_report(org: str, code: str) -> ResponseReturnValue:
    """Find a report right, as the city."""
    made = operations.check(code[:MAX_CODE], scope(), now=clock.now())
    return see_other("supervision.report", org=org, code=made.code)


@bp.post("/o/<org>/reports/<code>/accept")
@requires(Permission.REPORTS_DECIDE)
def accept_report(org: str, code: str) -> ResponseReturnValue:
    """Take a report over, as the province."""
    made = operations.accept(code[:MAX_CODE], scope(), now=clock.now())
    return see_other("supervision.report", org=org, code=made.code)


@bp.post("/o/<org>/reports/<code>/return")
@requires(Permission.REPORTS_DECIDE)
def return_report(org: str, code: str) -> ResponseReturnValue:
    """Give a report back to its place with a reason."""
    found, form = _found(code), NoteForm()
    if form.accepts():
        try:
            operations.give_back(found.code, form.note.data or "", scope(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.report", org=org, code=found.code)
    return invalid("reports/report.html", **_whole(org, found, note_form=form))


@bp.post("/o/<org>/reports/<code>/explain")
@requires(Permission.REPORTS_KEEP)
def explain_report(org: str, code: str) -> ResponseReturnValue:
    """Say why each frozen number was corrected; the next frozen report takes it up."""
    found = _found(code)
    _shown, waits = showing.corrections_of(found, scope())
    form = reason_form({one.indicator: one.name for one in waits})
    if form.accepts():
        try:
            told = form.told(one.indicator for one in waits)
            corrections.explain(found.code, told, scope(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.report", org=org, code=found.code)
    return invalid("reports/report.html", **_whole(org, found, reasons=form))


@bp.post("/o/<org>/reports/freeze")
@requires(Permission.REPORTS_FREEZE)
def freeze_reports(org: str) -> ResponseReturnValue:
    """Freeze the accepted reports of a period for good."""
    if len(request.form.getlist("period")) > 1:
        abort(422)
    period = rules.read_period(sent("period"), clock.today())
    operations.freeze(period, scope(), now=clock.now())
    return see_other("supervision.list_reports_below", org=org, period=period, done="frozen")


def _asked_period() -> int | None:
    """Return the period of the address, None without one; one that there is not is not found."""
    if len(asked_all("period")) > 1:
        abort(422)
    text = asked("period")
    if not text:
        return None
    try:
        return rules.read_period(text, clock.today())
    except RuleViolation:
        abort(404)


def _older(place: Place, period: int, known: Sequence[queries.Brief]) -> Report | None:
    """Return the report of a period that is older than those listed."""
    return queries.report_of(place.id, period) if len(known) == queries.OWN else None


def _found(code: str) -> Report:
    found = queries.report_in(scope(), code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _choices(org: str, chosen: int) -> list[dict[str, object]]:
    today = clock.today()
    month, year = rules.ended_periods(today)
    offered = dict.fromkeys([today.year * 100 + today.month, month, today.year, year, chosen])
    return [
        {
            "label": period_text(one),
            "url": url_for("supervision.list_reports", org=org, period=one),
            "current": one == chosen,
        }
        for one in offered
        if one >= rules.FIRST_YEAR
    ]


def _page(
    org: str, place: Place, period: int, found: Report | queries.Brief | None
) -> dict[str, Any]:
    return {
        "org": org,
        "place": place,
        "period": period,
        "report": found,
        "numbers": showing.numbers_of(place, period, found, scope()),
        "may": showing.may_do(found, scope()) if found is not None else frozenset(),
        "form": TakeForm(),
        "export_url": url_for("supervision.export_table", org=org, name="report", period=period),
        "print_url": url_for("supervision.table", org=org, name="report", period=period, print="1"),
        "period_text": period_text,
        "tones": TONES,
    }


def _whole(
    org: str,
    found: Report,
    note_form: NoteForm | None = None,
    reasons: ReasonForm | None = None,
) -> dict[str, Any]:
    shown, waits = showing.corrections_of(found, scope())
    return {
        **_page(org, scope().place, found.period, found),
        "corrections": shown,
        "waits": waits,
        "steps": queries.steps_of(found.id),
        "note_form": note_form or NoteForm(),
        "reason_form": reasons or reason_form({one.indicator: one.name for one in waits}),
        "reason_field": rules.reason_field,
        "is_frozen": found.status is ReportStatus.FROZEN,
    }
