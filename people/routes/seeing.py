"""Who can see me: the posts that reach me, beside who did look."""

from __future__ import annotations

from flask import render_template

from core import clock
from core.access.marks import signed_in
from core.web import principal
from people.queries.seeing import seers_of
from people.routes.blueprint import bp


@bp.get("/me/seen-by")
@signed_in
def seen_by() -> str:
    """List which posts can see one's details, by which right, and how far."""
    person_id = principal().person_id
    seers = seers_of(person_id, clock.today()) if person_id else []
    return render_template("people/seen_by.html", seers=seers)
