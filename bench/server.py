"""The product with two pages more, to compare its own pages with; nothing else is different.

``/bench/floor`` is the base layout with a table of 25 rows and no database. ``/bench/bare`` is
the least that a page of a signed-in person can be: layout, session, guard, one indexed query.
"""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from sqlalchemy import select

from app import create_app as create_product
from core.access.marks import public, signed_in
from core.database import db
from members.models import Membership

ROWS = 25
FLOOR = [(f"row {number}", f"{number:018d}", "2026-11-20") for number in range(ROWS)]
INSTALLED = "bench_organization"

bp = Blueprint("bench", __name__, template_folder="templates")


@bp.get("/bench/floor")
@public
def floor() -> str:
    """Show 25 rows that are always the same."""
    return render_template("bench/rows.html", rows=FLOOR)


@bp.get("/bench/bare/<int:organization_id>")
@signed_in
def bare(organization_id: int) -> str:
    """Show the first 25 memberships of an organization by its index."""
    statement = (
        select(Membership.code, Membership.number, Membership.joined_on)
        .where(
            Membership.organization_id == organization_id,
            Membership.kind == "adult",
            Membership.status == "active",
        )
        .order_by(Membership.id)
        .limit(ROWS)
    )
    return render_template("bench/rows.html", rows=db.session.execute(statement).all())


def create_app() -> Flask:
    """Return the product with the pages of the bench."""
    app = create_product()
    app.register_blueprint(bp)
    return app
