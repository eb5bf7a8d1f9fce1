"""Pages and their parts at one address: caches keep them apart, and htmx is set as it must be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from accounts.models import Post
from core.database import db
from core.jobs.rules import JobStatus
from tests import desk_factories as desk
from tests.architecture.tree import texts
from tests.cast import Cast
from tests.client import Client, parsed

ClientOf = Callable[[str], Client]
#: Names and values of security.md WEB-04.
WANTED = {
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,
    "historyRestoreAsHxRequest": False,
    "refreshOnHistoryMiss": True,
    "includeIndicatorStyles": False,
    "withCredentials": False,
}
HTMX = {"HX-Request": "true"}


class Cache:
    """A proxy that keeps every answer, whatever it says of that, and obeys ``Vary`` alone."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.kept: dict[str, list[tuple[dict[str, str], set[str], str]]] = {}

    def get(self, path: str, headers: dict[str, str]) -> str:
        """Return a kept answer that fits, else the server's."""
        for sent, vary, text in self.kept.get(path, []):
            if all(sent.get(name) == headers.get(name) for name in vary):
                return text
        answer = self.client.get(path, headers=headers)
        vary = {name for name in ("HX-Request", "Accept") if name in answer.headers.get("Vary", "")}
        self.kept.setdefault(path, []).append((headers, vary, answer.text))
        return answer.text


@pytest.mark.covers("WEB-05")
def test_a_part_that_a_cache_kept_is_never_shown_as_a_page(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    ben = client_of("ben")
    post = db.session.query(Post).filter_by(user_id=cast.user("ben").id).first()
    assert post is not None
    job = f"/me/jobs/{desk.make_job(post, JobStatus.RUNNING, 1, 9).code}"
    code = cast.code("东一村")
    own = (job, "/nowhere", f"/o/{code}/members", f"/o/{code}/applications", "/me/hours/new")
    parts = 0
    for client, paths in ((ben, own), (Client(app), ("/", "/find", "/nowhere", "/venues"))):
        cache = Cache(client)
        for path in paths:
            parts += "<html" not in cache.get(path, HTMX)
            for _ in range(2):
                page = cache.get(path, {})
                assert "<html" in page, path
                assert parsed(client.get(path)).select("main#main h1"), path
            assert "<html" in client.get(path, headers=HTMX | RESTORED).text, path
    assert parts >= 3  # the job and both pages that are not there


RESTORED = {"HX-History-Restore-Request": "true"}


@pytest.mark.covers("WEB-04")
def test_htmx_is_set_as_it_must_be_on_every_kind_of_page(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    code = cast.code("东一村")
    pages = [client_of("ben").page(path) for path in ("/me/settings", f"/o/{code}/members")]
    pages += [Client(app).page(path) for path in ("/", "/login", "/find", "/offline")]
    pages.append(parsed(client_of("ben").get("/nowhere")))
    for page in pages:
        meta = page.select_one('meta[name="htmx-config"]')
        assert meta is not None
        told: dict[str, Any] = json.loads(str(meta["content"]))
        assert {name: told.get(name) for name in WANTED} == WANTED
        assert 0 < told["timeout"] <= 60_000
        rules = {rule["code"]: rule for rule in told["responseHandling"]}
        assert rules["422"]["swap"] is True
        assert rules["[45].."] == {"code": "[45]..", "swap": False, "error": True}


@pytest.mark.covers("WEB-07")
def test_nobody_sends_words_in_a_header_of_htmx() -> None:
    """``HX-Trigger`` is never used, so that nothing in it can need to be escaped."""
    found = [
        str(path)
        for path, text in texts()
        if "HX-Trigger" in text and path.suffix == ".py" and "tests" not in path.parts
    ]
    assert found == []
