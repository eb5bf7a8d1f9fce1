"""How organizations stand, as JSON: open alerts, open orders, targets, parts of a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core import clock
from core.access.marks import ApiScope
from core.access.marks import system as reads
from core.problems import BadParametersError
from core.web import asked_as_sent
from supervision.api.declared import BY_NAME, read
from supervision.api.queries import standing, values
from supervision.api.queries.standing import Node
from supervision.api.routes.answering import answered, asked_place, page_below
from supervision.api.routes.blueprint import api, per_token
from supervision.api.routes.reading import READ_ONLY

if TYPE_CHECKING:
    from flask import Response

    from supervision.indicators.definitions import Definition

Tell = Callable[[Node], Mapping[str, Any]]


@api.route("/alerts", **READ_ONLY)
@reads(ApiScope.VALUES)
@per_token
def list_alerts() -> Response:
    """Return how many alerts are open at an organization and right under it, with all below."""
    asked = read(BY_NAME["alerts"], asked_as_sent())
    place = asked_place(asked)
    page, after = page_below("api.list_alerts", place, asked)
    found = standing.open_alerts(place)
    return _answer(standing.node_of(place), page, after, _counts(found, standing.ALERTS))


@api.route("/orders", **READ_ONLY)
@reads(ApiScope.VALUES)
@per_token
def list_orders() -> Response:
    """Return how many orders are open about an organization and those right under it."""
    asked = read(BY_NAME["orders"], asked_as_sent())
    place = asked_place(asked)
    page, after = page_below("api.list_orders", place, asked)
    found = standing.open_orders(place, clock.today())
    return _answer(standing.node_of(place), page, after, _counts(found, standing.ORDERS))


@api.route("/targets", **READ_ONLY)
@reads(ApiScope.VALUES)
@per_token
def list_targets() -> Response:
    """Return what a year asks of an organization and of those right under it."""
    asked = read(BY_NAME["targets"], asked_as_sent())
    definition, year = _definition(asked), int(asked["year"])
    place = asked_place(asked)
    page, after = page_below("api.list_targets", place, asked)
    here = standing.node_of(place)
    found = standing.targets_of([here, *page], definition.code, year, clock.today())
    return _answer(
        here,
        page,
        after,
        lambda one: {"target": found[one.id]},
        indicator=definition.code,
        unit=definition.unit,
        year=year,
    )


@api.route("/parts", **READ_ONLY)
@reads(ApiScope.VALUES)
@per_token
def list_parts() -> Response:
    """Return what a number consists of at an organization and at those right under it."""
    asked = read(BY_NAME["parts"], asked_as_sent())
    definition = _definition(asked)
    if not standing.has_parts(definition):
        raise BadParametersError([("indicator", "has no parts that are told")])
    place = asked_place(asked)
    page, after = page_below("api.list_parts", place, asked)
    here = standing.node_of(place)
    found = standing.parts_of([here, *page], definition)
    return _answer(
        here,
        page,
        after,
        lambda one: {"parts": found[one.id]},
        indicator=definition.code,
        unit=definition.unit,
    )


def _definition(asked: Mapping[str, str]) -> Definition:
    known = {one.code: one for one in values.definitions(clock.today())}
    found = known.get(asked["indicator"])
    if found is None:
        raise BadParametersError([("indicator", "is unknown")])
    return found


def _counts(found: Mapping[int, Counter[str]], names: Sequence[str]) -> Tell:
    def tell(one: Node) -> Mapping[str, int]:
        counts = found.get(one.id, Counter[str]())
        return {name: counts[name] for name in names}

    return tell


def _answer(
    here: Node, page: Sequence[Node], after: str | None, tell: Tell, **facts: Any
) -> Response:
    def record(one: Node) -> Mapping[str, Any]:
        return {"organization": one.code, **tell(one)}

    return answered(
        {
            **facts,
            "organization": record(here),
            "data": [record(one) for one in page],
            "next": after,
        }
    )
