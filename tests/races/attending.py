"""Races about being there: one code many times, cancelling, the end, two desks, two endings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from activities import codes
from activities.models import Attendance, Shift, ShiftEnding, Signup
from activities.rules import CAME, LIVE, AttendanceWay
from core import clock
from core.audit.models import AuditEvent
from core.database import db
from tests.activity_factories import make_activity, make_attendance, make_signup, shift_of
from tests.races import stage
from tests.races.harness import WIDTH, Post, Trial
from tests.races.race import DONE, REFUSED, Race
from tests.races.seating import HERE, seats_of
from tests.races.server import Ground
from volunteers.models import ServiceRecord

MINUTE = timedelta(minutes=1)
ROOM = 4


def a_shift(begins: int) -> Shift:
    """Return a shift of two hours that begins so many minutes from now."""
    start = clock.now().replace(second=0, microsecond=0) + begins * MINUTE
    return shift_of(make_activity(stage.place(HERE), starts_at=start))


def scanning(who: stage.Somebody, shift: Shift) -> Post:
    """Return the form behind the code of a shift."""
    return Post(who.token, f"/q/{codes.fixed_code(shift)}", [("act", "in")])


def arrivals(shift_id: int) -> list[tuple[Signup, Attendance]]:
    """Return who was noted at a shift, with the sign-ups."""
    statement = (
        select(Signup, Attendance)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .where(Signup.shift_id == shift_id, Attendance.status.in_(CAME))
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def told(action: str, signup_id: int) -> int:
    """Return how often the audit tells of something about a sign-up."""
    statement = select(func.count()).where(
        AuditEvent.action == action,
        AuditEvent.subject_type == "activity_signup",
        AuditEvent.subject_id == signup_id,
    )
    return int(db.session.scalar(statement) or 0)


def prepare_one_code(_ground: Ground, count: int) -> list[Trial]:
    """One person uses one code eight times at once; every other had not signed up."""
    trials = []
    for number in range(count):
        shift = a_shift(-10)
        volunteer, account = stage.volunteer(HERE)
        if number % 2:
            make_signup(shift, volunteer.person)
        trials.append(Trial([scanning(account, shift) for _ in range(WIDTH)], shift.id))
    return trials


def judge_one_code(trial: Trial) -> Iterator[str]:
    """One arrival, told once; every answer is the same page."""
    if set(trial.statuses()) != {DONE}:
        yield f"statuses {trial.statuses()}"
    found = arrivals(trial.subject)
    if len(found) != 1 or told("activities.check_in", found[0][0].id) != 1:
        yield f"{len(found)} arrivals"
    yield from seats_of(trial.subject)


def prepare_cancelling(_ground: Ground, count: int) -> list[Trial]:
    """Somebody who is early checks in and cancels at once."""
    trials = []
    for _ in range(count):
        shift = a_shift(20)
        volunteer, account = stage.volunteer(HERE)
        signup = make_signup(shift, volunteer.person)
        cancel = Post(account.token, f"/me/events/{signup.code}/cancel", [("reason", "有事")])
        trials.append(Trial([scanning(account, shift), cancel], shift.id))
    return trials


def judge_cancelling(trial: Trial) -> Iterator[str]:
    """Who is there has a seat: his own, or one that he took on the spot."""
    if trial.statuses()[0] != DONE or trial.statuses()[1] not in (DONE, REFUSED):
        yield f"statuses {trial.statuses()}"
    found = arrivals(trial.subject)
    if [one.status in LIVE for one, _ in found] != [True]:
        yield f"there with {[one.status for one, _ in found]}"
    yield from seats_of(trial.subject)


def prepare_ending(_ground: Ground, count: int) -> list[Trial]:
    """A keeper ends a shift while somebody checks in."""
    trials, keeper = [], stage.keeper(HERE)
    for _ in range(count):
        shift = a_shift(-125)
        first, second = (stage.volunteer(HERE) for _ in range(2))
        make_attendance(make_signup(shift, first[0].person), AttendanceWay.TICK)
        make_signup(shift, second[0].person)
        trials.append(Trial([ending(keeper, shift), scanning(second[1], shift)], shift.id))
    return trials


def ending(keeper: stage.Somebody, shift: Shift, people: int = 1) -> Post:
    """Return the form that ends a shift at which people were ticked."""
    fields = [("rule", "attended"), ("expected", f"{people}:{120 * people}")]
    return Post(keeper.token, f"/o/{stage.place(HERE).code}/shifts/{shift.code}/end", fields)


def judge_ending(trial: Trial) -> Iterator[str]:
    """Who got in before the end is part of it, who came after is told that it is over."""
    ended, came = trial.statuses()
    if ended != DONE or came not in (DONE, REFUSED):
        yield f"statuses {trial.statuses()}"
    found = arrivals(trial.subject)
    if any(one.ending_id is None for _, one in found):
        yield "somebody is there after the end"
    if len(found) != (2 if came == DONE else 1):
        yield f"{len(found)} arrivals, answered {came}"


def prepare_two_desks(_ground: Ground, count: int) -> list[Trial]:
    """Two keepers call out everybody as present at once."""
    keepers = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        shift = a_shift(-10)
        for _turn in range(ROOM):
            make_signup(shift, stage.volunteer(HERE)[0].person)
        path = f"/o/{stage.place(HERE).code}/shifts/{shift.code}/arrivals"
        trials.append(Trial([Post(one.token, path) for one in keepers], shift.id))
    return trials


def judge_two_desks(trial: Trial) -> Iterator[str]:
    if set(trial.statuses()) != {DONE}:
        yield f"statuses {trial.statuses()}"
    found = arrivals(trial.subject)
    if len(found) != ROOM or {told("activities.tick", one.id) for one, _ in found} != {1}:
        yield f"{len(found)} arrivals"


def prepare_two_endings(_ground: Ground, count: int) -> list[Trial]:
    """Two keepers end one shift at once."""
    keepers = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        shift = a_shift(-180)
        for _turn in range(ROOM):
            signup = make_signup(shift, stage.volunteer(HERE)[0].person)
            make_attendance(signup, AttendanceWay.TICK)
        trials.append(Trial([ending(one, shift, ROOM) for one in keepers], shift.id))
    return trials


def judge_two_endings(trial: Trial) -> Iterator[str]:
    """One of them gives hours, once to each; the other is told that the list changed."""
    if sorted(trial.statuses()) != [DONE, REFUSED]:
        yield f"statuses {trial.statuses()}"
    ids = [one.id for _, one in arrivals(trial.subject)]
    records = select(func.count()).where(ServiceRecord.attendance_id.in_(ids))
    endings = select(func.count()).where(ShiftEnding.shift_id == trial.subject)
    if (db.session.scalar(records), db.session.scalar(endings)) != (ROOM, 1):
        yield "not once"


CHECK_IN = ("lock on a check-in",)
RACES: Sequence[Race] = (
    Race(
        "one code used eight times",
        ("RACE-09", "QR-02"),
        CHECK_IN,
        prepare_one_code,
        judge_one_code,
    ),
    Race(
        "check-in against cancelling", ("RACE-09",), CHECK_IN, prepare_cancelling, judge_cancelling
    ),
    Race("check-in against the end", ("RACE-09", "S6"), CHECK_IN, prepare_ending, judge_ending),
    Race(
        "two desks call the roll",
        ("RACE-17", "S32"),
        ("lock on a roll call",),
        prepare_two_desks,
        judge_two_desks,
    ),
    Race(
        "two keepers end one shift",
        ("RACE-01", "S32"),
        ("lock on an ending",),
        prepare_two_endings,
        judge_two_endings,
    ),
)
