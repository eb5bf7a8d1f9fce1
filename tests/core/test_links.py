"""Addresses from patterns: what Flask would build, whatever stands in them."""

from __future__ import annotations

import flask
import pytest
from flask import Flask
from werkzeug.routing import BuildError

from core.links import links_to, url_for

CASES = (
    ("supervision.home", {"org": "abc123"}),
    ("members.application", {"org": "abc123", "code": "x7"}),
    ("members.list_members", {"org": "abc123", "q": "plain"}),
    ("members.list_members", {"org": "abc123", "q": "王 小&明"}),
    ("members.list_members", {"org": "abc123", "q": None, "after": ""}),
    ("members.list_members", {"org": "a/b?c", "page": 3}),
    ("members.list_members", {"org": "0mark00x", "q": "0mark01x"}),
    ("members.list_members", {"org": "abc", "q": None, "page": 2026}),
    ("members.list_members", {"org": "abc", "q": "I05-new", "page": -1}),
    ("members.list_members", {"org": "abc", "_anchor": "rows"}),
    ("members.list_members", {"org": "abc", "_external": True}),
    ("members.list_members", {"org": "abc", "q": ["a", "b"]}),
    ("static", {"filename": "app.css"}),
)


@pytest.mark.parametrize("root", ["", "/under"])
@pytest.mark.parametrize(("endpoint", "values"), CASES)
def test_an_address_is_the_one_that_flask_builds(
    app: Flask, endpoint: str, values: dict[str, object], root: str
) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        for _ in range(2):  # built first, from its pattern then
            assert url_for(endpoint, **values) == flask.url_for(endpoint, **values)  # type: ignore[arg-type]


def test_an_endpoint_that_is_not_there_is_told_as_ever(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(BuildError):
        url_for("members.no_such_page", org="abc")


def test_a_row_has_the_address_it_would_have_alone(app: Flask) -> None:
    with app.test_request_context():
        link = links_to("members.application", "code", org="abc")
        for code in ("k7Qm", "a b?", "中"):
            assert link(code) == url_for("members.application", org="abc", code=code)
