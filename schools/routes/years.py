"""Moving up into the next school year: the preview, who does not go along, undo (ux.md S35, T5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other, sent
from schools.forms.offers import PickForm
from schools.forms.years import ALONG, MoveUpForm, PlanForm
from schools.operations import years as operations
from schools.operations.overdue_offers import send_back
from schools.queries import years as queries
from schools.queries.missed_years import first_year_of
from schools.queries.overdue_offers import owing_to
from schools.routes.blueprint import bp, school_here
from schools.rules.years import RunStatus, undo_until
from schools.titles import title_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.route("/o/<org>/year", methods=["GET", "POST"])
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def show_year(org: str) -> ResponseReturnValue:
    """Show what becomes of each class, and move everybody up when that is confirmed."""
    school, now = school_here(), clock.now()
    form, year = MoveUpForm(), operations.year_now(now)
    first = first_year_of(school.organization_id, year)
    if form.accepts():
        job = operations.start_run(scope(), now=now)
        if job is None:
            return see_other("schools.show_year", org=org)
        return see_other("jobs.job", code=job.code)
    runs = queries.runs_of(school.organization_id)
    run = runs.get(first)
    is_done = run is not None and run.status is RunStatus.DONE
    days = settings.value("years.undo_days", on=clock.today())
    last_year = queries.last_done(runs, year)
    last = runs.get(last_year)
    is_last = last is not None and last.status is RunStatus.DONE
    until = undo_until(last.done_at, days) if is_last and last and last.done_at else None
    page = render_template(
        "schools/year.html",
        org=org,
        form=form,
        year=year,
        missed=year - first,
        run=run if run is not None and run.status is not RunStatus.UNDONE else None,
        steps=[] if is_done else queries.preview(school.organization_id, school.stage, year, first),
        undo_until=clock.local(until).date() if until and now <= until else None,
        undo_year=last_year,
        days=days,
        title_of=title_of,
    )
    return page, 422 if form.errors else 200


@bp.post("/o/<org>/year/undo")
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def undo_year(org: str) -> ResponseReturnValue:
    """Take the school back into the year that ended."""
    school, now = school_here(), clock.now()
    year = operations.year_to_undo(school.organization_id, now)
    by = Actor.of_scope(scope())
    operations.undo_run(school.organization_id, year, by=by, now=now)
    return see_other("schools.show_year", org=org)


@bp.get("/o/<org>/year/<code>")
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def show_year_class(org: str, code: str) -> str:
    """Show the pupils of a class with what each does when it moves up."""
    school, year = school_here(), operations.year_now(clock.now())
    found = queries.class_of_year(school.organization_id, year, code[:MAX_CODE])
    if found is None:
        abort(404)
    return render_template(
        "schools/year_class.html",
        org=org,
        found=found,
        page=queries.pupils_to_move(found, found.year + 1, asked("after", MAX_CODE)),
        title_of=title_of,
    )


@bp.route("/o/<org>/year/pupils/<code>", methods=["GET", "POST"])
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def plan_pupil(org: str, code: str) -> ResponseReturnValue:
    """Choose what a pupil does when the class moves up; below stand the classes of each year."""
    school, now = school_here(), clock.now()
    pupil = queries.pupil_to_move(school.organization_id, code[:MAX_CODE])
    if pupil is None or pupil.school_class is None:
        abort(404)
    old = pupil.school_class
    year = min(old.year + 1, operations.year_now(now))
    plan = queries.exception_of(pupil.id, year)
    form = PlanForm()
    steps = queries.preview(school.organization_id, school.stage, year, year)
    form.offer(queries.next_classes(steps, school.organization_id, year))
    if form.accepts():
        try:
            goal = form.plan(school.stage, old.grade, old.number)
            by = Actor.of_scope(scope())
            operations.set_exception(pupil, goal, year=year, by=by, now=now)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_year_class", org=org, code=old.code)
    shown = {
        "org": org,
        "form": form,
        "pupil": pupil,
        "old": old,
        "history": queries.history_of(pupil),
        "title_of": title_of,
    }
    if request.method == "POST":
        return invalid("schools/year_pupil.html", **shown)
    form.kind.data = plan.kind if plan else ALONG
    form.goal.data = f"{plan.grade}-{plan.number}" if plan and plan.grade else ""
    return render_template("schools/year_pupil.html", **shown)


@bp.route("/o/<org>/schools/year", methods=["GET", "POST"])
@module(Module.SCHOOL_YEARS)
@requires(Permission.SCHOOLS_KEEP)
def show_county_year(org: str) -> ResponseReturnValue:
    """Show how far the schools of the county are, and move up all that have not: no names."""
    now = clock.now()
    form, year = MoveUpForm(), operations.year_now(now)
    if form.accepts():
        job = operations.start_runs(scope(), now=now)
        if job is None:
            return see_other("schools.show_county_year", org=org)
        return see_other("jobs.job", code=job.code)
    page = render_template(
        "schools/year_county.html",
        org=org,
        form=form,
        year=year,
        place=scope().place,
        floor=settings.value("figures.small_group", on=clock.today()),
        progress=queries.progress_of(scope().place.id, year),
        days=settings.value("years.undo_days", on=clock.today()),
        today=clock.today(),
    )
    return page, 422 if form.errors else 200


@bp.route("/o/<org>/schools/owing", methods=["GET", "POST"])
@module(Module.SCHOOL_YEARS)
@requires(Permission.MEMBERS_PLACE)
def list_owing(org: str) -> ResponseReturnValue:
    """Show which schools did not answer in time, and send pupils back: numbers, no names."""
    form, office_id = PickForm(), scope().place.id
    if form.accepts():
        by = Actor.of_scope(scope())
        send_back(sent("school", MAX_CODE), office_id=office_id, by=by, now=clock.now())
        return see_other("schools.list_owing", org=org)
    page = render_template(
        "schools/owing.html",
        org=org,
        form=form,
        place=scope().place,
        page=owing_to(office_id, asked("after", MAX_CODE)),
        floor=settings.value("figures.small_group", on=clock.today()),
    )
    return page, 422 if form.errors else 200
