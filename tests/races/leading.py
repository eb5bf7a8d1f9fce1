"""Races about who leads on the spot: he calls the roll as he is taken off, or the shift moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import func, select

from activities.models import Shift, Signup
from core import clock
from core.audit.models import AuditEvent
from core.database import db
from tests.activity_factories import make_signup
from tests.races import stage
from tests.races.attending import MINUTE, ROOM, a_shift, arrivals
from tests.races.harness import Post, Trial
from tests.races.race import DONE, REFUSED, UNKNOWN, Race
from tests.races.seating import HERE
from tests.races.server import Ground


def led(begins: int) -> tuple[Shift, stage.Somebody]:
    """Return a shift with people, and the volunteer who leads its activity."""
    shift, (volunteer, account) = a_shift(begins), stage.volunteer(HERE)
    for _turn in range(ROOM):
        make_signup(shift, stage.volunteer(HERE)[0].person)
    shift.activity.leader_id = volunteer.person_id
    return shift, account


def calling(leader: stage.Somebody, shift: Shift) -> Post:
    """Return the form by which a leader calls out everybody."""
    return Post(leader.token, f"/me/desk/{shift.code}/arrivals")


def prepared(
    begins: int, count: int, other: Callable[[stage.Somebody, Shift], Post]
) -> list[Trial]:
    """Return trials in which a leader calls the roll while his keeper does something else."""
    keeper, trials = stage.keeper(HERE), []
    for _ in range(count):
        shift, leader = led(begins)
        trials.append(Trial([calling(leader, shift), other(keeper, shift)], shift.id))
    return trials


def prepare_taking_off(_ground: Ground, count: int) -> list[Trial]:
    """The keeper takes the leader off."""

    def take_off(keeper: stage.Somebody, shift: Shift) -> Post:
        path = f"/o/{stage.place(HERE).code}/events/{shift.activity.code}/leader"
        return Post(keeper.token, path, [("who", "")])

    return prepared(-10, count, take_off)


def judge_taking_off(trial: Trial) -> Iterator[str]:
    """He called the roll before, or it is not his any more."""
    called, taken = trial.statuses()
    if taken != DONE or called not in (DONE, UNKNOWN):
        yield f"statuses {trial.statuses()}"
    yield from before(trial, "activities.name_leader")


def prepare_moving(_ground: Ground, count: int) -> list[Trial]:
    """The keeper puts right when a shift was: it was over earlier, and so is its window."""
    end = clock.local(clock.now()) - 40 * MINUTE
    if end.hour == 0:  # a shift begins and ends on one day
        end -= 60 * MINUTE
    times = [("day", f"{end:%Y-%m-%d}"), ("start", f"{end - 60 * MINUTE:%H:%M}")]

    def move(keeper: stage.Somebody, shift: Shift) -> Post:
        fields = [*times, ("end", f"{end:%H:%M}"), ("seats", str(shift.seats))]
        return Post(keeper.token, f"/o/{stage.place(HERE).code}/shifts/{shift.code}/edit", fields)

    return prepared(-60, count, move)


def judge_moving(trial: Trial) -> Iterator[str]:
    """He called the roll in its window, or he is told that it is over."""
    called, moved = trial.statuses()
    if moved != DONE or called not in (DONE, REFUSED):
        yield f"statuses {trial.statuses()}"
    yield from before(trial, "activities.change_shift")


def before(trial: Trial, other: str) -> Iterator[str]:
    """Yield where a roll call stands that came after the other act, or one that was refused."""
    called, count = trial.statuses()[0], len(arrivals(trial.subject))
    if count != (ROOM if called == DONE else 0):
        yield f"{count} arrivals, answered {called}"
    activity = select(Shift.activity_id).where(Shift.id == trial.subject)
    ids = select(Signup.id).where(Signup.shift_id == trial.subject)
    ticked = select(func.max(AuditEvent.sequence)).where(
        AuditEvent.action == "activities.tick", AuditEvent.subject_id.in_(ids)
    )
    done = select(func.max(AuditEvent.sequence)).where(
        AuditEvent.action == other, AuditEvent.subject_id == activity.scalar_subquery()
    )
    last, first = db.session.scalar(ticked), db.session.scalar(done)
    if first is None:
        yield f"no {other}"
    elif last is not None and last > first:
        yield f"called the roll after {other}"


LED = ("lock on a led desk",)
RACES: Sequence[Race] = (
    Race(
        "a leader calls the roll while he is taken off",
        ("RACE-08", "S32"),
        LED,
        prepare_taking_off,
        judge_taking_off,
    ),
    Race(
        "a leader calls the roll while the shift moves",
        ("RACE-08", "S32"),
        LED,
        prepare_moving,
        judge_moving,
    ),
)
