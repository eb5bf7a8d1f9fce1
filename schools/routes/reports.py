"""The yearly report of a school: at the school, on paper, and at the county (S25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from organizations.queries import discretion_of, organization_of_id
from schools.activity_forms import ReportForm, ReturnForm
from schools.operations import reports as operations
from schools.queries import reports as queries
from schools.routes.blueprint import bp
from schools.rules.classes import GRADE_NAMES
from schools.rules.register import SchoolStage
from schools.rules.reports import (
    FIRST_YEAR,
    REPORT_TRANSITIONS,
    ReportAction,
    ReportFigures,
    ReportStatus,
    shown_grades,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
TONES = {
    ReportStatus.SUBMITTED: "info",
    ReportStatus.RETURNED: "warn",
    ReportStatus.ACCEPTED: "ok",
}


@bp.get("/o/<org>/report")
@requires(Permission.PUPILS_VIEW)
def school_report(org: str) -> str:
    """Show the report of a year: frozen where it was submitted, else as counted now."""
    return render_template("schools/report.html", **_own(org, _year(), ReportForm(formdata=None)))


@bp.get("/o/<org>/report/print")
@requires(Permission.PUPILS_VIEW)
def print_report(org: str) -> str:
    """Show the report of a year made for paper."""
    return render_template("schools/report_print.html", **_own(org, _year(), None))


@bp.post("/o/<org>/report/submit")
@requires(Permission.PUPILS_KEEP)
def submit_report(org: str) -> ResponseReturnValue:
    """Submit the report of a year that is over."""
    form, year = ReportForm(), _known_year(sent("year", 4))
    if form.accepts():
        try:
            operations.submit_report(
                scope().place.id,
                year,
                form.remark.data or "",
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.school_report", org=org, year=year, done="submitted")
    return invalid("schools/report.html", **_own(org, year, form))


def _year() -> int:
    """Return the year that is asked for; without one, the last that is over."""
    return _known_year(asked("year", 4))


def _known_year(typed: str) -> int:
    today = clock.today()
    if not typed:
        return today.year - 1
    year = int(typed) if typed.isascii() and typed.isdigit() else 0
    return year if FIRST_YEAR <= year <= today.year else abort(404)


def _own(org: str, year: int, form: ReportForm | None) -> dict[str, Any]:
    place, today = scope().place, clock.today()
    report = queries.report_of_year(place.id, year)
    stands = report is not None and report.status is not ReportStatus.RETURNED
    told = (
        queries.unpacked(report.figures)
        if report is not None and stands
        else queries.figures_of(organization_of_id(place.id), year, today)
    )
    if form is not None and report is not None and form.remark.data is None:
        form.remark.data = report.remark
    return {
        **_told(told, 0),
        "org": org,
        "place": place,
        "year": year,
        "report": report,
        "form": form,
        "may_submit": scope().may(Permission.PUPILS_KEEP) and not stands and year < today.year,
        "years": [one for one in range(today.year, today.year - 4, -1) if one >= FIRST_YEAR],
        "done": asked("done", MAX_CODE),
        "steps": queries.steps_of_report(report.id) if report is not None else [],
        "tones": TONES,
    }


def _told(told: ReportFigures, floor: int) -> dict[str, Any]:
    """Return what every page of a report shows of its figures."""
    return {
        "told": told,
        "floor": floor,
        "grades": shown_grades(told.grades, floor),
        "grade_names": GRADE_NAMES,
        "stage": SchoolStage(told.stage) if told.stage else None,
    }


@bp.get("/o/<org>/school-reports")
@requires(Permission.SCHOOLS_KEEP)
def list_reports(org: str) -> str:
    """Show the schools of the county and where their reports of a year are."""
    year = _year()
    return render_template(
        "schools/reports.html",
        org=org,
        place=scope().place,
        year=year,
        years=list(range(clock.today().year - 1, clock.today().year - 4, -1)),
        page=queries.reports_due(scope(), year, asked("after", MAX_CODE)),
        done=asked("done", MAX_CODE),
        tones=TONES,
    )


@bp.get("/o/<org>/school-reports/<code>")
@requires(Permission.SCHOOLS_KEEP)
def show_report(org: str, code: str) -> str:
    """Show a report at the county: numbers only, small groups hidden."""
    return render_template(
        "schools/report_above.html", **_above(org, _report(code), ReturnForm(formdata=None))
    )


@bp.post("/o/<org>/school-reports/<code>/accept")
@requires(Permission.SCHOOLS_KEEP)
def accept_report(org: str, code: str) -> ResponseReturnValue:
    """Accept a report."""
    _report(code)
    operations.accept_report(
        code, county_id=scope().place.id, by=Actor.of_scope(scope()), now=clock.now()
    )
    return see_other("schools.show_report", org=org, code=code, done="accepted")


@bp.post("/o/<org>/school-reports/<code>/return")
@requires(Permission.SCHOOLS_KEEP)
def return_report(org: str, code: str) -> ResponseReturnValue:
    """Give a report back with a reason."""
    report, form = _report(code), ReturnForm()
    if form.accepts():
        try:
            operations.return_report(
                code,
                form.note.data or "",
                county_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_report", org=org, code=code, done="returned")
    return invalid("schools/report_above.html", **_above(org, report, form))


def _report(code: str) -> Any:
    found = queries.report_at(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _above(org: str, report: Any, form: ReturnForm) -> dict[str, Any]:
    floor = discretion_of(scope(), clock.today()).floor
    return {
        **_told(queries.unpacked(report.figures), floor),
        "org": org,
        "place": scope().place,
        "year": report.year,
        "report": report,
        "form": form,
        "waits": (report.status, ReportAction.ACCEPT) in REPORT_TRANSITIONS,
        "done": asked("done", MAX_CODE),
        "steps": queries.steps_of_report(report.id),
        "tones": TONES,
    }
