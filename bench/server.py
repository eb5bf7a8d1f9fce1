"""The product with two pages more, to compare its own pages with; nothing else is different.

``/bench/floor`` is the base layout with a table of 25 rows and no database.
``/o/<org>/bench/bare`` is the least that a page of a post can be: layout with the navigation of
the post, session, guard with its scope, one indexed query.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import select

from app import create_server as create_product
from core import door
from core.access.marks import public, requires
from core.access.permissions import Permission
from core.database import db
from core.web import scope
from members.models import Membership
from organizations.queries import within

ROWS = 25
FLOOR = [(f"row {number}", f"{number:018d}", "2026-11-20") for number in range(ROWS)]
INSTALLED = "bench_organization"

bp = Blueprint("bench", __name__, template_folder="templates")


@bp.get("/bench/floor")
@public
def floor() -> str:
    """Show 25 rows that are always the same."""
    return render_template("bench/rows.html", rows=FLOOR)


@bp.get("/o/<org>/bench/bare")
@requires(Permission.MEMBERS_VIEW)
def bare(org: str) -> str:
    """Show the first 25 memberships of an organization by its index."""
    del org
    statement = (
        select(Membership.code, Membership.number, Membership.joined_on)
        .where(
            within(scope(), Membership),
            Membership.kind == "adult",
            Membership.status == "active",
        )
        .order_by(Membership.id)
        .limit(ROWS)
    )
    return render_template("bench/rows.html", rows=db.session.execute(statement).all())


def create_door() -> door.Door:
    """Return the product with the pages of the bench, as the server calls it."""
    app = create_product()
    app.register_blueprint(bp)
    return door.before(app)
