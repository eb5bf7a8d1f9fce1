"""Pairs that may be one person: compare, merge, tell apart, and undo a merge (ux.md S47)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from accounts.step_up import require_fresh_factor
from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from people.forms import ReasonForm, keep_form
from people.operations import duplicates, merges
from people.queries.duplicates import (
    candidate_at,
    candidates_of,
    merge_at,
    merges_of,
    seen_by,
)
from people.queries.merging import (
    foretold,
    is_alike,
    lines_of,
    may_decide,
    obstacles,
    plan_for,
    questions,
)
from people.routes.blueprint import MAX_CODE, bp
from people.rules.duplicates import KeptField, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue

    from people.merging import Line, Plan

MAX_DONE = 12
SEPARATOR = " / "


@bp.get("/o/<org>/duplicates")
@requires(Permission.PEOPLE_MERGE)
def list_duplicates(org: str) -> str:
    """Show the pairs that the county should look at, the newest first."""
    return render_template(
        "people/duplicates.html",
        org=org,
        page=candidates_of(scope(), clock.today(), asked("after", MAX_CODE)),
        done=asked("done", MAX_DONE),
    )


@bp.get("/o/<org>/duplicates/<code>")
@requires(Permission.PEOPLE_MERGE)
def compare_duplicates(org: str, code: str) -> str:
    """Show a pair side by side, with everything that each has, and ask what is kept."""
    candidate, plan = _pair(code, {})
    seen = seen_by(scope(), (candidate.low, candidate.high), clock.today())
    sides = [seen[candidate.low_id], seen[candidate.high_id]]
    masked = not all(side.by_name for side in sides)
    may_see = not masked or may_decide(plan, scope().place.id)
    return render_template(
        "people/compare.html",
        org=org,
        candidate=candidate,
        sides=sides,
        rows=_rows(plan, masked=masked) if may_see else [],
        form=keep_form(questions(plan, masked=masked) if may_see else []),
        masked=masked,
        refusals=_refusals(plan),
        may_see=may_see,
        may_dismiss=duplicates.may_dismiss(candidate.low_id, candidate.high_id, scope().place.id),
    )


@bp.route("/o/<org>/duplicates/<code>/merge", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE)
def merge_duplicates(org: str, code: str) -> ResponseReturnValue:
    """Say in words what will happen; merge, with the reason. A fresh second factor comes first."""
    candidate, plan = _pair(code, _chosen())
    chosen: dict[str, Any] = dict(_chosen())
    back = url_for("people.merge_duplicates", org=org, code=code, **chosen)
    way = require_fresh_factor(back=back)
    if way is not None:
        return way
    form, refusals = ReasonForm(), _refusals(plan)
    if form.accepts():
        try:
            merges.merge(
                candidate.code,
                _kept(),
                form.note.data or "",
                county_id=scope().place.id,
                by=_officer(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.list_duplicates", org=org, done="merged")
    return _form(
        "people/merge.html",
        org=org,
        form=form,
        candidate=candidate,
        kept=_kept(),
        foretold=[] if refusals else foretold(plan),
        refusals=refusals,
        days=settings.value("merges.undo_days", on=clock.today()),
    )


@bp.route("/o/<org>/duplicates/<code>/dismiss", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE)
def dismiss_duplicates(org: str, code: str) -> ResponseReturnValue:
    """Say that two records are two people, with the reason; the pair does not come back."""
    candidate = candidate_at(scope().place.id, code[:MAX_CODE])
    if candidate is None:
        abort(404)
    seen = seen_by(scope(), (candidate.low, candidate.high), clock.today())
    form = ReasonForm()
    if form.accepts():
        try:
            duplicates.dismiss(
                candidate.code,
                form.note.data or "",
                county_id=scope().place.id,
                by=_officer(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.list_duplicates", org=org, done="dismissed")
    sides = [seen[candidate.low_id], seen[candidate.high_id]]
    return _form("people/dismiss.html", org=org, form=form, candidate=candidate, sides=sides)


@bp.get("/o/<org>/merges")
@requires(Permission.PEOPLE_MERGE)
def list_merges(org: str) -> str:
    """Show what was merged, and what can still be undone."""
    return render_template(
        "people/merges.html",
        org=org,
        page=merges_of(scope(), clock.today(), asked("after", MAX_CODE)),
        done=asked("done", MAX_DONE),
    )


@bp.route("/o/<org>/merges/<code>/undo", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE)
def undo_merge(org: str, code: str) -> ResponseReturnValue:
    """Make two records of one again, with the reason."""
    merge = merge_at(scope().place.id, code[:MAX_CODE])
    if merge is None:
        abort(404)
    way = require_fresh_factor(back=url_for("people.undo_merge", org=org, code=code))
    if way is not None:
        return way
    form = ReasonForm()
    if form.accepts():
        try:
            merges.undo_merge(
                merge.code,
                form.note.data or "",
                county_id=scope().place.id,
                by=_officer(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.list_merges", org=org, done="undone")
    seen = seen_by(scope(), (merge.survivor,), clock.today())[merge.survivor_id]
    return _form("people/undo_merge.html", org=org, form=form, merge=merge, seen=seen)


def _officer() -> Actor:
    return Actor.of_scope(scope())


def _form(template: str, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)


def _pair(code: str, chosen: Mapping[str, str]) -> tuple[Any, Plan]:
    """Return a pair of the county and what would become of it, or answer 404."""
    candidate = candidate_at(scope().place.id, code[:MAX_CODE])
    if candidate is None:
        abort(404)
    kept = {key: Side(side) for key, side in chosen.items()}
    return candidate, plan_for(candidate.low, candidate.high, kept, clock.today())


def _refusals(plan: Plan) -> list[str]:
    """Return in words what stands against a merge."""
    return [say(one) for one in obstacles(plan, scope().place.id, _officer())]


def _rows(plan: Plan, *, masked: bool) -> list[tuple[str, str, str, bool | None]]:
    """Return the lines of both records beside each other: label, first, second, whether alike."""
    first, second = (lines_of(one, masked=masked) for one in (plan.first, plan.second))
    labels = dict.fromkeys(line.label for line in (*first, *second))
    return [
        (label, _told(first, label), _told(second, label), is_alike(plan, label))
        for label in labels
    ]


def _told(lines: Iterable[Line], label: str) -> str:
    return SEPARATOR.join(line.text for line in lines if line.label == label)


def _chosen() -> dict[str, str]:
    """Return the sides that the address names, of the questions that there are."""
    found = {key: asked(key, MAX_DONE) for key in (*KeptField, "membership", "volunteer")}
    return {str(key): side for key, side in found.items() if side in set(Side)}


def _kept() -> dict[str, Side]:
    return {key: Side(side) for key, side in _chosen().items()}
