"""The statements that move the pupils of some classes into the next school year.

They follow each other: what each pupil was is kept first; who leaves, repeats or moves is gone
from the old classes before everybody else is taken along.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from core import clock, settings
from core.audit.operations import Actor
from core.database import changed_rows, db
from schools.models import Pupil, PupilEvent, PupilYear, SchoolClass, YearClass, YearException
from schools.operations.roster_numbers import count_leavers
from schools.rules.pupils import ON_ROSTER, PupilAction, PupilStatus
from schools.rules.years import ExceptionKind


def planned(ids: Sequence[int], year: int) -> dict[ExceptionKind, set[int | None]]:
    """Return in which of some classes pupils do something else, by what they do: mostly none."""
    rows = (
        select(YearException.kind, Pupil.class_id)
        .join(Pupil, Pupil.id == YearException.pupil_id)
        .where(YearException.year == year, Pupil.class_id.in_(ids), Pupil.status.in_(ON_ROSTER))
        .distinct()
    )
    found: dict[ExceptionKind, set[int | None]] = {}
    for kind, class_id in db.session.execute(rows):
        found.setdefault(kind, set()).add(class_id)
    return found


def keep(ids: Sequence[int], last: Sequence[int], year: int, *, has_plans: bool) -> None:
    """Keep class, state and day of each pupil, with the state that the step leads to."""
    left = literal(PupilStatus.LEFT, PupilYear.reached.type)
    graduated = literal(PupilStatus.GRADUATED, PupilYear.reached.type)
    graduates: ColumnElement[bool] = Pupil.class_id.in_(last)
    if has_plans:
        graduates = and_(YearException.id.is_(None), graduates)
    cases = [
        (and_(graduates, Pupil.status == PupilStatus.MEMBER), graduated),
        (graduates, left),
    ]
    if has_plans:
        cases.insert(0, (YearException.kind == ExceptionKind.LEAVE, left))
    becomes = case(*cases, else_=null())
    names = ["pupil_id", "year", "class_id", "status", "reached", "due_on"]
    rows = select(
        Pupil.id, literal(year - 1), Pupil.class_id, Pupil.status, becomes, Pupil.due_on
    ).where(Pupil.class_id.in_(ids), Pupil.status.in_(ON_ROSTER))
    if has_plans:
        mine = and_(YearException.pupil_id == Pupil.id, YearException.year == year)
        rows = rows.outerjoin(YearException, mine)
    # in the order of the key: each row goes to the end of its page
    db.session.execute(insert(PupilYear).from_select(names, rows.order_by(Pupil.id)))


def take_leave(ids: Sequence[int | None], year: int, by: Actor, now: datetime) -> dict[int, int]:
    """Let leavers and those of the last grade go, with history; return how many per school.

    The numbers of rosters and graduates follow.
    Of a child who never joined nothing is kept (scenario 3).
    """
    kept = and_(
        Pupil.class_id.in_(ids),
        PupilYear.pupil_id == Pupil.id,
        PupilYear.year == year - 1,
        PupilYear.reached.is_not(None),
    )
    leaves = update(Pupil).where(kept)
    today = clock.local(now).date()
    due = today + timedelta(days=settings.value("consents.kept_days", on=today))
    forgotten = case((PupilYear.status == PupilStatus.DRAFT, literal(due)), else_=Pupil.due_on)
    values = {"status": PupilYear.reached, "version": Pupil.version + 1, "due_on": forgotten}
    if not changed_rows(leaves.values(values)):
        return {}
    columns = ["pupil_id", "action", "to_status", "at", "by_user_id", "by_post_id"]
    is_graduate = PupilYear.reached == PupilStatus.GRADUATED
    kind = PupilEvent.action.type
    what = case(
        (is_graduate, literal(PupilAction.GRADUATE, kind)),
        else_=literal(PupilAction.LEAVE, kind),
    )
    at = literal(now, PupilEvent.at.type)
    rows = select(Pupil.id, what, PupilYear.reached, at, *who(by)).join(PupilYear, kept)
    db.session.execute(insert(PupilEvent).from_select(columns, rows))
    one = case((is_graduate, 1), else_=0)
    counted = (
        select(Pupil.organization_id, func.count(), func.sum(one))
        .join(PupilYear, kept)
        .group_by(Pupil.organization_id)
    )
    found = db.session.execute(counted).all()
    gone = {row[0]: row[1] for row in found}
    count_leavers(gone, {row[0]: row[2] for row in found}, now)
    return gone


def who(by: Actor) -> tuple[Any, Any]:
    """Return account and post of an actor as columns of a statement."""
    found = [
        null() if one is None else literal(one, BigInteger()) for one in (by.user_id, by.post_id)
    ]
    return found[0], found[1]


def send_elsewhere(ids: Sequence[int], year: int) -> None:
    """Send those who repeat or move to their classes."""
    changed_rows(
        update(Pupil)
        .where(
            Pupil.class_id.in_(ids),
            Pupil.status.in_(ON_ROSTER),
            YearException.pupil_id == Pupil.id,
            YearException.year == year,
            YearException.grade.is_not(None),
            SchoolClass.organization_id == Pupil.organization_id,
            SchoolClass.year == year,
            SchoolClass.grade == YearException.grade,
            SchoolClass.number == YearException.number,
        )
        .values(class_id=SchoolClass.id, version=Pupil.version + 1)
    )


def take_along(ids: Sequence[int]) -> None:
    """Take everybody who is left in the classes along with them."""
    changed_rows(
        update(Pupil)
        .where(
            Pupil.class_id.in_(ids),
            Pupil.status.in_(ON_ROSTER),
            YearClass.from_class_id == Pupil.class_id,
        )
        .values(class_id=YearClass.class_id, version=Pupil.version + 1)
    )
