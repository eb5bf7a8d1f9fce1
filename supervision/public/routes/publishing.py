"""The province publishes statistics and takes them back: its decision, with a look before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other
from supervision.public import operations
from supervision.public.forms import PublishForm, TakeBackForm
from supervision.public.labels import cells, heads
from supervision.public.queries import editions as queries
from supervision.public.queries.counting import moment_of
from supervision.public.routes.blueprint import MAX_CODE, bp
from supervision.public.routes.statistics import TONES
from supervision.public.rules import EditionStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/statistics", methods=["GET", "POST"])
@module(Module.PUBLIC_STATISTICS)
@requires(Permission.STATISTICS_PUBLISH)
def publish(org: str) -> ResponseReturnValue:
    """Show what would be published now, and publish it as an edition of its own."""
    form, now = PublishForm(), clock.now()
    today = clock.local(now).date()
    form.offer(today.year)
    if form.accepts():
        try:
            made = operations.publish(
                scope().place.id,
                form.chosen_year(),
                form.note.data or "",
                by=Actor.of_scope(scope()),
                now=now,
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("public.publish", org=org, done=made.code)
    floor = settings.value("figures.small_group", on=today)
    moment = moment_of(today.year, today, queries.standing_day(today.year))
    page = {
        "org": org,
        "form": form,
        "known": queries.editions(),
        "lines": operations.lines_of(today.year, floor, moment.month),
        "heads": heads(),
        "cells": cells,
        "as_of": moment.as_of,
        "floor": floor,
        "tones": TONES,
        "done": asked("done", MAX_CODE),
    }
    if request.method == "POST":
        return invalid("public/publish.html", **page)
    return render_template("public/publish.html", **page)


@bp.route("/o/<org>/statistics/<code>/take-back", methods=["GET", "POST"])
@module(Module.PUBLIC_STATISTICS)
@requires(Permission.STATISTICS_PUBLISH)
def take_back(org: str, code: str) -> ResponseReturnValue:
    """Take an edition back: its numbers are shown no more, that it was there is."""
    form = TakeBackForm()
    found = queries.edition_of_code(code[:MAX_CODE])
    if found is None or found.publisher_id != scope().place.id:
        abort(404)
    if form.accepts():
        try:
            operations.take_back(
                found.code,
                form.note.data or "",
                organization_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("public.publish", org=org, done="back")
    page = {"org": org, "form": form, "found": found, "EditionStatus": EditionStatus}
    if request.method == "POST":
        return invalid("public/take_back.html", **page)
    return render_template("public/take_back.html", **page)
