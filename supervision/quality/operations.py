"""Asking an organization to put a list right, and closing what is empty."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, crypto
from core.access.scope import Place, Scope
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from organizations.models import Organization
from people.models import Person
from people.operations import checks
from people.rules import IdType
from people.rules.checks import CheckWay
from supervision.quality.models import FixTask
from supervision.quality.queries.rows import counted, has_row
from supervision.quality.rules import (
    FIX_TRANSITIONS,
    FixAction,
    FixStatus,
    Kind,
    check_due,
    check_note,
)

BATCH = 200
LONGEST = timedelta(days=365)


def assign(
    place: Place, kind: Kind, note: str, due_on: date, *, by: Actor, now: datetime
) -> FixTask:
    """Return a list that an organization has to put right until a day, as another one asks.

    Raises RuleViolation for one's own organization, for an empty list, a day that is past and a
    kind that it works on already.
    """
    today = clock.local(now).date()
    if by.organization_id is None or by.organization_id == place.id:
        raise RuleViolation("", N_("本组织的资料直接改，不用派"))
    count = counted(place, today).counts[kind]
    if not count:
        raise RuleViolation("", N_("这一类没有要改的"))
    db.session.get_one(Organization, place.id, with_for_update=True)
    if _open(place.id, kind) is not None:
        raise RuleViolation("", N_("这一类已经派过，还没有改完"))
    task = FixTask(
        code=crypto.opaque_code(8),
        organization_id=place.id,
        assigner_id=by.organization_id,
        kind=kind,
        status=FixStatus.OPEN,
        note=check_note(note),
        count_before=count,
        due_on=check_due(due_on, today, today + LONGEST),
        assigned_at=now,
        assigned_by_id=by.user_id,
    )
    db.session.add(task)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    audit("quality.assign", "quality_task", task.id, by=by, kind=kind)
    return task


def withdraw(scope: Scope, code: str, *, now: datetime) -> FixTask:
    """Return a list that nobody has to put right any more."""
    task = db.session.scalars(
        select(FixTask)
        .where(FixTask.code == code, FixTask.organization_id == scope.place.id)
        .with_for_update()
    ).one_or_none()
    if task is None:
        raise UnknownRowError(code)
    _step(task, FixAction.WITHDRAW, now)
    audit("quality.withdraw", "quality_task", task.id, by=Actor.of_scope(scope))
    return task


def close_empty(place: Place, *, now: datetime) -> int:
    """Return how many lists of an organization were closed because nothing is left in them."""
    tasks = db.session.scalars(
        select(FixTask)
        .where(FixTask.organization_id == place.id, FixTask.status == FixStatus.OPEN)
        .with_for_update()
    ).all()
    if not tasks:
        return 0
    db.session.flush()
    counts = counted(place, clock.local(now).date()).counts
    done = [task for task in tasks if not counts[task.kind]]
    for task in done:
        _step(task, FixAction.CLOSE, now)
        audit("quality.close", "quality_task", task.id, by=SYSTEM, kind=task.kind)
    return len(done)


def close_some(after: int, *, now: datetime) -> tuple[int, int] | None:
    """Close the empty lists of some organizations behind a key; None behind the last."""
    places = db.session.scalars(
        select(Organization)
        .where(
            Organization.id > after,
            Organization.id.in_(
                select(FixTask.organization_id).where(FixTask.status == FixStatus.OPEN)
            ),
        )
        .order_by(Organization.id)
        .limit(BATCH)
    ).all()
    if not places:
        return None
    return places[-1].id, sum(close_empty(one.place, now=now) for one in places)


def confirm(scope: Scope, code: str, *, now: datetime) -> None:
    """Keep that the data of somebody of the own organization are still right."""
    person = _own(scope, code, now)
    checks.confirm(person.id, way=CheckWay.KEEPER, by=Actor.of_scope(scope), now=now)
    close_empty(scope.place, now=now)


def unreachable(scope: Scope, code: str, *, now: datetime) -> None:
    """Keep that nobody is reached at the phone of somebody of the own organization."""
    person = _own(scope, code, now)
    checks.mark_unreachable(person, by=Actor.of_scope(scope), now=now)


def fill_document(
    scope: Scope, code: str, id_type: IdType, number: str, born_on: date | None, *, now: datetime
) -> None:
    """Keep the document of somebody of the own organization who has none, or a wrong one."""
    person = _own(scope, code, now)
    by = Actor.of_scope(scope)
    checks.fill_document(person, id_type, number, born_on, by=by, now=now)
    close_empty(scope.place, now=now)


def fill_phone(scope: Scope, code: str, phone: str, *, now: datetime) -> None:
    """Keep the phone of somebody of the own organization who has none, or a wrong one."""
    checks.fill_phone(_own(scope, code, now), phone, by=Actor.of_scope(scope))
    close_empty(scope.place, now=now)


def fill_birth(scope: Scope, code: str, born_on: date, *, now: datetime) -> None:
    """Keep the day of birth of somebody of the own organization of whom none is known."""
    checks.fill_birth(_own(scope, code, now), born_on, by=Actor.of_scope(scope), now=now)
    close_empty(scope.place, now=now)


def _own(scope: Scope, code: str, now: datetime) -> Person:
    """Return somebody of the organization itself, locked. Raises RuleViolation for oneself."""
    if not has_row(scope.place, code, clock.local(now).date()):
        raise UnknownRowError(code)
    person = checks.locked_person(code)
    if person.id == scope.principal.person_id:
        raise RuleViolation("", N_("自己的资料请在“我的信息”里核对和更正"))
    return person


def _open(organization_id: int, kind: Kind) -> FixTask | None:
    return db.session.scalars(
        select(FixTask).where(
            FixTask.organization_id == organization_id,
            FixTask.kind == kind,
            FixTask.status == FixStatus.OPEN,
        )
    ).one_or_none()


def _step(task: FixTask, action: FixAction, now: datetime) -> None:
    task.status = next_state(FIX_TRANSITIONS, task.status, action)
    task.ended_at = now
    db.session.flush()
