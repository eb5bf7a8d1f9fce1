"""Teams for a volunteer: found one, join, leave, and answer as a leader (VOL-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import module, signed_in
from core.audit.operations import Actor
from core.forms import AppForm
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, principal, see_other, sent
from volunteers import queries
from volunteers.operations import seats, teams
from volunteers.queries.teams import (
    mates_of,
    own_seats,
    seat_in,
    steps_of_team,
    team_for,
    teams_near,
)
from volunteers.routes.blueprint import bp
from volunteers.routes.own import not_yet
from volunteers.rules.teams import TEAM_LIVE, SeatStatus, TeamRole, TeamStatus
from volunteers.skills_forms import TeamForm

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import Team

MAX_CODE = 12
DONE = {"join": "asked", "leave": "left", "withdraw": "withdrawn"}


@bp.get("/me/teams")
@module(Module.TEAMS)
@signed_in
def own_teams() -> str:
    """Show one's own teams, and those of the county that one may join."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    return render_template(
        "volunteers/own_teams.html",
        seats=own_seats(volunteer.person_id),
        page=teams_near(volunteer, asked("after", MAX_CODE)),
        done=asked("done", MAX_CODE),
    )


@bp.route("/me/teams/new", methods=["GET", "POST"])
@module(Module.TEAMS)
@signed_in
def found_team() -> ResponseReturnValue:
    """Apply to found a team."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    form = TeamForm()
    form.offer()
    if form.accepts() and form.reads_well(form.facts):
        try:
            team = teams.found_team(
                volunteer.person_id, form.facts(), by=_myself(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_team", code=team.code, done="sent")
    return _form(form=form, team=None)


@bp.route("/me/teams/<code>/edit", methods=["GET", "POST"])
@module(Module.TEAMS)
@signed_in
def amend_team(code: str) -> ResponseReturnValue:
    """Mend a founding application that came back, and hand it in again."""
    team = _team(code)
    if team.founder.person_id != principal().person_id:
        abort(404)
    facts = {"name": team.name, "purpose": team.purpose, "field": team.field}
    form = TeamForm(data={**facts, "is_rescue": team.is_rescue})
    form.offer()
    if form.accepts() and form.reads_well(form.facts):
        person_id = team.founder.person_id
        try:
            teams.amend_team(person_id, team.code, form.facts(), by=_myself(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_team", code=team.code, done="sent")
    return _form(form=form, team=team)


@bp.get("/me/teams/<code>")
@module(Module.TEAMS)
@signed_in
def own_team(code: str) -> str:
    """Show a team; its leader sees who belongs to it, with no more than he needs."""
    return render_template("volunteers/own_team.html", **_page(_team(code), AppForm(formdata=None)))


@bp.post("/me/teams/<code>/act")
@module(Module.TEAMS)
@signed_in
def act_in_team(code: str) -> ResponseReturnValue:
    """Ask to join, leave, or take the founding application back."""
    team, form = _team(code), AppForm()
    act, person_id = sent("act"), principal().person_id or 0
    acts = {"join": seats.ask_to_join, "leave": seats.leave_team, "withdraw": teams.withdraw_team}
    if act not in acts:
        abort(404)
    if form.accepts():
        try:
            acts[act](person_id, team.code, by=_myself(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_teams", done=DONE[act])
    return invalid("volunteers/own_team.html", **_page(team, form))


@bp.post("/me/teams/<code>/answer")
@module(Module.TEAMS)
@signed_in
def answer_mate(code: str) -> ResponseReturnValue:
    """Let a leader accept, decline or make another leader."""
    team, form = _team(code), AppForm()
    seat, act = sent("seat", MAX_CODE), sent("act")
    if form.accepts():
        try:
            seats.answer_seat(
                principal().person_id or 0, team.code, seat, act, by=_myself(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_team", code=team.code, done="answered")
    return invalid("volunteers/own_team.html", **_page(team, form))


def _team(code: str) -> Team:
    team = team_for(principal().person_id, code[:MAX_CODE])
    if team is None:
        abort(404)
    return team


def _page(team: Team, form: AppForm) -> dict[str, Any]:
    seat = seat_in(team.id, principal().person_id)
    is_in = seat is not None and seat.status is SeatStatus.IN
    leads = is_in and seat is not None and seat.role is TeamRole.LEADER
    is_founder = team.founder.person_id == principal().person_id
    is_open = team.status in (TeamStatus.SUBMITTED, TeamStatus.RETURNED)
    return {
        "team": team,
        "form": form,
        "seat": seat,
        "leads": leads,
        "may_join": seat is None and team.status in TEAM_LIVE,
        "is_live": team.status in TEAM_LIVE,
        "may_withdraw": is_founder and is_open,
        "may_amend": is_founder and team.status is TeamStatus.RETURNED,
        "mates": mates_of(team.id, with_phones=True) if leads else [],
        "steps": steps_of_team(team.id) if is_founder or leads else [],
        "done": asked("done", MAX_CODE),
    }


def _myself() -> Actor:
    return Actor.of_principal(principal())


def _form(**page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid("volunteers/own_team_form.html", **page)
    return render_template("volunteers/own_team_form.html", **page)
