"""Schools: coverage by branches, the county's list, drill-down to the schools without a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from organizations import lives
from organizations.listing import children
from organizations.queries import discretion_of, organization_of_id
from schools.forms.register import ActForm, EndForm, SchoolForm
from schools.narrowing import choices
from schools.operations import ending
from schools.operations import register as operations
from schools.queries import coverage, foundings
from schools.queries import register as queries
from schools.routes.blueprint import bp
from schools.rules.classes import school_year_of
from schools.rules.register import SchoolStage, SchoolStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE, MAX_TEXT = 12, 60


@bp.get("/o/<org>/schools")
@requires(Permission.FIGURES_VIEW)
def list_schools(org: str) -> str:
    """Show the coverage here and, below the county's, each school; those missing come first."""
    place = scope().place
    after = asked("after", MAX_CODE)
    if place.level in {Level.PROVINCE, Level.CITY}:
        page = children(place, after)
        return render_template(
            "schools/levels.html",
            org=org,
            place=place,
            page=page,
            coverage=queries.coverage_of([place.id, *(row.id for row in page.rows)]),
            today=clock.today(),
        )
    narrowed = _narrowed()
    told = _asked(narrowed)
    return render_template(
        "schools/list.html",
        org=org,
        place=place,
        narrowed=narrowed,
        asked=told,
        kept={key: value for key, value in told.items() if key != "q"},
        is_narrowed=bool({"scope", "stage", "status"} & told.keys()),
        choices=choices(org, told),
        may_keep=scope().may(Permission.SCHOOLS_KEEP),
        page=queries.schools_of(scope(), after, narrowed=narrowed),
        coverage=queries.coverage_of([place.id]),
        today=clock.today(),
    )


@bp.get("/o/<org>/schools/coverage")
@requires(Permission.FIGURES_VIEW)
def show_coverage(org: str) -> str:
    """Show the coverage by stage and by year, and the shares of youth; both numbers each."""
    place, today = scope().place, clock.today()
    youth = coverage.youth_at(place, today)
    return render_template(
        "schools/coverage.html",
        org=org,
        place=place,
        coverage=queries.coverage_of([place.id]),
        stages=coverage.coverage_by_stage(place),
        years=coverage.coverage_by_year(place),
        this_year=school_year_of(today),
        youth=youth,
        hidden=youth.hidden_by(discretion_of(scope(), today), place.id),
        today=today,
    )


@bp.get("/o/<org>/schools/missing")
@requires(Permission.FIGURES_VIEW)
def list_missing(org: str) -> str:
    """Show the schools without a branch at and under a place, with the officers in charge."""
    place, today = scope().place, clock.today()
    stage = _stage(asked("stage"))
    page = coverage.missing_at(place, stage, asked("after", MAX_CODE))
    return render_template(
        "schools/missing.html",
        org=org,
        place=place,
        stage=stage,
        page=page,
        officers=coverage.officers_of({row.county_id for row in page.rows}, today),
        coverage=queries.coverage_of([place.id]),
        today=today,
    )


@bp.get("/o/<org>/schools/<code>")
@requires(Permission.FIGURES_VIEW)
def show_school(org: str, code: str) -> str:
    """Show a school of the list: its branch, councils, honours, years and history."""
    page = school_page(org, code)
    return render_template("schools/school.html", form=ActForm(formdata=None), **page)


