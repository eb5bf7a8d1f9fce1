"""The service guide: what can be done here, by whom, with what, how long it takes."""

from __future__ import annotations

from flask import abort, current_app, render_template, url_for

from core import clock
from core.access.marks import public
from core.sharing import shared
from supervision.public.guide import MATTERS, filled, matter_of
from supervision.public.routes.blueprint import bp

#: Where somebody looks up his case by number and secret, once that page is part of the product.
PROGRESS = "people.matter_progress"


@bp.get("/services")
@public
@shared
def guide() -> str:
    """List the matters that are handled here."""
    return render_template("public/guide.html", matters=MATTERS, progress=_progress())


@bp.get("/services/<slug>")
@public
@shared
def matter(slug: str) -> str:
    """Show one matter: who may, what it takes, where, how long, what it costs, what comes of it."""
    found, today = matter_of(slug), clock.today()
    if found is None:
        abort(404)
    return render_template(
        "public/matter.html",
        matter=found,
        say=lambda text: filled(found, text, today),
        url=url_for(found.endpoint, **found.values),
        progress=_progress(),
        today=today,
    )


def _progress() -> str:
    return url_for(PROGRESS) if PROGRESS in current_app.view_functions else ""
