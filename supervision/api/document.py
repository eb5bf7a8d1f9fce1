"""The document of the interface, OpenAPI 3.1: from the declarations that check the addresses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from apispec import APISpec

from core.access.marks import ApiScope
from core.problems import MEDIA_TYPE
from supervision.api.declared import ENDPOINTS, Endpoint
from supervision.api.schemas import SCHEMAS

VERSION = "1.0.0"
ROOT = "/api/v1"
_INFO = {
    "description": (
        "Read-only numbers of organizations. No personal data; values of few people are left out."
    )
}
_REFUSALS: Mapping[str, str] = {
    "400": "A parameter is unknown, given twice or malformed",
    "401": "No valid token",
    "403": "The token lacks the scope",
    "404": "Nothing there within the reach of the token",
    "405": "Only GET",
    "429": "Too many requests",
}


@cache
def document() -> dict[str, Any]:
    """Return the document; the same for every token."""
    spec = APISpec(
        title="Red Cross supervision", version=VERSION, openapi_version="3.1.0", info=_INFO
    )
    spec.options["servers"] = [{"url": ROOT}]
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for name, schema in SCHEMAS.items():
        spec.components.schema(name, schema)
    for one in ENDPOINTS:
        spec.path(one.path, operations={"get": _operation(one)})
    made: dict[str, Any] = spec.to_dict()
    return made


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    refusals = {
        code: {
            "description": why,
            "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
        }
        for code, why in _REFUSALS.items()
    }
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"Scope: {ApiScope(endpoint.api_scope)}" if endpoint.api_scope else "",
        "security": [{"token": []}],
        "parameters": [
            {
                "name": one.name,
                "in": "path" if one.in_path else "query",
                "required": one.is_required,
                "description": one.what,
                "schema": one.schema,
            }
            for one in endpoint.parameters
        ],
        "responses": {
            "200": {
                "description": endpoint.summary,
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": _ref(endpoint.answer)}},
            },
            "304": {"description": "Unchanged since the ETag that was sent"},
            **refusals,
        },
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