@bp.route("/o/<org>/schools/new", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def new_school(org: str) -> ResponseReturnValue:
    """Put a school on the list."""
    form = SchoolForm(data={"scope": "in"})
    form.offer()
    readers = (form.told_code, form.told_name, form.told_stage, form.told_reason)
    if form.accepts() and form.reads_well(*readers, form.told_enrolled):
        try:
            operations.add_school(form.facts(), _county(), by=Actor.of_scope(scope()))
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            code = form.told_code()
            return see_other("schools.show_school", org=org, code=code, done="added")
    return answer("schools/school_form.html", org=org, form=form, school=None)


@bp.route("/o/<org>/schools/<code>/edit", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def edit_school(org: str, code: str) -> ResponseReturnValue:
    """Change what the list tells of a school."""
    school = school_of(code)
    enrolled = queries.enrolled_of(school.id)
    told: dict[str, Any] = {
        "name": school.name,
        "stage": school.stage.value,
        "scope": "in" if school.is_in_scope else "out",
        "reason": school.scope_reason,
        "enrolled": "" if enrolled is None else str(enrolled),
    }
    form = SchoolForm(data=told)
    form.offer()
    form.code.data = school.code
    readers = (form.told_name, form.told_stage, form.told_reason, form.told_enrolled)
    if form.accepts() and form.reads_well(*readers):
        form.code.data = school.code
        try:
            operations.change_school(form.facts(), _county(), by=Actor.of_scope(scope()))
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_school", org=org, code=code, done="changed")
    return answer("schools/school_form.html", org=org, form=form, school=school)


@bp.route("/o/<org>/schools/<code>/end", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def end_school(org: str, code: str) -> ResponseReturnValue:
    """Merge a school into another one, or close it; its history stays."""
    school, form = school_of(code), EndForm()
    text = asked("q", MAX_TEXT)
    form.offer(queries.others_of(school, text))
    if form.accepts() and form.reads_well(form.day):
        into, words = (form.into.data or "")[:MAX_CODE], form.note.data or ""
        keeper: dict[str, Any] = {
            "county_id": scope().place.id,
            "by": Actor.of_scope(scope()),
            "now": clock.now(),
        }
        try:
            if into:
                ending.merge_school(school.code, into, form.day(), words, **keeper)
            else:
                ending.close_school(school.code, form.day(), words, **keeper)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_school", org=org, code=code, done="ended")
    branch = queries.branch_of_school(school)
    return answer("schools/end.html", org=org, form=form, school=school, text=text, branch=branch)


@bp.post("/o/<org>/schools/<code>/reopen")
@requires(Permission.SCHOOLS_KEEP)
def reopen_school(org: str, code: str) -> ResponseReturnValue:
    """Take back the end of a school that was a mistake."""
    school = school_of(code)
    by, now = Actor.of_scope(scope()), clock.now()
    ending.reopen_school(school.code, county_id=scope().place.id, by=by, now=now)
    return see_other("schools.show_school", org=org, code=code, done="reopened")


def school_of(code: str) -> Any:
    """Return the school of the county's list that an address names, or end with 404."""
    found = queries.school_at(scope().place, code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def school_page(org: str, code: str) -> dict[str, Any]:
    """Return what the page of a school shows."""
    school = school_of(code)
    under_way = foundings.foundings_of(school.id)
    return {
        "org": org,
        "school": school,
        "branch": queries.branch_of_school(school),
        "listings": queries.listings_of(school.id),
        "events": queries.events_of(school.id),
        "honours": queries.honours_of(school.id),
        "foundings": under_way,
        "is_under_way": foundings.is_under_way(under_way),
        "councils": lives.councils_of(school.organization_id),
        "may_keep": scope().may(Permission.SCHOOLS_KEEP),
        "done": asked("done", MAX_CODE),
    }


def answer(template: str, **page: Any) -> ResponseReturnValue:
    """Return the page of a form: with 422 where it was sent and something is wrong."""
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)


def _county() -> Any:
    return organization_of_id(scope().place.id)


def _stage(text: str) -> SchoolStage | None:
    return next((stage for stage in SchoolStage if stage.value == text), None)


def _narrowed() -> queries.Narrowed:
    """Return what the address narrows the list to; a value that nobody offers is the usual one."""
    branch, scope_, status = asked("branch"), asked("scope"), asked("status")
    return queries.Narrowed(
        asked("q", MAX_TEXT),
        _stage(asked("stage")),
        branch if branch in queries.BRANCHES else "",
        "" if scope_ == "all" else "out" if scope_ == "out" else "in",
        next((one for one in SchoolStatus if one.value == status), SchoolStatus.OPEN),
    )


def _asked(narrowed: queries.Narrowed) -> dict[str, str]:
    """Return the narrowing as the address carries it, without what is usual."""
    told = {
        "q": narrowed.text,
        "stage": narrowed.stage or "",
        "branch": narrowed.branch,
        "scope": {"in": "", "": "all"}.get(narrowed.scope, narrowed.scope),
        "status": "" if narrowed.status is SchoolStatus.OPEN else narrowed.status.value,
    }
    return {key: str(value) for key, value in told.items() if value}
