"""Cases: the own ones, those that lie here, numbers of every level, and the public page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, current_app, render_template, url_for

from core import clock
from core.access.guard import is_open_endpoint
from core.access.marks import public, requires, signed_in
from core.access.permissions import Level, Permission
from core.audit.operations import Actor
from core.extensions import limiter
from core.web import asked, config_value, invalid, principal, scope
from organizations import listing
from people.matter_forms import ProgressForm
from people.matters import way_of
from people.narrowing import choices, kind_of, period_of, periods
from people.operations.matters import give_receipt, give_secret
from people.queries import matters as reading
from people.routes.blueprint import bp
from people.rules.matters import RUNNING, Figures, MatterKind, MatterState

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PER_ADDRESS = "20 per 10 minutes"
MAX_NUMBER = 40
TONES = {
    MatterState.OPEN: "info",
    MatterState.WAITING: "warn",
    MatterState.DONE: "ok",
    MatterState.REFUSED: "error",
    MatterState.WITHDRAWN: "neutral",
    MatterState.LAPSED: "neutral",
}


@bp.get("/me/matters")
@signed_in
def own_matters() -> str:
    """Show everything that one asked for, with who has it and until when."""
    person_id = principal().person_id
    page = reading.own_matters(person_id, asked("after", MAX_NUMBER)) if person_id else None
    return render_template(
        "people/own_matters.html", page=page, tones=TONES, today=clock.today(), running=RUNNING
    )


@bp.get("/me/matters/<number>")
@signed_in
def own_matter(number: str) -> str:
    """Show one case of one's own."""
    return _own_page(number)


@bp.post("/me/matters/<number>/secret")
@signed_in
def give_matter_secret(number: str) -> str:
    """Show a new secret part for the public page, on this answer only; an older one ends."""
    found = _mine(number)
    by = Actor.of_principal(principal())
    secret = give_secret(principal().person_id or 0, found.id, by=by)
    return _own_page(number, f"{secret[:5]}-{secret[5:]}")


@bp.get("/me/matters/<number>/secret")
@signed_in
def gave_matter_secret(number: str) -> str:
    """Answer a reload of the page before: the secret part is shown once."""
    return _own_page(number)


@bp.get("/o/<org>/matters")
@requires(Permission.MATTERS_VIEW)
def list_matters(org: str) -> str:
    """Show the cases that lie here, overdue ones first; what is done is done on their own page."""
    kind, state = kind_of(asked("kind")), asked("state")
    narrowed = reading.Narrowed(kind, state == "ended", state == "overdue")
    today = clock.today()
    page = reading.matters_at(scope().place.id, narrowed, today, asked("after", MAX_NUMBER))
    kept = {"kind": kind.value if kind else "", "state": state}
    return render_template(
        "people/matters.html",
        org=org,
        page=page,
        urls={row.code: _desk_url(org, row.kind, row.subject_code) for row in page.rows},
        filters=choices(url_for("people.list_matters", org=org), kept),
        kept={key: value for key, value in kept.items() if value},
        tones=TONES,
        today=today,
        running=RUNNING,
    )


@bp.get("/o/<org>/matters/<number>")
@requires(Permission.MATTERS_VIEW)
def show_matter(org: str, number: str) -> str:
    """Show one case that lies here, and the receipt for who asked on paper."""
    return _desk_page(org, number)


@bp.post("/o/<org>/matters/<number>/receipt")
@requires(Permission.MATTERS_VIEW)
def give_matter_receipt(org: str, number: str) -> str:
    """Show number and secret part to be handed over, on this answer only."""
    found, by = _held(number), Actor.of_scope(scope())
    secret = give_receipt(scope().place.id, found.id, by=by)
    return _desk_page(org, number, f"{secret[:5]}-{secret[5:]}")


@bp.get("/o/<org>/matters/<number>/receipt")
@requires(Permission.MATTERS_VIEW)
def gave_matter_receipt(org: str, number: str) -> str:
    """Answer a reload of the page before: the secret part is shown once."""
    return _desk_page(org, number)


@bp.get("/o/<org>/matters/figures")
@requires(Permission.FIGURES_VIEW)
def matter_figures(org: str) -> str:
    """Show how many cases came, were done in time or late, by kind and by lower organization."""
    today, place = clock.today(), scope().place
    period, kind = period_of(asked("period"), today), kind_of(asked("kind"))
    has_below = place.level is not Level.UNIT
    page = listing.children(place, asked("after", 12)) if has_below else None
    kinds = reading.figures_by_kind(place.id, period, today)
    rows = page.rows if page else []
    kept = {"period": str(period), "kind": kind.value if kind else ""}
    return render_template(
        "people/matter_figures.html",
        org=org,
        place=place,
        kinds=kinds,
        total=reading.total_of(kinds.values()),
        page=page,
        below=reading.figures_of_places([row.id for row in rows], period, today, kind),
        periods=periods(url_for("people.matter_figures", org=org), kept, today),
        kept=kept,
        kind=kind,
        nothing=Figures(),
        may_list=scope().may(Permission.MATTERS_VIEW),
    )


@bp.route("/matters", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"])
def matter_progress() -> ResponseReturnValue:
    """Say where a case is to whoever has its number and its secret part; never whose it is."""
    form = ProgressForm()
    if not form.is_submitted():
        return render_template("people/matter_progress.html", form=form, found=None)
    if not form.accepts():
        return invalid("people/matter_progress.html", form=form, found=None)
    found = reading.public_matter(form.number.data or "", form.secret.data or "")
    page = {"form": form, "found": found, "tones": TONES, "today": clock.today()}
    shown = render_template("people/matter_progress.html", is_unknown=found is None, **page)
    return shown, 200 if found is not None else 404


def _desk_url(org: str, kind: MatterKind, subject_code: str) -> str:
    """Return the page on which a case is decided, nothing where the post may not open it."""
    way = way_of(kind)
    if way is None or way.permission is None or not scope().may(way.permission):
        return ""
    if way.desk not in current_app.view_functions or not is_open_endpoint(way.desk):
        return ""
    code: dict[str, Any] = {"code": subject_code} if way.desk_by_code else {}
    return url_for(way.desk, org=org, **code)


def _held(number: str) -> Any:
    found = reading.matter_at(scope().place.id, number[:MAX_NUMBER])
    if found is None:
        abort(404)
    return found


def _desk_page(org: str, number: str, secret: str = "") -> str:
    found = _held(number)
    return render_template(
        "people/matter.html",
        org=org,
        matter=found,
        url=_desk_url(org, found.kind, found.subject_code),
        progress_url=config_value("origin") + url_for("people.matter_progress"),
        secret=secret,
        is_running=found.state in RUNNING,
        today=clock.today(),
        tones=TONES,
    )


def _mine(number: str) -> Any:
    found = reading.own_matter(principal().person_id or 0, number[:MAX_NUMBER])
    if found is None:
        abort(404)
    return found


def _own_page(number: str, secret: str = "") -> str:
    found = _mine(number)
    way = way_of(found.kind)
    code: dict[str, Any] = {}
    if way and way.own_by_code:
        code["code"] = found.subject_code
    return render_template(
        "people/own_matter.html",
        matter=found,
        url=url_for(way.own, **code) if way and is_open_endpoint(way.own) else "",
        secret=secret,
        is_running=found.state in RUNNING,
        today=clock.today(),
        tones=TONES,
    )
