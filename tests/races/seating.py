"""Races about seats: sixty for twenty, freed seats while others come, two shifts at one time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from activities.models import Shift, Signup
from activities.rules import HOLDING, LIVE, SignupStatus
from core import clock
from core.database import db
from tests.activity_factories import make_activity, make_signup, shift_of
from tests.races import stage
from tests.races.harness import WIDTH, Post, Trial
from tests.races.race import DONE, REFUSED, Race
from tests.races.server import Ground

HERE = "东一村"
PEOPLE, SEATS = 60, 20
ROUNDS = -(-PEOPLE // WIDTH)
FEW = 2


def signing_up(who: stage.Somebody, shift: Shift) -> Post:
    """Return the form by which somebody signs up for a shift."""
    return Post(who.token, f"/events/shifts/{shift.code}")


def a_shift(seats: int) -> Shift:
    """Return the shift of a new activity of the branch."""
    return shift_of(make_activity(stage.place(HERE), seats=seats))


def signups_of(shift_id: int) -> list[Signup]:
    """Return the sign-ups of a shift that live, in the order in which they were made."""
    statement = select(Signup).where(Signup.shift_id == shift_id, Signup.status.in_(LIVE))
    return list(db.session.scalars(statement.order_by(Signup.id)))


def seats_of(shift_id: int) -> Iterator[str]:
    """Yield what is wrong with the seats of a shift, whatever happened to it."""
    shift = db.session.get_one(Shift, shift_id)
    held = sum(one.status in HOLDING for one in signups_of(shift_id))
    if held > shift.seats or held != shift.taken:
        yield f"{held} held, {shift.taken} counted, {shift.seats} seats"


def prepare_sixty_for_twenty(_ground: Ground, count: int) -> list[Trial]:
    """Sixty people sign up for twenty seats, eight at once; each shift is several trials."""
    trials: list[Trial] = []
    while len(trials) < count:
        shift = a_shift(SEATS)
        people = [stage.volunteer(HERE)[1] for _ in range(PEOPLE)]
        for turn in range(ROUNDS):
            some = people[turn * WIDTH : (turn + 1) * WIDTH]
            trials.append(Trial([signing_up(one, shift) for one in some], shift.id))
    return trials[:count]


def judge_sixty_for_twenty(trial: Trial) -> Iterator[str]:
    """Exactly twenty have a seat, they came first, and forty wait behind them."""
    if set(trial.statuses()) != {DONE}:
        yield f"statuses {trial.statuses()}"
    yield from seats_of(trial.subject)
    states = [one.status for one in signups_of(trial.subject)]
    wanted = [SignupStatus.ACCEPTED] * SEATS + [SignupStatus.WAITLISTED] * (PEOPLE - SEATS)
    if states != wanted[: len(states)]:
        yield f"{states.count(SignupStatus.ACCEPTED)} accepted of {len(states)}, or out of order"


def prepare_freed_seats(_ground: Ground, count: int) -> list[Trial]:
    """Both who have a seat cancel, two wait, others come: all at once."""
    trials = []
    for _ in range(count):
        shift = a_shift(FEW)
        posts = []
        for state in (SignupStatus.ACCEPTED, SignupStatus.WAITLISTED):
            for _turn in range(FEW):
                volunteer, account = stage.volunteer(HERE)
                signup = make_signup(shift, volunteer.person, state)
                if state is SignupStatus.ACCEPTED:
                    posts.append(Post(account.token, f"/me/events/{signup.code}/cancel"))
        others = [stage.volunteer(HERE)[1] for _ in range(2 * FEW)]
        posts += [signing_up(one, shift) for one in others]
        trials.append(Trial(posts, shift.id))
    return trials


def judge_freed_seats(trial: Trial) -> Iterator[str]:
    """The seats went to who waited before, everybody else waits in the order of coming."""
    if set(trial.statuses()) != {DONE}:
        yield f"statuses {trial.statuses()}"
    yield from seats_of(trial.subject)
    states = [one.status for one in signups_of(trial.subject)]
    wanted = [SignupStatus.ACCEPTED] * FEW + [SignupStatus.WAITLISTED] * (2 * FEW)
    if states != wanted:
        yield f"states {states}"


def prepare_two_at_one_time(_ground: Ground, count: int) -> list[Trial]:
    """One person signs up for two shifts that overlap."""
    trials = []
    for _ in range(count):
        volunteer, account = stage.volunteer(HERE)
        start = clock.now() + timedelta(days=4)
        first = shift_of(make_activity(stage.place(HERE), starts_at=start))
        later = start + timedelta(hours=1)
        second = shift_of(make_activity(stage.place("西一村"), starts_at=later))
        posts = [signing_up(account, one) for one in (first, second)]
        trials.append(Trial(posts, volunteer.person_id))
    return trials


def judge_two_at_one_time(trial: Trial) -> Iterator[str]:
    if sorted(trial.statuses()) != [DONE, REFUSED]:
        yield f"statuses {trial.statuses()}"
    statement = select(Signup.id).where(Signup.person_id == trial.subject, Signup.status.in_(LIVE))
    if len(db.session.scalars(statement).all()) != 1:
        yield "not exactly one sign-up"


RACES = (
    Race(
        "sixty sign up for twenty seats",
        ("RACE-02",),
        ("lock on seats",),
        prepare_sixty_for_twenty,
        judge_sixty_for_twenty,
    ),
    Race(
        "seats are freed while others come",
        ("RACE-02",),
        (),
        prepare_freed_seats,
        judge_freed_seats,
    ),
    Race(
        "one person signs up twice for one time",
        ("RACE-05", "S7"),
        ("lock on a person's time",),
        prepare_two_at_one_time,
        judge_two_at_one_time,
    ),
)
