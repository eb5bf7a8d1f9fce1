"""Every endpoint x method x principal x relation against the hand-written table (AZ-01..04).

What is expected comes from ``rights.py`` and ``access_table.py``, never from the code.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from core.cli import route_rows
from core.database import db
from tests.cast import Cast
from tests.client import Client
from tests.security.access_table import ENDPOINTS, SIGN_IN
from tests.security.activity_table import OWN, PUBLIC
from tests.security.checksums import checksum
from tests.security.quality_table import TOKEN
from tests.security.report_table import EVERYWHERE
from tests.security.rights import ALL, NOT_SIGNED_IN, SIGNED_IN, expected
from tests.security.row_table import OWN_ROWS, OWNERS, ROWS
from tests.security.rows import RELATIONS, Rows

ROUTES = Path(__file__).parent / "routes.txt"
DONE = {200, 303, 400, 409, 422}
UNKNOWN = "zzzzzz"
#: ``make security`` asks everything everywhere, on both databases.
FULL = os.environ.get("SECURITY") == "full"
#: Of the refusals a commit asks every twelfth, of the next address the next ones.
STRIDE = 1 if FULL else 12
#: Of each page; all of them together are held to 60 % below.
LEAST_REFUSED = 0.2
#: Organizations at which addresses with a row are asked: one of each level, and the other trees.
ROW_PLACES = ["东一村", "东县", "东小学", "西一村", "北县", "东市", "测试省"]
#: Organizations at which the others are asked; the matrix of each commit knows every kind.
PLACES = ALL if FULL else ROW_PLACES
ORGANIZATION_PAGES = sorted(
    name for name, right in ENDPOINTS.items() if right not in {PUBLIC, OWN, SIGN_IN, TOKEN}
)
OWN_PAGES = sorted(name for name, right in ENDPOINTS.items() if right == OWN)


@dataclass(frozen=True, slots=True)
class Cell:
    """One address, the organization in it, and the relation of its row."""

    method: str
    extra: list[str]
    place: str | None
    relation: str


def addresses(app: Flask, endpoint: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (method, arguments beside org) of an endpoint."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == endpoint:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, sorted(rule.arguments - {"org"})


def path_of(app: Flask, endpoint: str, values: dict[str, object]) -> str:
    return app.url_map.bind("localhost").build(endpoint, values)


def relations_of(endpoint: str) -> tuple[str, ...]:
    """Return how the row of an address may stand to the organization of the address."""
    return ("here", "none") if ROWS[endpoint] in EVERYWHERE else RELATIONS


def cells(app: Flask, endpoint: str) -> Iterator[Cell]:
    """Yield every address of an endpoint that the matrix asks."""
    for method, extra in addresses(app, endpoint):
        for place in ROW_PLACES if extra else [*PLACES, None]:
            for relation in relations_of(endpoint) if extra else ("here",):
                yield Cell(method, extra, place, relation)


def addressed(app: Flask, cast: Cast, endpoint: str) -> Iterator[tuple[Cell, str]]:
    """Yield the same, each with its path; the rows are made where they are missing."""
    rows = Rows(cast.organization)
    codes = {place: cast.code(place) for place in ALL}
    for cell in cells(app, endpoint):
        kind = ROWS[endpoint] if cell.extra else ""
        code = rows.code(kind, cell.relation, str(cell.place)) if cell.extra else ""
        org = codes[cell.place] if cell.place else UNKNOWN
        yield cell, path_of(app, endpoint, {"org": org, **dict.fromkeys(cell.extra, code)})


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the request inside did, so that every cell meets the same database."""
    db.session.rollback()
    savepoint = db.engines[None].begin_nested()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


def decide(client: Client, method: str, path: str) -> int:
    """Return what an answer decided: 200 for anything let through, 303 for the sign-in page."""
    with undone():
        response = client.get(path) if method == "GET" else client.post(path)
        location = response.headers.get("Location", "")
    if response.status_code == 303 and location.startswith("/login"):
        return 303
    return 200 if response.status_code in DONE else response.status_code


def everybody(app: Flask, client_of: Callable[[str], Client]) -> dict[str, Client]:
    clients = {name: client_of(name) for name in (*SIGNED_IN, *NOT_SIGNED_IN) if name != "nobody"}
    return {**clients, "nobody": Client(app)}


