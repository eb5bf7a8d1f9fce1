"""What a browser may keep: files and pages that look the same for everybody, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast
from tests.client import Client

ClientOf = Callable[[str], Client]


def told(worker: str) -> dict[str, Any]:
    """Return what the server puts before the worker."""
    line = worker.partition("\n")[0]
    found: dict[str, Any] = json.loads(line.removeprefix("self.kept = ").rstrip(";"))
    return found


def kept_addresses(worker: str) -> list[str]:
    content = told(worker)
    return [*content["files"], content["page"], *content["shells"].values()]


@pytest.mark.covers("WEB-11", "WEB-08", "S53")
def test_what_the_worker_keeps_knows_nobody(app: Flask, cast: Cast, client_of: ClientOf) -> None:
    ada, nobody = client_of("ada"), Client(app)
    answer = ada.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    addresses = kept_addresses(answer.text)
    assert "/offline/hours" in addresses
    for address in ["/sw.js", *addresses]:
        mine, anybodys = ada.get(address), nobody.get(address)
        assert mine.status_code == 200, address
        assert "Set-Cookie" not in anybodys.headers, address
        assert "no-store" not in mine.headers["Cache-Control"], address
        assert mine.get_data() == anybodys.get_data(), address
        assert cast.person("ada").name not in mine.text
        assert "csrf" not in mine.text or "?v=" in address or address == "/sw.js"
        mine.close()
        anybodys.close()
    assert nobody.token == ""


@pytest.mark.covers("WEB-11")
def test_another_display_is_another_worker(client_of: ClientOf) -> None:
    ada = client_of("ada")
    chinese = told(ada.get("/sw.js").text)["version"]
    assert told(ada.get("/sw.js").text)["version"] == chinese
    ada.http.set_cookie("language", "en")
    assert told(ada.get("/sw.js").text)["version"] != chinese


@pytest.mark.covers("WEB-11")
def test_the_worker_can_be_taken_out_of_service(app: Flask, client_of: ClientOf) -> None:
    ada, config = client_of("ada"), app.config["REDCROSS"]
    assert told(ada.get("/sw.js").text)["enabled"] is True
    app.config["REDCROSS"] = replace(config, offline_worker=False)
    try:
        assert told(ada.get("/sw.js").text)["enabled"] is False
    finally:
        app.config["REDCROSS"] = config


@pytest.mark.covers("QR-06")
def test_each_session_has_a_key_of_its_own(app: Flask, client_of: ClientOf) -> None:
    def device(client: Client) -> dict[str, str]:
        answer = client.get("/me/device", headers={"HX-Request": "true"})
        assert answer.headers["Cache-Control"] == "no-store"
        found: dict[str, str] = answer.get_json()
        return found

    ada, gus = device(client_of("ada")), device(client_of("gus"))
    assert ada["key"] == device(client_of("ada"))["key"]
    assert {ada["key"], ada["account"], ada["device"]}.isdisjoint(gus.values())
    out = Client(app).get("/me/device", headers={"HX-Request": "true"})
    assert out.status_code == 401
