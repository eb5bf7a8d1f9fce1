"""An officer above opens every list and row that he may, about children alone: he meets none (D10).

The rows are those of the access matrix; here everybody whom one is about is a child of a branch
below. Officers hold ``pupils:approve`` too, and this shows what comes with it: no name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from http import HTTPStatus
from itertools import count
from typing import Any

import pytest
from flask import Flask

from core import clock
from members.rules import ApplicationKind, MembershipKind
from organizations.models import Organization
from people.models import Person
from tests import factories as make
from tests.cast import Cast, organization_named
from tests.client import Client
from tests.security import matter_table
from tests.security.access_table import ENDPOINTS
from tests.security.rights import RIGHTS
from tests.security.row_table import ROWS
from tests.security.rows import Rows
from tests.security.test_access_matrix import FULL, addresses, path_of
from tests.security.test_canary_crawl import text_of

HOME = "东一村"
#: Where an officer looks: at his desk and at one branch of each kind below; all of them in full.
BELOW = [HOME, "东小学"]
DESKS = {"cora": "东县", "eve": "东市", "gil": "测试省"}
OFFICES = {"county", "city", "province"}
#: Rows whose people are of age: leaders of teams, the expelled, who moves to an office; and twins,
#: who would not have one name here.
GROWN = {"team", "team-submitted", "pair", "heard", "decided", "appealed", "arriving"}
PAGES = ["applications", "hours", "changes", "members?kind=youth", "volunteers"]
KINDS: dict[str, dict[str, Any]] = {
    "make_membership": {"kind": MembershipKind.YOUTH},
    "make_volunteer": {},
    "make_application": {"kind": ApplicationKind.VOLUNTEER},
}


def home(place: Organization) -> Organization:
    """Return where a child is at home: never at the office itself."""
    return place if place.level not in OFFICES else organization_named(HOME)


def at_home(original: Callable[..., Any], more: dict[str, Any]) -> Callable[..., Any]:
    """Return what makes a row of somebody at home, with other defaults."""
    return lambda who, place, *rest, **given: original(who, home(place), *rest, **{**more, **given})


def handled_at(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return what makes a request of somebody at home that an office has to answer."""

    def build(*given: Any) -> Any:
        row = original(*given)
        row.organization = home(row.handler)
        return row

    return build


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """Let everybody whom a row is about be a child of a branch below the officer."""
    made: list[Person] = []
    number, person, record, post = count(1), make.make_person, make.make_record, make.make_post

    def child(_name: str | None = None, **given: Any) -> Person:
        born_on = date(clock.today().year - 16, 1, 5)
        found = person(f"暗记{next(number)}童", **{**given, "born_on": born_on, "with_id": True})
        made.append(found)
        return found

    def grown(user: Any, *rest: Any, **given: Any) -> Any:
        made[:] = [one for one in made if one.id != user.person_id]
        return post(user, *rest, **given)

    def served(one: Any, place: Organization, **given: Any) -> Any:
        return record(one, home(place), **{"handler": place, **given})

    monkeypatch.setattr(make, "make_person", child)
    monkeypatch.setattr(make, "make_post", grown)  # who holds a post is no child
    monkeypatch.setattr(make, "make_record", served)
    for name, more in KINDS.items():
        monkeypatch.setattr(make, name, at_home(getattr(make, name), more))
    for module, name in ((make, "make_change"), (matter_table, "make_request")):
        monkeypatch.setattr(module, name, handled_at(getattr(module, name)))
    return made


def pages(app: Flask, cast: Cast, name: str) -> Iterator[str]:
    """Yield every page that an officer may open: those of rows, made on the way, then the rest."""
    rows, later = Rows(cast.organization), []
    for endpoint, right in sorted(ENDPOINTS.items()):
        allowed = RIGHTS.get(right, {}).get(name, [])
        for place in allowed if FULL else {DESKS[name], *BELOW} & set(allowed):
            for method, extra in addresses(app, endpoint):
                if method != "GET" or ROWS.get(endpoint) in GROWN:
                    continue
                org = cast.code(place)
                if not extra:
                    later.append(path_of(app, endpoint, {"org": org}))
                elif endpoint in ROWS:
                    code = rows.code(ROWS[endpoint], "here", place)
                    yield path_of(app, endpoint, {"org": org, **dict.fromkeys(extra, code)})
    yield from later


def told(child: Person, text: str) -> bool:
    """Return whether an answer tells who a child is."""
    return any(one in text for one in (child.name, child.plain_phone, child.plain_id_number))


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("PRV-10", "AZ-03", "D10", "S22")
@pytest.mark.parametrize("name", DESKS)
def test_no_office_meets_a_child_of_a_branch_by_name(
    app: Flask,
    cast: Cast,
    client_of: Callable[[str], Client],
    children: list[Person],
    name: str,
) -> None:
    client, opened, met = client_of(name), 0, {}
    for path in pages(app, cast, name):
        answer = client.get(path)
        opened += answer.status_code == HTTPStatus.OK
        text = text_of(answer)
        names = {one.name for one in children if told(one, text)}
        if names:
            met[path] = names
    assert met == {}
    assert opened > 150
    assert len(children) > 20


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("PRV-10", "D10")
@pytest.mark.parametrize(
    "page", ["applications", "hours", "changes", "members?kind=youth", "volunteers"]
)
def test_the_own_organization_reads_the_names(
    cast: Cast, client_of: Callable[[str], Client], children: list[Person], page: str
) -> None:
    """The other side of it: who keeps the branch itself works with names."""
    rows = Rows(cast.organization)
    for kind in ("application", "record", "change", "membership", "volunteer"):
        rows.code(kind, "here", HOME)
    text = client_of("ben").get(f"/o/{cast.code(HOME)}/{page}").text
    assert [one.name for one in children if one.name in text]
