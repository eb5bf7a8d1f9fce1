"""What every address of the interface does: read its parameters, lead on, answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import abort, make_response, request, url_for

from supervision.api.declared import PAGE
from supervision.api.queries import organizations, standing
from supervision.api.queries.standing import Node
from supervision.api.routes.blueprint import system

if TYPE_CHECKING:
    from flask import Response

    from core.access.scope import Place


def named(asked: Mapping[str, str], name: str) -> Place | None:
    """Return the organization that a parameter names; one out of reach does not exist (404)."""
    if name not in asked:
        return None
    found = organizations.place_within(system(), asked[name])
    if found is None:
        abort(404)
    return found


def limit_of(asked: Mapping[str, str]) -> int:
    """Return how many records a page has."""
    return int(asked.get("limit", PAGE))


def next_of(endpoint: str, asked: Mapping[str, str], after: str | None) -> str | None:
    """Return the address of the next page, None on the last."""
    if after is None:
        return None
    return f"{url_for(endpoint)}?{urlencode({**asked, 'after': after})}"


def asked_place(asked: Mapping[str, str]) -> Place:
    """Return where to begin: the organization that is named, else the reach of the token."""
    return named(asked, "organization") or system().place


def page_below(
    endpoint: str, place: Place, asked: Mapping[str, str]
) -> tuple[Sequence[Node], str | None]:
    """Return a page of those right under a place, and the way on."""
    page = standing.below(place, named(asked, "after"), limit_of(asked))
    return page.rows, next_of(endpoint, asked, page.next_after)


def answered(content: Mapping[str, Any]) -> Response:
    """Return content with a tag: asked again with it, what did not change is not sent again."""
    response = make_response(json.dumps(content, ensure_ascii=False, default=str))
    response.mimetype = "application/json"
    response.add_etag()
    response.make_conditional(request)
    return response
