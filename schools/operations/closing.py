"""Rosters of a school whose organization ends: they go on in the one that takes it in, or end.

Members move with members' own hand. Many pupils are moved by few statements; what each was is
kept with the closing, so that a mistake is taken back as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, insert, literal, select, update
from sqlalchemy.orm import aliased

from core import clock, settings
from core.audit.operations import Actor, record
from core.bulk import update_many
from core.database import changed_rows, db
from organizations.operations.closing import ClosedOrganization
from organizations.rules import OrganizationKind
from people.operations.consents import close_request
from schools.models import Pupil, PupilEvent
from schools.operations.class_moves import give_back_classes, take_classes
from schools.operations.erasing import forget_lists
from schools.operations.roster_numbers import count_pupils
from schools.operations.year_rows import who
from schools.queries.register import school_of_branch
from schools.rules.pupils import ON_ROSTER, ConsentState, PupilAction, PupilStatus

KEPT = "rosters"


def follow_closing(closed: ClosedOrganization) -> None:
    """Let pupils go on at the school that takes the members in, or leave where none does."""
    if closed.organization.kind is not OrganizationKind.SCHOOL:
        return
    pupils = db.session.scalars(
        select(Pupil)
        .where(Pupil.organization_id == closed.organization.id, Pupil.status.in_(ON_ROSTER))
        .order_by(Pupil.id)
        .with_for_update(of=Pupil)
        .execution_options(populate_existing=True)
    ).all()
    if not pupils:
        return
    kept = [[one.id, one.status.value, one.class_id] for one in pupils]
    school = school_of_branch(closed.home.id)
    made: list[int] = []
    goes_on = school is not None
    if school is not None:
        classes = take_classes({one.class_id for one in pupils}, school, closed.by)
        made = [one.id for one in classes.values()]
        heirs = {key: one.id for key, one in classes.items()}
        _carry([one.id for one in pupils], closed.home.id, heirs)
        count_pupils(closed.home.id, len(pupils))
    else:
        _end(pupils, closed.by, closed.now)
    count_pupils(closed.organization.id, -len(pupils))
    closed.row.keep(KEPT, {"to": closed.home.id if goes_on else None, "pupils": kept, "made": made})
    db.session.flush()
    db.session.expire_all()
    record("roster.close", "organization", closed.organization.id, by=closed.by, pupils=len(kept))


def follow_reopening(closed: ClosedOrganization) -> None:
    """Give a school back whom it had: not who is on another roster by now, nor who left since."""
    kept = closed.row.recall(KEPT)
    if not kept:
        return
    ids = [row[0] for row in kept["pupils"]]
    at, gone = kept["to"] or closed.organization.id, [PupilStatus.LEFT, PupilStatus.REMOVED]
    other = aliased(Pupil)
    elsewhere = exists().where(
        other.person_id == Pupil.person_id, other.id != Pupil.id, other.status.in_(ON_ROSTER)
    )
    free = select(Pupil.id).where(
        Pupil.id.in_(ids),
        Pupil.organization_id == at,
        Pupil.status.in_(ON_ROSTER if kept["to"] else gone),
        ~elsewhere,
    )
    back = set(db.session.scalars(free.with_for_update(of=Pupil)))
    rows = [
        {
            "id": key,
            "organization_id": closed.organization.id,
            "class_id": class_id,
            **({} if kept["to"] else {"status": PupilStatus(status), "due_on": None}),
        }
        for key, status, class_id in kept["pupils"]
        if key in back
    ]
    update_many(Pupil, rows)
    again = {"version": Pupil.version + 1}
    changed_rows(update(Pupil).where(Pupil.id.in_(back)).values(again))
    count_pupils(closed.organization.id, len(back))
    give_back_classes(kept.get("made", []), by=closed.by)
    if kept["to"]:
        count_pupils(at, -len(back))
    else:
        _note(sorted(back), PupilAction.UNDO, closed.by, closed.now)
    db.session.expire_all()
    record("roster.reopen", "organization", closed.organization.id, by=closed.by, pupils=len(back))


def _carry(ids: Sequence[int], home_id: int, heirs: Mapping[int, int]) -> None:
    """Put pupils on the roster of another school, in the class that follows theirs if one does."""
    place = case(heirs, value=Pupil.class_id, else_=None) if heirs else None
    moved = {"organization_id": home_id, "class_id": place, "version": Pupil.version + 1}
    changed_rows(update(Pupil).where(Pupil.id.in_(ids)).values(moved))


def _end(pupils: Sequence[Pupil], by: Actor, now: datetime) -> None:
    """Let members leave, and forget who never joined; links that wait end."""
    members = [one.id for one in pupils if one.status is PupilStatus.MEMBER]
    drafts = [one for one in pupils if one.status is PupilStatus.DRAFT]
    for one in drafts:
        if one.request_id is not None:
            close_request(one.request_id)
    forget_lists(drafts)
    keys = [one.id for one in drafts]
    waits = update(Pupil).where(Pupil.id.in_(keys), Pupil.consent == ConsentState.ASKED)
    changed_rows(waits.values(consent=ConsentState.LAPSED))
    today = clock.local(now).date()
    due = today + timedelta(days=settings.value("consents.kept_days", on=today))
    ends: tuple[tuple[PupilAction, list[int], dict[str, Any]], ...] = (
        (PupilAction.LEAVE, members, {"status": PupilStatus.LEFT}),
        (
            PupilAction.REMOVE,
            keys,
            {"status": PupilStatus.REMOVED, "due_on": due},
        ),
    )
    for action, ids, values in ends:
        again = values | {"version": Pupil.version + 1}
        changed_rows(update(Pupil).where(Pupil.id.in_(ids)).values(again))
        _note(ids, action, by, now)


def _note(ids: Sequence[int], action: PupilAction, by: Actor, now: datetime) -> None:
    """Write the history of pupils, each with the state that he is in now."""
    what = literal(action, PupilEvent.action.type)
    at = literal(now, PupilEvent.at.type)
    columns = ["pupil_id", "action", "to_status", "at", "by_user_id", "by_post_id"]
    rows = select(Pupil.id, what, Pupil.status, at, *who(by)).where(Pupil.id.in_(ids))
    db.session.execute(insert(PupilEvent).from_select(columns, rows))
