"""Forms as a browser sees them: what it may remember, which keys it shows, where pages lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import factories as make
from tests.architecture.tree import texts
from tests.cast import Cast, phone_of
from tests.client import Client, parsed

ClientOf = Callable[[str], Client]
#: ``off`` and ``one-time-code`` fill nothing in again from what was typed once.
FORGETFUL = {"off", "one-time-code"}
OWN_NAMES = re.compile(r"(^|-)(code|id_number|totp)$")
PHONES = re.compile(r"(^|_|-)phone$")
KEYS = {"numeric", "text"}
#: What ux.md UX-M2 forbids on a screen: 亲 as an address, not as part of 亲属, 父亲 or 亲自.
FORBIDDEN = re.compile(r"点击这里|操作成功|亲[，,！!～~。：]|^亲$")


def pages_with_forms(cast: Cast, client_of: ClientOf, app: Flask) -> list[BeautifulSoup]:
    """Return pages that ask for codes, numbers of documents or phones, for who may open them."""
    branch, county, school = (cast.code(name) for name in ("东一村", "东县", "东小学"))
    nobody = Client(app)
    nobody.post("/login", {"phone": phone_of("ada")})
    asked = [
        (nobody, ("/login", "/login/password", "/login/code", "/verify")),
        (client_of("ben"), (f"/o/{branch}/members/new", f"/o/{branch}/imports/paste")),
        (client_of("cora"), (f"/o/{county}/groups/new",)),
        (
            client_of("mia"),
            ("/me/changes/phone", "/me/changes/new/id_number", f"/j/{county}/group"),
        ),
        (client_of("finn"), (f"/o/{school}/classes",)),
    ]
    answers = [client.get(path) for client, paths in asked for path in paths]
    return [parsed(answer) for answer in answers if answer.status_code == 200]


@pytest.mark.covers("WEB-13")
def test_codes_and_numbers_are_not_remembered_and_have_their_keys(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    seen = []
    for page in pages_with_forms(cast, client_of, app):
        for field in page.select("main input:not([type=hidden])"):
            name = str(field.get("name", ""))
            if OWN_NAMES.search(name):
                assert field.get("autocomplete") in FORGETFUL, field
                seen.append(name)
            if PHONES.search(name):
                assert "tel" in {field.get("type"), field.get("inputmode")}, field
                seen.append(name)
            if field.get("autocomplete") == "one-time-code":
                assert field.get("inputmode") in KEYS, field
    assert {"id_number", "phone", "contact_phone"} <= set(seen), seen


@pytest.mark.covers("WEB-13")
def test_no_number_of_a_document_stays_in_a_form_that_was_taken(
    cast: Cast, client_of: ClientOf
) -> None:
    ben, code = client_of("ben"), cast.code("东一村")
    number = make.make_id_number(date(1971, 3, 4))
    fields = {"kind": "member", "name": "试代录", "id_number": number, "agreed": "y"}
    fields |= {"signed_on": "2026-01-05", "witness": "试见证"}
    answer = ben.post(f"/o/{code}/members/new", fields)
    assert answer.status_code == 303, answer.text[:2000]
    assert number not in ben.get(answer.location).text
    assert number not in ben.get(f"/o/{code}/members/new").text


@pytest.mark.covers("WEB-17")
def test_no_page_can_be_framed_and_no_link_hands_its_window_over(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    """A link that opens a window of its own would need ``noopener``: there is none."""
    for client, paths in (
        (Client(app), ("/", "/login", "/login/password", "/find", "/offline", "/nowhere")),
        (client_of("ben"), ("/me", "/me/settings", f"/o/{cast.code('东一村')}/home")),
    ):
        for path in paths:
            answer = client.get(path)
            assert answer.headers["X-Frame-Options"] == "DENY", path
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", path
            for link in parsed(answer).select("a[href^=http], a[target], form[target]"):
                assert "noopener" in str(link.get("rel")), link
    opened = [str(path) for path, text in texts() if path.suffix == ".js" and "window.open" in text]
    assert opened == []


@pytest.mark.covers("UX-M2")
def test_no_forbidden_word_is_said() -> None:
    """Crosses are looked for in every file by ``tests/architecture/test_house.py``."""
    said = [
        f"{path}: {match[0]}"
        for path, text in texts()
        if path.suffix in {".html", ".js", ".py", ".po"} and "tests" not in path.parts
        for match in [FORBIDDEN.search(text)]
        if match
    ]
    assert said == []
    for words in ("请点击这里", "操作成功", "亲，您好"):
        assert FORBIDDEN.search(words)
    assert not FORBIDDEN.search("父亲、亲属和亲自")
