"""Schools: coverage by branches, drill-down to the schools without one."""

from __future__ import annotations

from flask import render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.web import asked, scope
from organizations.listing import children
from schools.queries import register as queries
from schools.routes.blueprint import bp


@bp.get("/o/<org>/schools")
@requires(Permission.FIGURES_VIEW)
def list_schools(org: str) -> str:
    """Show the coverage here and, below the county's, each school; those missing come first."""
    place = scope().place
    after = asked("after", 12)
    if place.level in {Level.PROVINCE, Level.CITY}:
        page = children(place, after)
        coverage = queries.coverage_of([place.id, *(row.id for row in page.rows)])
        return render_template(
            "schools/levels.html",
            org=org,
            place=place,
            page=page,
            coverage=coverage,
            today=clock.today(),
        )
    return render_template(
        "schools/list.html",
        org=org,
        place=place,
        page=queries.schools_of(scope(), after),
        coverage=queries.coverage_of([place.id]),
        today=clock.today(),
    )
