"""Teams at their Red Cross: list, page, decisions, yearly review, grades of rescue teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import N_, RuleViolation
from core.switches import Module
from core.web import asked, invalid, principal, scope, see_other, sent
from volunteers.operations import teams
from volunteers.queries.teams import leaders_of, seat_in, steps_of_team, team_in, teams_in
from volunteers.routes.blueprint import bp
from volunteers.routes.own_teams import MAX_CODE
from volunteers.rules.teams import (
    TEAM_DECISIONS,
    TEAM_LIVE,
    TEAM_TRANSITIONS,
    TeamAction,
    TeamRole,
)
from volunteers.skills_forms import ReasonForm, RescueForm

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import Team


@bp.get("/o/<org>/teams")
@module(Module.TEAMS)
@requires(Permission.TEAMS_VIEW)
def list_teams(org: str) -> str:
    """Show the teams at and below an organization, the newest first."""
    page = teams_in(scope(), asked("after", MAX_CODE))
    return render_template("volunteers/teams.html", org=org, page=page)


@bp.get("/o/<org>/teams/<code>")
@module(Module.TEAMS)
@requires(Permission.TEAMS_VIEW)
def show_team(org: str, code: str) -> str:
    """Show one team with its leaders, its size and its history."""
    page = _page(org, _team(code), ReasonForm(formdata=None))
    return render_template("volunteers/team.html", **page)


@bp.post("/o/<org>/teams/<code>/decide")
@module(Module.TEAMS)
@requires(Permission.TEAMS_DECIDE)
def decide_team(org: str, code: str) -> ResponseReturnValue:
    """Approve, return, pass the review, ask to mend, or dissolve."""
    team, form = _team(code), ReasonForm()
    if form.accepts():
        try:
            teams.decide_team(
                team.code,
                _action(),
                form.note.data or "",
                handler_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_team", org=org, code=team.code, done="decided")
    return invalid("volunteers/team.html", **_page(org, team, form))


@bp.route("/o/<org>/teams/<code>/grade", methods=["GET", "POST"])
@module(Module.TEAMS)
@requires(Permission.TEAMS_DECIDE)
def grade_team(org: str, code: str) -> ResponseReturnValue:
    """Keep registration, grade and next assessment of a rescue team (VOL-12)."""
    team = _team(code)
    if not team.is_rescue or team.handler_id != scope().place.id:
        abort(404)
    next_on = team.assessment_on.isoformat() if team.assessment_on else ""
    facts = {"registration": team.registration, "grade": team.grade or ""}
    form = RescueForm(data={**facts, "assessment_on": next_on})
    form.offer()
    if form.accepts() and form.reads_well(form.facts):
        place_id, by = scope().place.id, Actor.of_scope(scope())
        try:
            teams.grade_team(team.code, form.facts(), handler_id=place_id, by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_team", org=org, code=team.code, done="graded")
    if request.method == "POST":
        return invalid("volunteers/team_grade.html", org=org, team=team, form=form)
    return render_template("volunteers/team_grade.html", org=org, team=team, form=form)


def _action() -> TeamAction:
    """Return what the pressed button asks for. Raises RuleViolation for what no button does."""
    act = sent("act")
    found = next((one for one in TEAM_DECISIONS if one.value == act), None)
    if found is None:
        raise RuleViolation("", N_("请重新选择"))
    return found


def _team(code: str) -> Team:
    team = team_in(scope(), code[:MAX_CODE])
    if team is None:
        abort(404)
    return team


def _page(org: str, team: Team, form: ReasonForm) -> dict[str, Any]:
    leaders, people = leaders_of(scope(), team.id)
    decides = scope().may(Permission.TEAMS_DECIDE) and team.handler_id == scope().place.id
    seat = seat_in(team.id, principal().person_id)
    leads = seat is not None and seat.role is TeamRole.LEADER
    is_own = leads or team.founder.person_id == principal().person_id
    acts = [one for one in TEAM_DECISIONS if (team.status, one) in TEAM_TRANSITIONS]
    return {
        "org": org,
        "team": team,
        "leaders": leaders,
        "people": people,
        "steps": steps_of_team(team.id),
        "acts": acts if decides and not is_own else [],
        "may_grade": decides and not is_own and team.is_rescue and team.status in TEAM_LIVE,
        "is_own": decides and is_own,
        "form": form,
        "done": asked("done", MAX_CODE),
    }
