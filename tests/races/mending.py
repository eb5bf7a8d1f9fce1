"""Races about corrections: two keepers answer at once, a number that two people ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select

from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import Actor
from core.database import db
from people.models import ChangeRequest, Person
from people.operations.changes import request_change
from people.rules.changes import ChangeField, ChangeStatus
from tests import factories as make
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import HERE
from tests.races.race import CONFLICT, DONE, Race
from tests.races.server import Ground

FIRST_BIRTH = date(1950, 1, 1)


def prepare_two_answers(_ground: Ground, count: int) -> list[Trial]:
    """One keeper follows a request while another returns it."""
    one, other = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        person = make.make_person()
        request = make.make_change(person, stage.place(HERE))
        path = f"/o/{stage.place(HERE).code}/changes/{request.code}"
        posts = [
            Post(one.token, f"{path}/approve"),
            Post(other.token, f"{path}/return", [("why", "证件上不是这样")]),
        ]
        trials.append(Trial(posts, request.id))
    return trials


def judge_two_answers(trial: Trial) -> Iterator[str]:
    """One is done, the other is told; the name is the new one exactly where it was followed."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    request = db.session.get_one(ChangeRequest, trial.subject)
    is_new = db.session.get_one(Person, request.person_id).name == "试改名"
    if is_new != (request.status is ChangeStatus.APPROVED):
        yield f"{request.status}, new name {is_new}"
    acts = select(func.count()).where(
        AuditEvent.subject_type == "change_request", AuditEvent.subject_id == request.id
    )
    if db.session.scalar(acts) != 1:
        yield f"{db.session.scalar(acts)} answers"


def prepare_one_number(_ground: Ground, count: int) -> list[Trial]:
    """Two people ask for the same document number; two keepers follow both at once."""
    one, other = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for index in range(count):
        born_on = FIRST_BIRTH + timedelta(days=index)
        number = make.make_id_number(born_on, 7)
        posts = []
        for keeper in (one, other):
            request = _asked(number, born_on)
            path = f"/o/{stage.place(HERE).code}/changes/{request.code}/approve"
            posts.append(Post(keeper.token, path))
        trials.append(Trial(posts, request.id))
    return trials


def _asked(number: str, born_on: date) -> ChangeRequest:
    person = make.make_person(born_on=born_on, with_id=True)
    make.make_membership(person, stage.place(HERE))
    by, wanted = Actor(make.make_user(person).id, person.id), {"id_type": "resident_id"}
    db.session.flush()
    return request_change(
        person,
        ChangeField.DOCUMENT,
        {**wanted, "id_number": number},
        "最后一位写错了",
        by=by,
        now=clock.now(),
    )


def judge_one_number(trial: Trial) -> Iterator[str]:
    """One of the two has the number, the other request waits as before."""
    if sorted(trial.statuses()) != [DONE, 422]:
        yield f"statuses {trial.statuses()}"
    last = db.session.get_one(ChangeRequest, trial.subject)
    born_on = db.session.get_one(Person, last.person_id).born_on
    both = select(ChangeRequest.status).join(ChangeRequest.person).where(Person.born_on == born_on)
    if sorted(db.session.scalars(both)) != [ChangeStatus.APPROVED, ChangeStatus.SUBMITTED]:
        yield f"requests {sorted(db.session.scalars(both))}"


RACES = (
    Race(
        "one keeper corrects, another returns",
        ("RACE-04",),
        ("lock on corrections",),
        prepare_two_answers,
        judge_two_answers,
    ),
    Race(
        "one number for two people",
        ("RACE-03",),
        (),
        prepare_one_number,
        judge_one_number,
    ),
)
