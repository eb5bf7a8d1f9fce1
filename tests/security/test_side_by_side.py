"""Officers of two counties by turns in one process: nothing of one gets to the other (AZ-17).

A worker does one request after the other, so turns are what it does with a crowd. Two hundred of
them with every commit, two thousand with ``make security``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import cycle, islice

import pytest

from tests.cast import Cast
from tests.client import Client
from tests.security.markers import names_in, secrets_in, secrets_of_all
from tests.security.rights import MEETS

FULL = os.environ.get("SECURITY") == "full"
TURNS = 2_000 if FULL else 200
HOMES = {"cora": "东县", "dan": "西县", "ben": "东一村", "will": "西一村"}
PAGES = ("home", "members?q=人", "volunteers?q=人", "hours", "applications", "organizations")
#: What each types into forms that are refused: words and pages of errors are his alone.
TYPED = {name: f"标记{name}标记" for name in HOMES}


@pytest.mark.covers("AZ-17")
def test_turns_of_two_counties_leave_nothing_behind(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    clients = {name: client_of(name) for name in HOMES}
    known, met, asked = secrets_of_all(), dict.fromkeys(HOMES, 0), 0
    pages = cycle([*PAGES, ""])
    for name in islice(cycle(HOMES), TURNS):
        page = next(pages)
        if page:
            answer = clients[name].get(f"/o/{cast.code(HOMES[name])}/{page}")
        else:
            wrong = {"title": TYPED[name], "day": "gestern", "length": "120"}
            answer = clients[name].post("/me/hours/new", wrong)
        told = answer.text + str(answer.headers)
        assert {one for one in TYPED if TYPED[one] in told} <= {name}
        assert names_in(told) | secrets_in(told, known) <= MEETS[name] | {name}, page
        met[name] += bool(names_in(told))
        asked += TYPED[name] in told
    assert min(met.values()) > 0
    assert asked > 0
