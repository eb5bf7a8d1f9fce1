"""Random work of eight writers leaves numbers, parts and ledger equal to the rows (LED-01).

A commit sends 160 posts, ``make races`` two thousand on each database. Without the guard, numbers
that grow where they stand, the same work leaves them wrong.
"""

from __future__ import annotations

import os

import pytest

from tests.races import tallying
from tests.races.race import CONFLICT, DONE, REFUSED, UNKNOWN
from tests.races.server import ground

FULL = os.environ.get("RACES") == "full"
POSTS = 2_000 if FULL else 160
POWER_POSTS = 400 if FULL else 160


@pytest.mark.covers("LED-01", "LED-12", "LOAD-02", "RACE-16")
def test_numbers_equal_the_rows_after_eight_writers(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with ground(tmp_path_factory.mktemp("tallies")) as guarded:
        statuses, problems = tallying.at_once(guarded, "tallies", POSTS)
        faults = guarded.server.faults()
    assert sum(statuses.values()) == POSTS
    assert set(statuses) <= {DONE, CONFLICT, REFUSED, UNKNOWN}, (statuses, faults)
    assert statuses[DONE] > POSTS * 0.4, statuses
    assert problems == []


def test_numbers_go_wrong_where_they_are_written_over(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with ground(tmp_path_factory.mktemp("written-over"), "growing figures") as unguarded:
        _, problems = tallying.at_once(unguarded, "tallies", POWER_POSTS)
    assert any(one.startswith("figure ") for one in problems)
