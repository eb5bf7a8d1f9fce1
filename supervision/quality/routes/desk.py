"""The desk: kinds with numbers, lower organizations, and the rows that have to be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, url_for

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.web import asked, scope
from organizations.queries import discretion_of
from organizations.queries.covering import cover_of
from supervision.quality import desk as shown
from supervision.quality.labels import LABELS
from supervision.quality.queries import lower, rows, tasks
from supervision.quality.routes.blueprint import MAX_CODE, MAX_KIND, bp, watched
from supervision.quality.rules import FixStatus, Kind, kind_of, progress_of

if TYPE_CHECKING:
    from core.access.scope import Scope

TONES = {FixStatus.OPEN: "warn", FixStatus.DONE: "ok", FixStatus.WITHDRAWN: "neutral"}
MAX_DONE = 12


@bp.get("/o/<org>/quality")
@requires(Permission.FIGURES_VIEW)
def desk(org: str) -> str:
    """Show what is doubtful here and below, what was asked to be put right, and how far it is."""
    acting, today = scope(), clock.today()
    kinds, discretion = watched(today), discretion_of(acting, today)
    marked_at = settings.value("quality.marked_share", on=today)
    own = rows.counted(acting.place, today)
    has_below = acting.place.level is not Level.UNIT
    tree = lower.tree_of(acting.place, today, asked("after", MAX_CODE)) if has_below else None
    place_id = acting.place.id
    # one step further down: what a place has itself is a row below it
    paths = [f"{acting.place.path}0/", *(row.path for row in (tree.page.rows if tree else ()))]
    cover = cover_of(paths, lower.MEASURES, discretion)
    return render_template(
        "quality/desk.html",
        org=org,
        place=acting.place,
        own=own if own.people or not has_below else None,
        own_lines=shown.own_lines(own, kinds, cover, acting.place, marked_at),
        tree=tree,
        tree_lines=shown.tree_lines(tree, kinds, cover, acting.place, marked_at) if tree else [],
        heads=shown.below_heads(kinds, LABELS[Kind]),
        below=shown.below_lines(tree, kinds, cover) if tree else [],
        tasks=[
            (one, progress_of(one.count_before, own.counts[one.kind]), own.counts[one.kind])
            for one in tasks.tasks_of(place_id)
        ]
        if sees_tasks(acting)
        else [],
        may_list=acting.may(Permission.MEMBERS_VIEW),
        may_assign=may_assign(acting),
        stale_days=settings.value("quality.stale_days", on=today),
        today=today,
        tones=TONES,
        done=asked("done", MAX_DONE),
    )


@bp.get("/o/<org>/quality/rows")
@requires(Permission.MEMBERS_VIEW)
def list_rows(org: str) -> str:
    """Show the rows of one kind of the organization itself, each with the way to mend it."""
    acting, today = scope(), clock.today()
    kinds = watched(today)
    named = asked("kind", MAX_KIND)
    kind = kind_of(named) if named else next(iter(kinds), None)
    if kind is None or kind not in kinds:
        abort(404)
    page = rows.rows_of(acting.place, kind, today, asked("after", MAX_CODE))
    return render_template(
        "quality/rows.html",
        org=org,
        kind=kind,
        page=page,
        urls={row.code: _url(acting, kind, row) for row in page.rows},
        may_merge=acting.may(Permission.PEOPLE_MERGE),
        done=asked("done", MAX_DONE),
    )


def sees_tasks(acting: Scope) -> bool:
    """Return whether a post reads what an organization was asked: its own, and who may ask."""
    return acting.place.id == acting.post.place.id or acting.may(Permission.ORGANIZATIONS_GUIDE)


def may_assign(acting: Scope) -> bool:
    """Return whether a post may ask the organization to put a list right: another's only."""
    is_own = acting.place.id == acting.post.place.id
    return not is_own and acting.may(Permission.ORGANIZATIONS_GUIDE)


def _url(acting: Scope, kind: Kind, row: rows.Row) -> str:
    """Return where a row is mended; who only guides is led to the person's page."""
    org = acting.place.code
    if kind is Kind.MISSING_PAPER and row.paper and acting.may(Permission.PEOPLE_ENTER):
        return url_for("members.paper", org=org, code=row.paper)
    if kind is not Kind.DUPLICATE and acting.may(Permission.CHANGES_DECIDE):
        return url_for("quality.mend", org=org, code=row.code, kind=kind.value)
    if row.member:
        return url_for("members.member", org=org, code=row.member)
    return url_for("volunteers.show_volunteer", org=org, code=row.volunteer)
