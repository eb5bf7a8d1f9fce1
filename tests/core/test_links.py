"""The addresses of rows are those that each would get by itself."""

from __future__ import annotations

from flask import Flask, url_for

from core.links import links_to


def test_a_row_has_the_address_it_would_have_alone(app: Flask) -> None:
    with app.test_request_context():
        link = links_to("members.application", "code", org="abc")
        for code in ("k7Qm", "a b?", "中"):
            assert link(code) == url_for("members.application", org="abc", code=code)
