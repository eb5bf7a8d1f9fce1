"""Limits per address on signing in: they say when to return."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from accounts.routes import blueprint
from app import create_app
from core.database import db
from core.extensions import limiter
from tests.client import Client, parsed
from tests.conftest import make_config
from tests.schema import make_schema


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Flask]:
    """Return an app of its own with limits; the limiter is shared, so it is put back."""
    built = create_app(make_config(tmp_path, limits_enabled=True))
    try:
        with built.app_context():
            make_schema()
            yield built
            db.engine.dispose()
    finally:
        limiter.reset()
        limiter.enabled = False


def tries_of(limit: str) -> int:
    return int(limit.split(maxsplit=1)[0])


@pytest.mark.covers("AU-06")
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/login/send", blueprint.SEND_LIMIT),
        ("/login/code", blueprint.CODE_LIMIT),
        ("/login/password", blueprint.PASSWORD_LIMIT),
    ],
)
def test_an_address_is_stopped_and_told_when_to_return(
    limited: Flask, path: str, limit: str
) -> None:
    client = Client(limited)
    client.get("/login")
    for _ in range(tries_of(limit)):
        assert client.post(path).status_code != 429
    stopped = client.post(path)
    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "600")
    assert re.search("请 10 分钟后再试", parsed(stopped).select("main")[0].text)
    fragment = client.post(path, headers={"HX-Request": "true"})
    assert "请 10 分钟后再试" in parsed(fragment).select("[data-error-message]")[0].text
    assert client.get("/login").status_code == 200
