"""The document of the interface against every address and every answer (ADR 0041)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.access.marks import mark_of
from organizations.rules import Measure
from supervision.api.declared import ENDPOINTS
from supervision.api.document import ROOT, document
from tests.cast import Cast
from tests.client import Client
from tests.security.public_rows import PUBLIC_BUILDERS
from tests.supervision.systems import Reader, put, reader_of

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture
def reader(app: Flask, cast: Cast) -> Reader:
    """Return a system that may read everything, with something to read."""
    put(cast, {"测试省": 800, "东市": 500, "北市": 300}, Measure.ADULT_MEMBERS)
    PUBLIC_BUILDERS["edition"](cast.organization("测试省"))
    return reader_of(app, cast, "测试省")


def loaded(reader: Reader) -> Any:
    """Return the document as the tester reads it; the token is ours, it makes none up."""
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    with reader.client.as_server():
        return schemathesis.openapi.from_wsgi(
            f"{ROOT}/openapi.json", reader.client.app, config=config
        )


def rules_of(app: Flask) -> Iterator[tuple[str, Any]]:
    """Yield the address of every view that a token opens, as the document writes it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi":
            path = re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix(ROOT))
            yield path, mark_of(app.view_functions[rule.endpoint])


@pytest.mark.covers("AZ-02")
def test_the_document_names_every_address_with_the_scope_that_guards_it(
    app: Flask, cast: Cast
) -> None:
    del cast
    views = dict(rules_of(app))
    assert {path: mark.api_scope for path, mark in views.items()} == {
        one.path: one.api_scope for one in ENDPOINTS
    }
    content = json.loads(Client(app).get(f"{ROOT}/openapi.json").text)
    assert content["openapi"] == "3.1.0"
    assert set(content["paths"]) == set(views)
    assert content == json.loads(json.dumps(document()))
    for one in ENDPOINTS:
        told = content["paths"][one.path]["get"]
        assert [each["name"] for each in told["parameters"]] == [
            each.name for each in one.parameters
        ]
        assert str(one.api_scope) in told["description"]


@pytest.mark.covers("IN-01", "IN-08")
def test_every_answer_is_as_the_document_says(reader: Reader) -> None:
    """Generated addresses, right and wrong: never a fault, always what the document tells."""
    schema = loaded(reader)
    asked: dict[str, set[int]] = {}

    def ask(case: Any) -> None:
        with reader.client.as_server():
            answer = case.call(headers=reader.headers)
        asked.setdefault(case.operation.path, set()).add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            if mode is GenerationMode.POSITIVE or list(operation.query):
                run(operation, mode, ask)
    assert set(asked) == {one.path for one in ENDPOINTS}
    assert asked["/indicators"] == {200}
    assert asked["/organizations"] >= {200, 400}
    assert asked["/values"] >= {200, 400}


def run(operation: Any, mode: GenerationMode, ask: Callable[[Any], None]) -> None:
    """Ask an address with what is generated for it."""

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def walk(case: Any) -> None:
        ask(case)

    walk()


@pytest.mark.covers("AZ-07")
def test_an_answer_that_tells_more_than_the_document_is_found(reader: Reader) -> None:
    schema = loaded(reader)
    case = schema["/indicators"]["GET"].Case()
    with reader.client.as_server():
        answer = case.call(headers=reader.headers)
    answer.content = answer.content.replace(b'"formula"', b'"phone"')
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=CHECKS)
