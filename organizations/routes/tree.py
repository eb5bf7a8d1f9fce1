"""The tree: lower organizations, drill-down, search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from core import clock
from core.access.marks import public, requires
from core.access.permissions import Level, Permission
from core.i18n import gettext as _
from core.paging import Page
from core.sharing import shared
from core.web import asked, scope
from organizations import finding, listing, lives, queries
from organizations.figures import STOCK
from organizations.labels import LABELS, covered_text
from organizations.queries.covering import cover_of
from organizations.routes.blueprint import bp
from organizations.rules import Measure
from organizations.rules.life import LifeState

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
COLUMNS = (
    Measure.ORGANIZATIONS,
    Measure.ADULT_MEMBERS,
    Measure.YOUTH_MEMBERS,
    Measure.VOLUNTEERS,
)
#: Above the county also the units, which belong to counties (domain.md MEM-11).
OFFICE_COLUMNS = (*COLUMNS[:3], Measure.GROUP_MEMBERS, *COLUMNS[3:])


@bp.get("/find")
@public
@shared
def find() -> ResponseReturnValue:
    """Show organizations that a text names, or go down the tree; each leads to its page."""
    text = asked("q", 60)
    if text:
        rows = listing.find_public(text)
        places = queries.place_texts(rows, with_own=False)
        return render_template("organizations/find.html", text=text, rows=rows, places=places)
    here = finding.seen_of_code(asked("in", MAX_CODE))
    if here is None and asked("in", MAX_CODE):
        abort(404)
    page = listing.children(here.place, asked("after", MAX_CODE)) if here else Page([])
    return render_template(
        "organizations/find.html",
        text="",
        here=here,
        steps=finding.steps_above(here.path) if here else [],
        page=page,
    )


@bp.get("/o/<org>/organizations")
@requires(Permission.FIGURES_VIEW)
def list_organizations(org: str) -> str:
    """Show the organizations directly below, or those anywhere below that a text names."""
    text = asked("q", 60)
    after = asked("after", 12)
    place = scope().place
    columns = OFFICE_COLUMNS if place.level in {Level.PROVINCE, Level.CITY} else COLUMNS
    today, state = clock.today(), _state(asked("state"))
    if state is not None:
        page = lives.narrowed(place, state, today, after)
    else:
        page = listing.search(place, text, after) if text else listing.children(place, after)
    counts = lives.counts_at(place, today)
    far = bool(text) or state is not None
    return render_template(
        "organizations/list.html",
        org=org,
        place=place,
        text=text,
        page=page,
        columns=columns,
        heads=[{"label": LABELS[Measure][measure], "numeric": True} for measure in columns],
        state=state,
        states=_states(org, state, counts.overdue),
        standing={row.id: lives.standing_of(row, today) for row in page.rows},
        places=queries.place_texts(page.rows, with_own=False) if far else {},
        shown=_shown(page.rows, columns),
        may_found=scope().may(Permission.FOUNDINGS_KEEP),
        waiting=counts.waiting,
        groups=counts.groups,
        may_close=scope().may(Permission.ORGANIZATIONS_CLOSE),
        may_merge=scope().may(Permission.ORGANIZATIONS_MERGE),
    )


def _state(text: str) -> LifeState | None:
    return next((one for one in lives.NARROWED if one.value == text), None)


def _states(org: str, chosen: LifeState | None, overdue: int) -> list[dict[str, Any]]:
    """Return the ways to narrow the list; how many are overdue stands beside."""
    base = url_for("organizations.list_organizations", org=org)
    ways: list[dict[str, Any]] = [{"label": _("全部"), "url": base, "current": chosen is None}]
    narrowed = [
        {
            "label": LABELS[LifeState][one],
            "url": f"{base}?state={one.value}",
            "current": one is chosen,
            "count": overdue if one is LifeState.OVERDUE else None,
        }
        for one in lives.NARROWED
    ]
    return ways + narrowed


def _shown(
    rows: Sequence[listing.Listed], columns: Sequence[Measure]
) -> dict[int, dict[Measure, str]]:
    """Return the numbers of a page of organizations as they may be shown."""
    discretion = queries.discretion_of(scope(), clock.today())
    cover = cover_of((row.path for row in rows), columns, discretion)
    values = queries.numbers([row.id for row in rows], columns)
    return {
        row.id: {
            measure: covered_text(cover, row.path, measure, values[row.id].get((measure, STOCK), 0))
            for measure in columns
        }
        for row in rows
    }
