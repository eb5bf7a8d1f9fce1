"""A browser for tests: signed in as somebody, sending tokens and keys as the forms do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from core.database import db
from core.idempotency import FIELD, new_key
from core.sessions import CookieSession


class Client:
    """Wraps Flask's test client; ``post`` fills in the hidden fields."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.app = app
        self.http = app.test_client()
        if token:
            self.http.set_cookie("session", token)

    @property
    def token(self) -> str:
        """Return the session token that the browser holds now, or nothing."""
        cookie = self.http.get_cookie("session")
        return cookie.value if cookie else ""

    def csrf_token(self) -> str:
        """Return a token as the page would carry it; opens a page first where needed."""
        if not self.token:
            self.get("/login")
        session = CookieSession(self.token, self.app.config["SECRET_KEY"], known=True)
        serializer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")  # type: ignore[arg-type]
        return str(serializer.dumps(session["csrf_token"]))

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        with self.as_server():
            return self.http.get(path, **options)

    @contextmanager
    def as_server(self) -> Iterator[None]:
        """Give the request a context and a database session of its own, as a server would.

        What the test prepared is kept first, and what it holds is read anew afterwards.
        """
        db.session.commit()
        with self.app.app_context():
            yield
        db.session.expire_all()

    def post(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        key: str | None = None,
        **options: Any,
    ) -> TestResponse:
        """Send a form with its hidden fields."""
        fields = {"csrf_token": self.csrf_token(), FIELD: key or new_key(), **(data or {})}
        with self.as_server():
            return self.http.post(path, data=fields, **options)

    def page(self, path: str) -> BeautifulSoup:
        """Open a page that must be there and return it parsed."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return BeautifulSoup(response.text, "html5lib")


def parsed(response: TestResponse) -> BeautifulSoup:
    """Return the page of an answer."""
    return BeautifulSoup(response.text, "html5lib")
