"""What every request promises, whatever the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from core.access.guard import UnmarkedViewError
from core.access.marks import mark_of
from core.extensions import csrf
from tests.client import Client

Clients = Callable[[str], Client]


@pytest.mark.covers("AZ-02")
def test_every_view_names_what_it_needs(app: Flask) -> None:
    unmarked = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and mark_of(view) is None
    ]
    assert len(app.view_functions) > 5
    assert unmarked == []


@pytest.mark.covers("CFG-04")
def test_no_view_is_let_off_the_token_of_its_form(app: Flask) -> None:
    assert app.extensions["csrf"] is csrf
    let_off = {*csrf._exempt_views, *csrf._exempt_blueprints}
    assert let_off == set()


@pytest.mark.covers("FLT-14")
def test_a_view_without_a_mark_is_an_error(app: Flask, client_of: Clients) -> None:
    original = app.view_functions["shell.privacy"]
    app.view_functions["shell.privacy"] = lambda: "open to all"
    app.testing = True
    try:
        with pytest.raises(UnmarkedViewError):
            client_of("gil").get("/privacy")
    finally:
        app.testing = False
        app.view_functions["shell.privacy"] = original


@pytest.mark.covers("T8")
def test_health_pages_tell_no_more_than_ok(client_of: Clients) -> None:
    for path in ("/healthz", "/readyz"):
        response = client_of("mia").get(path)
        assert (response.status_code, response.text) == (200, "ok")
