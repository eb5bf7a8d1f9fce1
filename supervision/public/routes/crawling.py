"""What search engines are told: which pages are for them, and where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template

from activities.queries.public_venues import open_codes
from core.access.guard import is_open
from core.access.marks import public
from core.sharing import shared
from core.switches import Module
from core.web import config_value
from supervision.public.guide import MATTERS
from supervision.public.queries.counting import public_places
from supervision.public.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MOST_VENUES = 10_000
#: Pages behind an account, links that are a secret, searches: nothing for an index.
CLOSED = (
    *("/o/", "/me", "/v/", "/g/", "/q/", "/login", "/logout", "/switch", "/display"),
    *("/development/", "/imports/", "/jobs/", "/find?q=", "/venues?q=", "/verify?"),
)
PAGES = (
    *("supervision.index", "organizations.find", "public.venues", "public.activities"),
    *("public.verify", "public.guide", "public.statistics", "shell.privacy", "shell.help_page"),
)


@bp.get("/robots.txt")
@public
@shared
def robots() -> Response:
    """Tell which addresses are not for search engines, and where the list of the others is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines.append(f"Sitemap: {config_value('origin')}/sitemap.xml")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
@shared
def sitemap() -> ResponseReturnValue:
    """List the pages for search engines that are there: three statements."""
    is_told = is_open(Module.PUBLIC_STATISTICS)
    page = render_template(
        "public/sitemap.xml",
        origin=config_value("origin"),
        pages=[one for one in PAGES if is_told or one != "public.statistics"],
        matters=[one.slug for one in MATTERS],
        organizations=[place.code for place in public_places()],
        venues=open_codes(MOST_VENUES),
    )
    return Response(page, mimetype="application/xml")
