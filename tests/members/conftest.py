"""Browsers of people whom nobody knows yet, and of guardians."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from core import clock
from core.audit.operations import Actor
from core.exports import vault
from core.messages import outbox
from tests import factories as make
from tests.cast import Cast
from tests.client import Client


def newest_code() -> str:
    """Return the one-time code of the newest message."""
    return outbox(1)[0].text.rpartition("#")[2]


def years_ago(years: int) -> date:
    """Return a birth day of somebody of an age, whatever the day of the test."""
    day = clock.today()
    return date(day.year - years, 1, 1)


def actor_of(cast: Cast, name: str) -> Actor:
    """Return a person of the cast as who acts, in the first post he holds."""
    user = cast.user(name)
    post = user.posts[0] if user.posts else None
    if post is None:
        return Actor(user.id, user.person_id)
    return Actor(user.id, user.person_id, post.id, post.role, post.organization_id)


@pytest.fixture
def newcomer(app: Flask, cast: Cast) -> Callable[..., Client]:
    """Return a function that signs in a phone nobody knows, by code, as a browser does."""

    def build(phone: str | None = None, wanted: str = "/me") -> Client:
        client = Client(app)
        client.post("/login/send", {"phone": phone or make.make_phone(), "next": wanted})
        code = newest_code()
        answer = client.post("/login/code", {"code": code, "agree": "y", "next": wanted})
        assert answer.status_code == 303
        return client

    return build


@pytest.fixture
def ward(newcomer: Callable[..., Client], cast: Cast) -> Callable[[int], tuple[Client, str]]:
    """Return a function: age -> the browser of a minor who applied, and the guardian's link."""

    def build(age: int) -> tuple[Client, str]:
        client, code = newcomer(), cast.code("东一村")
        client.post(f"/j/{code}/apply/volunteer/name", {"name": "王小明"})
        client.post(
            f"/j/{code}/apply/volunteer/identity",
            {
                "born_on": years_ago(age).isoformat(),
                "guardian_name": "王大明",
                "guardian_phone": make.make_phone(),
            },
        )
        assert client.post(f"/j/{code}/apply/volunteer/submit").status_code == 303
        return client, "/g/" + outbox(1)[0].text.partition("/g/")[2]

    return build


@pytest.fixture
def folder(app: Flask, database: None) -> Iterator[Path]:
    """Begin with no file and leave none: the folder of the instance outlives the tests."""
    _empty()
    yield vault.folder()
    _empty()


def _empty() -> None:
    for path in vault.folder().iterdir():
        vault.remove(path.name)
