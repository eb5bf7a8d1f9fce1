"""Many times at once against the production server; and the same without the guard.

Sixteen trials each on every commit (eight on SQLite); ``make races`` runs two hundred (security.md
4.6), and ``make soak`` a thousand of those about hours, seats, attendance and numbers. Of the races
without a guard a commit runs every eighth, on PostgreSQL; both tasks run theirs on both databases.

A race that finds nothing proves something only where it finds the fault that the guard keeps
away: without the guard at least three in ten trials go wrong (security.md 4.6).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.plugins.databases import DATABASES
from tests.races import (
    asking,
    attending,
    booking,
    consenting,
    ending,
    exporting,
    granting,
    guessing,
    importing,
    joining,
    leading,
    looking,
    mending,
    merging,
    moving,
    ordering,
    paying,
    places,
    reporting,
    seating,
    seconding,
    serving,
    units,
)
from tests.races.race import Race, run
from tests.races.server import Ground, ground

AT_LENGTH = os.environ.get("SOAK") == "full"
FULL = AT_LENGTH or os.environ.get("RACES") == "full"
TRIALS = 1_000 if AT_LENGTH else 200 if FULL else 16
#: On SQLite writers wait for each other whatever a race is about.
FEWER = TRIALS if FULL else 8
POWER_TRIALS = 40 if FULL else 16
LEAST_SHARE = 0.3
ATTEMPTS = 3  # a machine that is busy elsewhere sends one request after the other
RACES = (
    *joining.RACES,
    *serving.RACES,
    *asking.RACES,
    *moving.RACES,
    *paying.RACES,
    *units.RACES,
    *ending.RACES,
    *mending.RACES,
    *exporting.RACES,
    *merging.RACES,
    *places.RACES,
    *importing.RACES,
    *seating.RACES,
    *booking.RACES,
    *attending.RACES,
    *leading.RACES,
    *seconding.RACES,
    *looking.RACES,
    *consenting.RACES,
    *granting.RACES,
    *guessing.RACES,
    *ordering.RACES,
    *reporting.RACES,
)
#: What ``make soak`` runs a thousand times.
SOAKED = {"RACE-01", "RACE-02", "RACE-04", "RACE-05", "RACE-09", "RACE-15", "RACE-16"}
UNGUARDED = [(race, guard) for race in RACES for guard in race.guards]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Return the product as it is served."""
    with ground(tmp_path_factory.mktemp("races")) as found:
        yield found


def at_length(race: Race) -> list[pytest.MarkDecorator]:
    """Return the mark of a race that ``make soak`` runs."""
    return [pytest.mark.soak] if SOAKED & set(race.covers) else []


@pytest.mark.parametrize(
    "race",
    [
        pytest.param(race, id=race.name, marks=[pytest.mark.covers(*race.covers), *at_length(race)])
        for race in RACES
    ],
)
def test_race_is_decided_once(race: Race, guarded: Ground) -> None:
    trials = TRIALS if DATABASES.server else FEWER
    count = min(trials, race.most)
    outcome = run(race, guarded, count)
    assert len(outcome.trials) == count
    assert sum(len(trial.answers) for trial in outcome.trials) >= count
    assert outcome.wrong == {}, guarded.server.faults()
    assert outcome.problems == []


@pytest.mark.only_on("postgresql", *["sqlite"] * FULL)
@pytest.mark.parametrize(
    ("race", "guard"),
    [
        pytest.param(race, guard, id=f"{race.name}, without {guard}", marks=at_length(race))
        for race, guard in UNGUARDED[:: 1 if FULL else 8]
    ],
)
def test_race_goes_wrong_without_its_guard(
    race: Race, guard: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shares: list[float] = []
    while len(shares) < ATTEMPTS and max(shares, default=0) < LEAST_SHARE:
        with ground(tmp_path_factory.mktemp("unguarded"), guard) as unguarded:
            outcome = run(race, unguarded, POWER_TRIALS)
        assert len(outcome.trials) == POWER_TRIALS
        shares.append(outcome.share_wrong)
    assert max(shares) >= LEAST_SHARE, shares
