"""What other systems read, as JSON; nothing here writes, nothing looks at a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort

from core import clock, settings
from core.access.marks import ApiScope, module, public
from core.access.marks import system as reads
from core.extensions import limiter
from core.problems import BadParametersError
from core.switches import Module
from core.web import asked_as_sent
from organizations.figures import STOCK
from supervision.api.declared import BY_NAME, read
from supervision.api.document import document
from supervision.api.queries import organizations, values
from supervision.api.routes.answering import (
    answered,
    asked_place,
    limit_of,
    named,
    next_of,
    page_below,
)
from supervision.api.routes.blueprint import api, per_token, system
from supervision.api.rules import check_period
from supervision.indicators.counting import At
from supervision.indicators.defaults import INDICATORS
from supervision.public.queries import editions
from supervision.public.rules import EditionStatus

if TYPE_CHECKING:
    from flask import Response

    from supervision.indicators.definitions import Definition

PER_ADDRESS = "60 per minute"
READ_ONLY = {"methods": ["GET"], "provide_automatic_options": False}


@api.route("/openapi.json", **READ_ONLY)
@public
@limiter.limit(PER_ADDRESS)
def openapi() -> Response:
    """Return the document of the interface."""
    return answered(document())


@api.route("/organizations", **READ_ONLY)
@reads(ApiScope.ORGANIZATIONS)
@per_token
def list_organizations() -> Response:
    """Return a page of the organizations within reach."""
    asked = read(BY_NAME["organizations"], asked_as_sent())
    parent, after = named(asked, "parent"), named(asked, "after")
    page = organizations.organizations_within(system(), parent, after, limit_of(asked))
    return answered(
        {
            "data": [row._asdict() for row in page.rows],
            "next": next_of("api.list_organizations", asked, page.next_after),
        }
    )


@api.route("/organizations/<code>", **READ_ONLY)
@reads(ApiScope.ORGANIZATIONS)
@per_token
def show_organization(code: str) -> Response:
    """Return one organization within reach."""
    read(BY_NAME["organization"], asked_as_sent())
    found = organizations.organization_within(system(), code)
    if found is None:
        abort(404)
    return answered(found._asdict())


@api.route("/indicators", **READ_ONLY)
@reads(ApiScope.INDICATORS)
@per_token
def list_indicators() -> Response:
    """Return the indicators in force."""
    read(BY_NAME["indicators"], asked_as_sent())
    return answered({"data": [indicator_of(one) for one in values.definitions(clock.today())]})


@api.route("/values", **READ_ONLY)
@reads(ApiScope.VALUES)
@per_token
def list_values() -> Response:
    """Return the values of an indicator at an organization and right under it."""
    asked, today = read(BY_NAME["values"], asked_as_sent()), clock.today()
    known = INDICATORS[asked["indicator"]]
    period, why = check_period(
        asked.get("period", ""), is_flow=known.is_flow, today=today, by_month=known.by_month
    )
    if why:
        raise BadParametersError([("period", why)])
    at = At(period or STOCK, 0 if known.is_flow else period or 0)
    place = asked_place(asked)
    page, after = page_below("api.list_values", place, asked)
    floor = settings.value("figures.small_group", on=today)
    found = values.values_of(place, page, asked["indicator"], at, floor)
    definition = found.definition
    return answered(
        {
            "indicator": definition.code,
            "version": definition.version,
            "unit": definition.unit,
            "period": period,
            "as_of": found.as_of,
            "organization": value_of(found.here),
            "data": [value_of(one) for one in found.below],
            "next": after,
        }
    )


@api.route("/publications", **READ_ONLY)
@reads(ApiScope.VALUES)
@module(Module.PUBLIC_STATISTICS)
@per_token
def list_publications() -> Response:
    """Return the editions of published statistics."""
    read(BY_NAME["publications"], asked_as_sent())
    return answered({"data": [_edition(one) for one in editions.editions()]})


@api.route("/publications/<code>", **READ_ONLY)
@reads(ApiScope.VALUES)
@module(Module.PUBLIC_STATISTICS)
@per_token
def show_publication(code: str) -> Response:
    """Return an edition with its frozen numbers; of one that was taken back none are told."""
    read(BY_NAME["publication"], asked_as_sent())
    found = editions.edition_of_code(code)
    if found is None:
        abort(404)
    is_told = found.status is not EditionStatus.TAKEN_BACK
    lines = editions.all_lines_of(found.id) if is_told else ()
    data = [
        {"organization": one.code, "name": one.name, "level": one.level, "values": one.values}
        for one in lines
    ]
    return answered({"edition": _edition(found), "data": data})


def indicator_of(one: Definition) -> dict[str, Any]:
    """Return what a system is told of an indicator."""
    return {
        "code": one.code,
        "version": one.version,
        "name": one.name,
        "formula": one.formula,
        "unit": one.unit,
        "shape": one.shape,
        "is_flow": one.is_flow,
        "numerator": [str(term) for term in one.of],
        "denominator": [str(term) for term in one.out_of],
        "scale": values.scale_of(one),
        "better": one.better,
        "owner": one.owner,
        "source": one.source,
    }


def value_of(one: values.Told) -> dict[str, Any]:
    """Return what a system is told of the value of an organization."""
    return {"organization": one.code, "value": one.value, "shown": one.shown}


def _edition(one: editions.Told) -> dict[str, Any]:
    return {
        "code": one.code,
        "year": one.year,
        "number": one.number,
        "as_of": one.as_of,
        "status": one.status,
    }