@pytest.mark.covers("AZ-02")
def test_the_table_names_every_endpoint(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert known == set(ENDPOINTS)


@pytest.mark.covers("AZ-02")
def test_a_change_of_routes_or_rights_is_a_line_in_the_diff(app: Flask) -> None:
    lines = [
        f"{row['endpoint']} {row['methods']} {row['path']} {row['needs']}"
        for row in route_rows(app)
    ]
    assert ROUTES.read_text(encoding="utf-8").splitlines() == lines


@pytest.mark.only_on("sqlite", *["postgresql"] * FULL)
@pytest.mark.covers("AZ-01", "AZ-04", "AZ-05", "AZ-10", "AZ-19", "AU-09", "S27")
@pytest.mark.parametrize("endpoint", ORGANIZATION_PAGES)
def test_organization_pages(
    app: Flask, cast: Cast, client_of: Callable[[str], Client], endpoint: str
) -> None:
    clients = everybody(app, client_of)
    right, wrong, counted = ENDPOINTS[endpoint], {}, Counter[int]()
    asked = list(addressed(app, cast, endpoint))
    before = checksum()
    start = ORGANIZATION_PAGES.index(endpoint)
    for row, (cell, path) in enumerate(asked, start):
        for column, (name, client) in enumerate(clients.items()):
            wanted = expected(right, name, cell.place)
            if wanted != 200 and (cell.relation != "here" or (row + column) % STRIDE):
                continue  # the refusal does not look at the row: asked once, for the row here
            wanted = 200 if cell.relation == "here" and wanted == 200 else wanted
            wanted = 404 if cell.relation != "here" else wanted
            owner = OWNERS.get(ROWS.get(endpoint, ""), {}).get(str(cell.place))
            if wanted == 200 and owner is not None and name != owner:
                wanted = 404  # the right is there, the row is another's
            found = decide(client, cell.method, path)
            counted[wanted] += 1
            if found != wanted:
                wrong[cell.method, path, name, cell.place, cell.relation] = (wanted, found)
    assert wrong == {}
    assert checksum() == before
    assert before[1] > 80
    assert sum(counted.values()) >= len(clients) * len(ROW_PLACES) / STRIDE
    assert counted[404] + counted[403] + counted[303] >= LEAST_REFUSED * sum(counted.values())


@pytest.mark.only_on("sqlite", *["postgresql"] * FULL)
@pytest.mark.covers("AZ-01")
def test_the_matrix_is_large_enough(app: Flask) -> None:
    """At least 10,000 decisions are asked, at least 60 % of them refusals (AZ-01)."""
    people, decisions, refusals = len(SIGNED_IN) + len(NOT_SIGNED_IN), 0, 0
    for endpoint in ORGANIZATION_PAGES:
        for cell in cells(app, endpoint):
            names = (*SIGNED_IN, *NOT_SIGNED_IN)
            allowed = sum(expected(ENDPOINTS[endpoint], n, cell.place) == 200 for n in names)
            here = cell.relation == "here"
            decisions += (people - allowed) // STRIDE + allowed if here else allowed
            refusals += (people - allowed) // STRIDE if here else allowed
    assert decisions >= 10_000
    assert refusals >= 0.6 * decisions


@pytest.mark.covers("AZ-01", "AU-09")
@pytest.mark.parametrize("endpoint", OWN_PAGES)
def test_own_pages_need_a_complete_sign_in(
    app: Flask, cast: Cast, client_of: Callable[[str], Client], endpoint: str
) -> None:
    wrong, asked = {}, 0
    for method, extra in addresses(app, endpoint):
        kinds = {"kind": "member", "session_id": 1}
        values: dict[str, object] = {name: kinds.get(name, "zzzzzzzz") for name in extra}
        path = path_of(app, endpoint, {"org": cast.code("东一村"), **values})
        for name in NOT_SIGNED_IN:
            client = Client(app) if name == "nobody" else client_of(name)
            found = decide(client, method, path)
            asked += 1
            if found != 303:
                wrong[method, path, name] = found
    assert wrong == {}
    assert asked >= len(NOT_SIGNED_IN)


@pytest.mark.covers("AZ-01", "AZ-05")
@pytest.mark.parametrize("endpoint", sorted(OWN_ROWS))
def test_a_strangers_row_does_not_exist(
    app: Flask, cast: Cast, client_of: Callable[[str], Client], endpoint: str
) -> None:
    rows, bodies = Rows(cast.organization), set()
    for method, extra in addresses(app, endpoint):
        for name in ("mia", "ada", "ben", "cora", "gil", "hana"):
            for relation in RELATIONS:
                code = rows.code(OWN_ROWS[endpoint], relation, "东一村")
                path = path_of(app, endpoint, dict.fromkeys(extra, code))
                assert decide(client_of(name), method, path) == 404, (method, name, relation)
                bodies.add(relation)
    assert len(bodies) == len(RELATIONS)
