"""The quality list of organizations (ORG-04) and their member groups (ORG-03)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, scope, see_other
from organizations import lives, queries
from organizations.forms.life import NO, YES, GroupForm, ItemsForm, answers_form
from organizations.operations import life as operations
from organizations.routes.blueprint import answer, bp
from organizations.rules.life import GROUP_KINDS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.get("/o/<org>/checklist")
@requires(Permission.FIGURES_VIEW)
def show_checklist(org: str) -> str:
    """Show what an organization answered to the quality list of a year."""
    place, this_year = scope().place, clock.today().year
    year = _year(this_year)
    return render_template(
        "organizations/checklist.html",
        org=org,
        place=place,
        year=year,
        this_year=this_year,
        items=lives.items_of(year),
        answers=lives.answers_of(place.id, year),
        may_keep=scope().may(Permission.ORGANIZATION_KEEP),
        may_set=scope().may(Permission.CHECKLISTS_SET),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/checklist/edit", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_KEEP)
def answer_checklist(org: str) -> ResponseReturnValue:
    """Answer the quality list of this year or of the last, with what shows it."""
    place, this_year = scope().place, clock.today().year
    year = _year(this_year)
    items, known = lives.items_of(year), lives.answers_of(place.id, year)
    told: dict[str, str] = {}
    for number, item in enumerate(items):
        if item in known:
            told[f"met_{number}"] = YES if known[item].is_met else NO
            told[f"words_{number}"] = known[item].evidence
    form = answers_form(items)(data=told)
    form.offer()
    if form.accepts() and form.reads_well(*(partial(form.told, one) for one in range(len(items)))):
        told_now = {item: form.told(number) for number, item in enumerate(items)}
        organization = queries.organization_of_id(place.id)
        try:
            operations.answer_checklist(organization, year, told_now, **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.show_checklist", org=org, year=year, done="answered")
    page = {"org": org, "form": form, "year": year, "count": len(items)}
    return answer("organizations/checklist_form.html", **page)


@bp.route("/o/<org>/checklist/items", methods=["GET", "POST"])
@requires(Permission.CHECKLISTS_SET)
def set_checklist(org: str) -> ResponseReturnValue:
    """Enter what organizations are asked for from a year on."""
    year = clock.today().year
    form = ItemsForm(data={"items": "\n".join(lives.items_of(year)), "from_year": str(year)})
    if form.accepts() and form.reads_well(form.told_year):
        try:
            operations.set_checklist(
                form.told_year(), form.items.data or "", form.source.data or "", **_by()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.show_checklist", org=org, done="set")
    return answer(
        "organizations/checklist_items.html", org=org, form=form, lists=lives.checklists()
    )


@bp.get("/o/<org>/member-groups")
@requires(Permission.FIGURES_VIEW)
def list_groups(org: str) -> str:
    """Show the member groups of a village or a township; they are no organizations."""
    place = _grouped()
    return render_template(
        "organizations/groups.html",
        org=org,
        place=place,
        groups=lives.groups_of(place.id),
        is_place=place.kind in GROUP_KINDS,
        may_keep=scope().may(Permission.ORGANIZATION_KEEP),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/member-groups/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_KEEP)
def new_group(org: str) -> ResponseReturnValue:
    """Enter a member group."""
    organization, form = _grouped(), GroupForm()
    if form.accepts() and form.reads_well(form.facts):
        try:
            operations.add_group(organization, form.facts(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.list_groups", org=org, done="added")
    return answer("organizations/group_form.html", org=org, form=form, group=None)


@bp.route("/o/<org>/member-groups/<code>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_KEEP)
def edit_group(org: str, code: str) -> ResponseReturnValue:
    """Change a member group."""
    organization = _grouped()
    group = operations.group_of(organization, code[:MAX_CODE])
    told = {"name": group.name, "leader": group.leader, "heads": str(group.heads)}
    form = GroupForm(data=told)
    if form.accepts() and form.reads_well(form.facts):
        by = Actor.of_scope(scope())
        try:
            operations.change_group(organization, group.code, form.facts(), by=by)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.list_groups", org=org, done="changed")
    return answer("organizations/group_form.html", org=org, form=form, group=group)


@bp.post("/o/<org>/member-groups/<code>/end")
@requires(Permission.ORGANIZATION_KEEP)
def end_group(org: str, code: str) -> ResponseReturnValue:
    """End a member group; what was kept of it stays."""
    operations.end_group(_grouped(), code[:MAX_CODE], **_by())
    return see_other("organizations.list_groups", org=org, done="ended")


def _grouped() -> Any:
    return queries.organization_of_id(scope().place.id)


def _year(this_year: int) -> int:
    """Return the year that the address names: this one or the last two, else this one."""
    text = asked("year", 4)
    years = {str(this_year - back): this_year - back for back in range(3)}
    return years.get(text, this_year)


def _by() -> dict[str, Any]:
    return {"by": Actor.of_scope(scope()), "now": clock.now()}
