"""Races about lists: confirmed twice, and taken back while another desk decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission, Role
from core.access.scope import Scope
from core.database import db
from core.imports import operations
from core.imports.models import Import
from core.imports.reading import read_pasted
from core.imports.rules import ImportStatus
from members.imports import ADULT_MEMBERS, FIELDS
from members.models import Application, Entry, Membership
from members.rules import ApplicationStatus
from tests import factories as make
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import HERE
from tests.races.race import Race
from tests.races.server import Ground

COUNTY, FAR = "东县", "北一村"
PEOPLE = 3


def secretary() -> tuple[stage.Somebody, Scope]:
    """Return a keeper of the branch and the scope in which he enters people."""
    who = stage.keeper(HERE)
    code = stage.place(HERE).code
    scope = scope_of_account(who.user_id, code, Permission.PEOPLE_ENTER)
    assert scope is not None
    return who, scope


def checked(scope: Scope, lines: str) -> Import:
    """Return a list that was handed in and is in order."""
    now = clock.now()
    table, _ = read_pasted(lines, FIELDS)
    found = operations.receive(scope, ADULT_MEMBERS, table, now=now)
    operations.begin_check(found, scope, now=now)
    return found


def address(scope: Scope, found: Import, act: str) -> str:
    return f"/o/{scope.place.code}/imports/{found.code}/{act}"


def prepare_two_confirms(_ground: Ground, count: int) -> list[Trial]:
    """Two browsers of one account press the button: the list is written once."""
    trials = []
    for _ in range(count):
        who, scope = secretary()
        lines = "\n".join(f"竞某 {make.make_id_number(stage.birth())}" for _ in range(PEOPLE))
        found = checked(scope, lines)
        path = address(scope, found, "confirm")
        trials.append(Trial([Post(who.token, path), Post(who.token, path)], found.id))
    return trials


def judge_two_confirms(trial: Trial) -> Iterator[str]:
    found = db.session.get_one(Import, trial.subject)
    entries = select(func.count()).where(Entry.import_code == found.code)
    if (found.status, found.made) != (ImportStatus.DONE, PEOPLE):
        yield f"{found.status}, {found.made} made"
    if db.session.scalar(entries) != PEOPLE:
        yield "entered twice, or not at all"


def prepare_undo_and_approval(_ground: Ground, count: int) -> list[Trial]:
    """The secretary takes a list back while the other desk approves somebody of it."""
    officer, trials = stage.keeper(COUNTY, Role.OFFICER), []
    for _ in range(count):
        who, scope = secretary()
        day = stage.birth() + timedelta(days=1)
        twin = make.make_person("竞某", born_on=day)
        make.make_membership(twin, stage.place(FAR))
        number = make.make_id_number(day)
        found = checked(scope, f"竞某 {number}")
        operations.confirm(found, scope, now=clock.now())
        handed = db.session.scalars(
            select(Application).join(Entry).where(Entry.import_code == found.code)
        ).one()
        handed.handler_id = stage.place(COUNTY).id
        approve = f"/o/{stage.place(COUNTY).code}/applications/{handed.code}/approve"
        undo = address(scope, found, "undo")
        posts = [Post(who.token, undo), Post(officer.token, approve)]
        trials.append(Trial(posts, handed.id))
    return trials


def judge_undo_and_approval(trial: Trial) -> Iterator[str]:
    application = db.session.get(Application, trial.subject)
    members = select(func.count()).where(Membership.application_id == trial.subject)
    count = db.session.scalar(members)
    entry = db.session.scalar(select(Entry.id).where(Entry.application_id == trial.subject))
    if application is None:
        if count or entry:
            yield "taken back by half"
    elif application.status is not ApplicationStatus.APPROVED or count != 1 or not entry:
        yield f"{application.status} with {count} memberships"


RACES = (
    Race(
        "one list is confirmed twice",
        ("RACE-03", "RACE-12"),
        (),
        prepare_two_confirms,
        judge_two_confirms,
    ),
    Race(
        "a list is taken back, another desk approves",
        ("RACE-09",),
        (),
        prepare_undo_and_approval,
        judge_undo_and_approval,
    ),
)
