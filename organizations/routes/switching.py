"""The province switches modules and settings for pilot counties first, then for all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings, switches
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.switches import MODULE, PILOTED, Module
from core.web import asked, has_asked, invalid, scope, see_other, sent
from organizations import queries, switched
from organizations.labels import PILOTED_WORDS
from organizations.operations import switching
from organizations.routes.blueprint import bp
from organizations.switch_forms import SwitchForm

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_NAME = 64


@bp.get("/o/<org>/modules")
@requires(Permission.MODULES_SWITCH)
def list_switches(org: str) -> str:
    """Show what is on for the province today, and where it differs or will."""
    today, path = clock.today(), scope().place.path
    decided = switched.decisions()
    return render_template(
        "organizations/switches.html",
        org=org,
        modules=[(MODULE + one, one, switches.is_on(one, today, path)) for one in Module],
        settings=[
            (name, PILOTED_WORDS[name], settings.value(name, today, path)) for name in PILOTED
        ],
        elsewhere=_elsewhere(decided),
        done=has_asked("done"),
    )


@bp.route("/o/<org>/modules/switch", methods=["GET", "POST"])
@requires(Permission.MODULES_SWITCH)
def switch_module(org: str) -> ResponseReturnValue:
    """Say what holds where, from a coming day; look first at whom it concerns."""
    name = sent("name", MAX_NAME) or asked("name", MAX_NAME) or switching.names()[0]
    if name not in switching.names():
        abort(404)
    form, today = SwitchForm(), clock.today()
    page: dict[str, Any] = {
        "org": org,
        "name": name,
        "words": _words(name),
        "is_module": name.startswith(MODULE),
        "history": switched.decisions(name),
        "today": today,
        "concerned": None,
    }
    wanted = _wanted(name, form) if form.accepts() else None
    if wanted is not None:
        if sent("act") != "save":
            concerned = switched.concerned(name, wanted.organization, today)
            place = wanted.organization.name
            return render_template(
                "organizations/switch.html",
                **{**page, "form": form, "concerned": concerned, "place": place},
            )
        switching.switch(wanted, by=Actor.of_scope(scope()), now=clock.now())
        return see_other("organizations.list_switches", org=org, done=1)
    if request.method == "POST":
        return invalid("organizations/switch.html", **page, form=form)
    return render_template("organizations/switch.html", **page, form=form)


def _wanted(name: str, form: SwitchForm) -> switching.Wanted | None:
    """Return what the form asks for; None, with the reasons beside its fields, where it cannot."""
    top = queries.organization_of_id(scope().place.id)
    value = form.on_or_off if name.startswith(MODULE) else form.amount
    place = partial(switched.place_named, form.place.data or "", top)
    if not form.reads_well(value, place, form.first, form.last):
        return None
    wanted = switching.Wanted(
        name, place(), value(), form.first(), form.last(), form.reason.data or ""
    )
    try:
        switching.check(wanted, clock.today())
    except RuleViolation as violation:
        form.add_violation(violation)
        return None
    return wanted


def _words(name: str) -> Any:
    return Module(name.removeprefix(MODULE)) if name.startswith(MODULE) else PILOTED_WORDS[name]


def _elsewhere(decided: Any) -> dict[str, int]:
    """Return in how many organizations below something was decided, by name."""
    places: dict[str, set[str]] = {}
    for one in decided:
        if not one.is_top:
            places.setdefault(one.name, set()).add(one.path)
    return {name: len(found) for name, found in places.items()}
