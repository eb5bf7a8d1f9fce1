"""Another system that reads by its token, for tests."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from core.access.marks import ApiScope
from core.database import db
from organizations import figures
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client
from tests.system_factories import make_token

ROOT = "/api/v1"


class Reader:
    """Sends a token with every request."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client = Client(app)
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"{ROOT}{path}", headers={**self.headers, **headers})

    def read(self, path: str) -> dict[str, Any]:
        """Return what an address gives; it must be there."""
        response = self.ask(path)
        assert response.status_code == 200, f"{path}: {response.status_code} {response.text}"
        content: dict[str, Any] = response.get_json()
        return content


def reader_of(
    app: Flask, cast: Cast, reach: str, *api_scopes: ApiScope, days: int = 30, revoked: bool = False
) -> Reader:
    """Return a system that reads at and below an organization."""
    _, token = make_token(
        cast.organization(reach),
        issuer=cast.organization("测试省"),
        api_scopes=api_scopes or tuple(ApiScope),
        days=days,
        is_revoked=revoked,
    )
    return Reader(app, token)


def put(cast: Cast, numbers: dict[str, int], measure: Measure, period: int = 0) -> None:
    """Set numbers of organizations, each by itself."""
    for name, value in numbers.items():
        figures.shift([cast.organization(name).id], measure, value, period)
    db.session.commit()
