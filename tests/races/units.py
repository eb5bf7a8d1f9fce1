"""Races about units: two hands on one of them, one credit code at two counties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from core.access.permissions import Role
from core.database import db
from members.models import GroupEvent, GroupMembership
from members.rules.groups import GROUP_HELD, GroupAction, GroupStatus
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, REFUSED, Race
from tests.races.server import Ground
from tests.units import credit_code, make_group

HERE, THERE = "东县", "北县"


def approving(by: stage.Somebody, unit: GroupMembership) -> Post:
    """Return the form that approves a unit."""
    return Post(by.token, f"/o/{unit.organization.code}/groups/{unit.code}/approve")


def acts_on(unit_id: int) -> Counter[GroupAction | None]:
    """Return what stands in the history of a unit."""
    statement = select(GroupEvent.action).where(GroupEvent.group_id == unit_id)
    return Counter(db.session.scalars(statement))


def prepare_double_approval(_ground: Ground, count: int) -> list[Trial]:
    """Two officers of a county approve one unit."""
    first, second = (stage.keeper(HERE, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        unit = make_group(stage.place(HERE), GroupStatus.VISITED)
        trials.append(Trial([approving(first, unit), approving(second, unit)], unit.id))
    return trials


def judge_double_approval(trial: Trial) -> Iterator[str]:
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    if acts_on(trial.subject) != Counter({GroupAction.APPROVE: 1}):
        yield f"acts {acts_on(trial.subject)}"
    unit = db.session.get_one(GroupMembership, trial.subject)
    if unit.status is not GroupStatus.APPROVED or unit.number is None:
        yield f"{unit.status}, number {unit.number}"


def prepare_one_code_twice(_ground: Ground, count: int) -> list[Trial]:
    """Two counties approve the same credit code."""
    here, there = stage.keeper(HERE, Role.OFFICER), stage.keeper(THERE, Role.OFFICER)
    trials = []
    for _ in range(count):
        code = credit_code()
        units = [
            make_group(stage.place(place), GroupStatus.VISITED, code_of_unit=code)
            for place in (HERE, THERE)
        ]
        posts = [approving(here, units[0]), approving(there, units[1])]
        trials.append(Trial(posts, units[0].id))
    return trials


def judge_one_code_twice(trial: Trial) -> Iterator[str]:
    if sorted(trial.statuses()) != [DONE, REFUSED]:
        yield f"statuses {trial.statuses()}"
    code = db.session.get_one(GroupMembership, trial.subject).credit_code
    held = select(GroupMembership.id).where(
        GroupMembership.credit_code == code, GroupMembership.status.in_(GROUP_HELD)
    )
    found = db.session.scalars(held).all()
    if len(found) != 1:
        yield f"{len(found)} members"


def prepare_approval_and_cancelling(_ground: Ground, count: int) -> list[Trial]:
    """The county approves while the contact takes the application back."""
    officer, trials = stage.keeper(HERE, Role.OFFICER), []
    for _ in range(count):
        contact = stage.somebody()
        unit = make_group(stage.place(HERE), GroupStatus.VISITED, owner_id=contact.user_id)
        posts = [approving(officer, unit), Post(contact.token, f"/me/groups/{unit.code}/cancel")]
        trials.append(Trial(posts, unit.id))
    return trials


def judge_approval_and_cancelling(trial: Trial) -> Iterator[str]:
    """The contact has the last word, whether he was first or second; nothing is lost between."""
    unit = db.session.get_one(GroupMembership, trial.subject)
    acts = acts_on(trial.subject)
    if unit.status is not GroupStatus.CANCELLED or acts[GroupAction.CANCEL] != 1:
        yield f"{unit.status} after {acts}"
    if acts[GroupAction.APPROVE] != (unit.number is not None):
        yield f"number {unit.number} after {acts}"


RACES = (
    Race(
        "two officers approve one unit",
        ("RACE-04", "MEM-11"),
        ("lock on units",),
        prepare_double_approval,
        judge_double_approval,
    ),
    Race(
        "two counties approve one credit code",
        ("RACE-03",),
        ("unique unit",),
        prepare_one_code_twice,
        judge_one_code_twice,
    ),
    Race(
        "the county approves, the unit takes back",
        ("RACE-04",),
        (),
        prepare_approval_and_cancelling,
        judge_approval_and_cancelling,
    ),
)
