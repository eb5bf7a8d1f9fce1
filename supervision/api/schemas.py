"""Schemas of what the interface returns (JSON Schema 2020-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.access.permissions import Level
from organizations.rules import OrganizationKind, OrganizationStatus
from supervision.api.rules import Shown
from supervision.indicators.rules import Better, Shape, Unit
from supervision.public.rules import EditionStatus, Indicator

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer"}
_DAY: Schema = {"type": "string", "format": "date"}
_OR_NULL = {"type": "null"}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, _OR_NULL]}


def _one_of(kind: Any) -> Schema:
    return {"type": "string", "enum": [one.value for one in kind]}


def _record(**members: Schema) -> dict[str, Any]:
    """Return the schema of a record that has exactly these members."""
    return {
        "type": "object",
        "properties": members,
        "required": sorted(members),
        "additionalProperties": False,
    }


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


_NEXT: Schema = _maybe({"type": "string", "description": "Address of the next page"})


def _page(name: str, **facts: Schema) -> dict[str, Any]:
    """Return the schema of a record about one organization, and a page of those under it."""
    own = {"$ref": f"#/components/schemas/{name}"}
    return _record(**facts, organization=own, data=_list_of(name), next=_NEXT)


SCHEMAS: Mapping[str, dict[str, Any]] = {
    "Organization": _record(
        code=_TEXT,
        name=_TEXT,
        short_name=_TEXT,
        kind=_one_of(OrganizationKind),
        level=_one_of(Level),
        status=_one_of(OrganizationStatus),
        parent=_maybe(_TEXT),
        division_code=_maybe(_TEXT),
        founded_on=_maybe(_DAY),
        closed_on=_maybe(_DAY),
    ),
    "OrganizationPage": _record(data=_list_of("Organization"), next=_NEXT),
    "Indicator": _record(
        code=_TEXT,
        version=_NUMBER,
        name=_TEXT,
        formula=_TEXT,
        unit=_one_of(Unit),
        shape=_one_of(Shape),
        is_flow={"type": "boolean"},
        numerator={"type": "array", "items": _TEXT},
        denominator={"type": "array", "items": _TEXT},
        scale=_maybe({**_NUMBER, "description": "A value is so many parts of one"}),
        better=_one_of(Better),
        owner=_one_of(Level),
        source=_TEXT,
    ),
    "IndicatorList": _record(data=_list_of("Indicator")),
    "Value": _record(organization=_TEXT, value=_maybe(_NUMBER), shown=_one_of(Shown)),
    "ValuePage": _record(
        indicator=_TEXT,
        version=_NUMBER,
        unit=_one_of(Unit),
        period=_maybe(_NUMBER),
        as_of=_maybe(_DAY),
        organization={"$ref": "#/components/schemas/Value"},
        data=_list_of("Value"),
        next=_NEXT,
    ),
    "Parts": _record(organization=_TEXT, parts={"type": "object", "additionalProperties": _NUMBER}),
    "PartPage": _page("Parts", indicator=_TEXT, unit=_one_of(Unit)),
    "Target": _record(organization=_TEXT, target=_maybe(_NUMBER)),
    "TargetPage": _page("Target", indicator=_TEXT, unit=_one_of(Unit), year=_NUMBER),
    "AlertCount": _record(organization=_TEXT, red=_NUMBER, yellow=_NUMBER),
    "AlertPage": _page("AlertCount"),
    "OrderCount": _record(
        organization=_TEXT, issued=_NUMBER, received=_NUMBER, replied=_NUMBER, late=_NUMBER
    ),
    "OrderPage": _page("OrderCount"),
    "Edition": _record(
        code=_TEXT, year=_NUMBER, number=_NUMBER, as_of=_DAY, status=_one_of(EditionStatus)
    ),
    "PublicationList": _record(data=_list_of("Edition")),
    "EditionLine": _record(
        organization=_TEXT,
        name=_TEXT,
        level=_one_of(Level),
        values={
            "type": "object",
            "properties": {one.value: _maybe(_NUMBER) for one in Indicator},
            "additionalProperties": False,
        },
    ),
    "Publication": _record(
        edition={"$ref": "#/components/schemas/Edition"}, data=_list_of("EditionLine")
    ),
    "Problem": {
        "type": "object",
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": _NUMBER,
            "detail": _TEXT,
            "reference": _TEXT,
            "errors": {
                "type": "array",
                "items": _record(parameter=_TEXT, reason=_TEXT),
            },
        },
        "required": ["type", "title", "status"],
        "additionalProperties": False,
    },
}
