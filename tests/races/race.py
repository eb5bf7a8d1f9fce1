"""A race: what is prepared, sent at once, and looked at afterwards; many times over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.database import db
from tests.races import books
from tests.races.harness import WORKERS, Lanes, Post, Trial, lanes
from tests.races.server import Ground

DONE, CONFLICT, REFUSED, UNKNOWN, TOO_OFTEN = 303, 409, 422, 404, 429
ALLOWED = {DONE, CONFLICT, REFUSED, UNKNOWN, TOO_OFTEN}


@dataclass(frozen=True, slots=True)
class Race:
    """What is sent at once, what must be true of each trial, and which guards it is about."""

    name: str
    covers: tuple[str, ...]
    guards: tuple[str, ...]
    prepare: Callable[[Ground, int], list[Trial]]
    judge: Callable[[Trial], Iterable[str]]
    afterwards: Callable[[Trial], Sequence[Post]] | None = None
    #: How often it can be run on one ground.
    most: int = 1_000


@dataclass(slots=True)
class Outcome:
    """What a race led to: the trials, what is wrong with each, and what is wrong altogether."""

    trials: list[Trial] = field(default_factory=list)
    wrong: dict[int, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def share_wrong(self) -> float:
        return len(self.wrong) / len(self.trials)

    def statuses(self) -> set[tuple[int, ...]]:
        """Return every set of statuses that trials were answered with."""
        return {tuple(sorted(trial.statuses())) for trial in self.trials}


def run(race: Race, ground: Ground, count: int) -> Outcome:
    """Run a race so many times and look at everything it left behind."""
    with ground.app.app_context():
        trials = race.prepare(ground, count)
        books.settle()
        db.session.commit()
        db.session.remove()
    with lanes(ground.app, ground.server.port, race.name) as opened:
        for trial in trials:
            opened.run(trial)
        if race.afterwards:
            _run_second_leg(race, ground, opened, trials)
    with ground.app.app_context():
        found = {place: list(_wrong(race, trial)) for place, trial in enumerate(trials)}
        problems = books.problems()
        db.session.remove()
    wrong = {place: sentences for place, sentences in found.items() if sentences}
    return Outcome(trials, wrong, problems)


def _run_second_leg(race: Race, ground: Ground, opened: Lanes, trials: list[Trial]) -> None:
    assert race.afterwards is not None
    with ground.app.app_context():
        legs = [Trial(race.afterwards(trial), trial.subject) for trial in trials]
        db.session.remove()
    for leg, trial in zip(legs, trials, strict=True):
        if len(leg.posts) > 1:
            opened.run(leg)
            trial.answers += leg.answers


def _wrong(race: Race, trial: Trial) -> Iterator[str]:
    """Yield what no race may lead to, and what this one may not."""
    for answer in trial.answers:
        if answer.status not in ALLOWED:
            yield f"answered with {answer.status}"
        if answer.status != DONE and 'lang="zh' not in answer.body:
            yield f"{answer.status} without a page"
    if len(trial.posts) > 1 and len({answer.worker for answer in trial.answers}) < WORKERS:
        yield "one worker answered everything"
    yield from race.judge(trial)
