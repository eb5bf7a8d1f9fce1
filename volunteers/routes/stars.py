"""Stars: one's own and notices near by, the keeper's list, and what he does to one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import module, requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, principal, scope, see_other
from volunteers import operations, queries
from volunteers.forms import StarEndForm, StarNoteForm
from volunteers.queries import stars as reading
from volunteers.queries.counting import grades_of
from volunteers.routes.blueprint import bp
from volunteers.rules.stars import STAR_OPEN, StarAction, StarStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import StarGrant, Volunteer

MAX_CODE = 12
TONES = {
    StarStatus.APPLIED: "warn",
    StarStatus.CHECKED: "warn",
    StarStatus.NOTICED: "neutral",
    StarStatus.OBJECTED: "error",
    StarStatus.GRANTED: "ok",
    StarStatus.REFUSED: "neutral",
    StarStatus.REVOKED: "error",
}


@bp.route("/me/stars", methods=["GET", "POST"])
@module(Module.STARS)
@signed_in
def own_stars() -> ResponseReturnValue:
    """Show the ladder, what is missing for the next star, and own applications; apply."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return render_template("volunteers/no_stars.html")
    form, today = StarNoteForm(), clock.today()
    if form.accepts():
        try:
            operations.apply_for_star(
                volunteer.person_id, by=Actor.of_principal(principal()), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_stars", done="applied")
    grants = reading.grants_of(volunteer.id)
    page = {
        "form": form,
        "ladder": reading.ladder(today),
        "earlier": reading.earlier_ladders(today),
        "minutes": reading.counting_minutes(volunteer),
        "grades": grades_of(volunteer.person_id),
        "grants": grants,
        "held": reading.held_star(grants),
        "chance": reading.chance(volunteer, grants, today),
        "notices": len(reading.notices_for(volunteer, today)),
        "tones": TONES,
        "done": asked("done", 12),
    }
    if request.method == "POST":
        return invalid("volunteers/own_stars.html", **page)
    return render_template("volunteers/own_stars.html", **page)


@bp.get("/me/stars/notices")
@module(Module.STARS)
@signed_in
def star_notices() -> str:
    """Show the notices that run in one's own county, names masked."""
    volunteer = _volunteer()
    return render_template(
        "volunteers/star_notices.html",
        rows=reading.notices_for(volunteer, clock.today()),
        own_id=volunteer.id,
        done=asked("done", 12),
    )


@bp.route("/me/stars/notices/<code>", methods=["GET", "POST"])
@module(Module.STARS)
@signed_in
def object_to_star(code: str) -> ResponseReturnValue:
    """Say why a star must not be granted; the granter decides."""
    grant = reading.notice_for(_volunteer(), code[:MAX_CODE], clock.today())
    if grant is None:
        abort(404)
    form = StarNoteForm()
    if form.accepts():
        try:
            operations.object_to_star(
                grant.code,
                form.note.data or "",
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.star_notices", done="objected")
    page = {"form": form, "grant": grant}
    if request.method == "POST":
        return invalid("volunteers/star_objection.html", **page)
    return render_template("volunteers/star_objection.html", **page)


@bp.get("/o/<org>/stars")
@module(Module.STARS)
@requires(Permission.STARS_VIEW)
def stars(org: str) -> str:
    """Show applications on their way, or what became of earlier ones."""
    is_open = asked("show") != "done"
    place_id, today = scope().place.id, clock.today()
    page = reading.stars_at(scope(), is_open=is_open, after=asked("after", MAX_CODE))
    return render_template(
        "volunteers/stars.html",
        org=org,
        page=page,
        names={one.id: reading.name_at(one, place_id, today) for one in page.rows},
        is_open=is_open,
        tones=TONES,
    )


@bp.get("/o/<org>/stars/<code>")
@module(Module.STARS)
@requires(Permission.STARS_VIEW)
def show_star(org: str, code: str) -> str:
    """Show one application with its history, and what may be done to it here."""
    return render_template("volunteers/star.html", **_page(org, _seen(code)))


@bp.post("/o/<org>/stars/<code>/check")
@module(Module.STARS)
@requires(Permission.STARS_CHECK)
def check_star(org: str, code: str) -> ResponseReturnValue:
    """Say that the hours behind an application were checked."""
    return _act(org, code, operations.check_star)


@bp.post("/o/<org>/stars/<code>/notice")
@module(Module.STARS)
@requires(Permission.STARS_GRANT)
def notice_star(org: str, code: str) -> ResponseReturnValue:
    """Begin the public notice; when it is over without objection the star is granted."""
    return _act(org, code, operations.notice_star)


@bp.route("/o/<org>/stars/<code>/dismiss", methods=["GET", "POST"])
@module(Module.STARS)
@requires(Permission.STARS_GRANT)
def dismiss_objection(org: str, code: str) -> ResponseReturnValue:
    """Say what came of looking into an objection; the notice begins anew."""
    form = StarNoteForm()
    return _decide(org, code, StarAction.DISMISS, form, lambda: (form.note.data or "",))


@bp.route("/o/<org>/stars/<code>/refuse", methods=["GET", "POST"])
@module(Module.STARS)
@requires(Permission.STARS_CHECK)
def refuse_star(org: str, code: str) -> ResponseReturnValue:
    """Let an application come to nothing, with a reason."""
    return _end(org, code, StarAction.REFUSE)


@bp.route("/o/<org>/stars/<code>/revoke", methods=["GET", "POST"])
@module(Module.STARS)
@requires(Permission.STARS_GRANT)
def revoke_star(org: str, code: str) -> ResponseReturnValue:
    """Take a star back, with a reason."""
    return _end(org, code, StarAction.REVOKE)


_ACTS: dict[StarAction, Callable[..., object]] = {
    StarAction.DISMISS: operations.dismiss_objection,
    StarAction.REFUSE: operations.refuse_star,
    StarAction.REVOKE: operations.revoke_star,
}


def _act(org: str, code: str, operation: Callable[..., object]) -> ResponseReturnValue:
    """Do what needs no words; a refusal is told on the page of the star."""
    grant, form = _seen(code), StarNoteForm()
    if form.accepts():
        try:
            operation(grant.code, **_here())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_star", org=org, code=grant.code, done="done")
    return invalid("volunteers/star.html", **_page(org, grant, form))


def _end(org: str, code: str, action: StarAction) -> ResponseReturnValue:
    form = StarEndForm()
    form.offer()
    return _decide(org, code, action, form, lambda: (form.chosen_reason(), form.note.data or ""))


def _decide(
    org: str,
    code: str,
    action: StarAction,
    form: StarEndForm | StarNoteForm,
    words: Callable[[], tuple[object, ...]],
) -> ResponseReturnValue:
    grant = _seen(code)
    if form.accepts() and form.reads_well(words):
        try:
            _ACTS[action](grant.code, *words(), **_here())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_star", org=org, code=grant.code, done="done")
    page = {**_page(org, grant, form), "action": action}
    if request.method == "POST":
        return invalid("volunteers/star_end.html", **page)
    return render_template("volunteers/star_end.html", **page)


def _here() -> dict[str, Any]:
    return {"place_id": scope().place.id, "by": Actor.of_scope(scope()), "now": clock.now()}


def _seen(code: str) -> StarGrant:
    grant = reading.star_at(scope(), code[:MAX_CODE])
    if grant is None:
        abort(404)
    return grant


def _volunteer() -> Volunteer:
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        abort(404)
    return volunteer


def _page(
    org: str, grant: StarGrant, form: StarEndForm | StarNoteForm | None = None
) -> dict[str, Any]:
    place_id, today = scope().place.id, clock.today()
    is_own = reading.holder_of(grant) == principal().person_id
    doubt = reading.doubt_of(grant, today) if grant.status in STAR_OPEN else None
    is_granter = grant.granter_id == place_id and scope().may(Permission.STARS_GRANT)
    return {
        "org": org,
        "grant": grant,
        "form": form or StarNoteForm(),
        "name": reading.name_at(grant, place_id, today),
        "minutes": reading.counting_minutes(grant.volunteer),
        "grades": grades_of(reading.holder_of(grant)),
        "doubt": say(doubt) if doubt else "",
        "steps": reading.steps_of_star(grant.id),
        "may_check": not is_own and scope().may(Permission.STARS_CHECK),
        "may_grant": not is_own and is_granter,
        "tones": TONES,
        "done": asked("done", 12),
    }
