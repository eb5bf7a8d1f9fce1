"""What ends of a membership when its member died, and comes back from a mistake (MEM-45)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock
from core.audit.operations import Actor
from core.database import db
from core.transactions import TryAgainError
from members.models import Membership
from members.operations.closings import close_for
from members.operations.hearings import discontinue_expulsion
from members.operations.memberships import move
from members.operations.placing import come_back
from members.operations.transfers import cancel_transfer
from members.rules import LIVE_STATES, MembershipAction, MembershipStatus


def end_for_death(person_id: int, *, by: Actor, now: datetime) -> str:
    """Return the state that the membership of somebody who died was in, or nothing.

    Open applications and transfers end, and an expulsion that ran.
    """
    membership = _locked(person_id, *LIVE_STATES)
    close_for(person_id, by=by, now=now)
    if membership is None:
        return ""
    before = membership.status
    cancel_transfer(person_id, by=by, now=now)
    discontinue_expulsion(membership, by=by, now=now)
    move(membership, MembershipAction.DIE, by=by, now=now)
    membership.left_on = clock.local(now).date()
    db.session.flush()
    return before.value


def restore_after_death(person_id: int, before: str, *, by: Actor, now: datetime) -> None:
    """Give a membership the state it had before a death that was recorded by mistake."""
    membership = _locked(person_id, MembershipStatus.DECEASED)
    if membership is None or not before:
        return
    action = MembershipAction.UNDO_DEATH
    move(membership, action, by=by, now=now, back_to=MembershipStatus(before))
    membership.left_on = None
    come_back(membership, by=by, now=now)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error


def _locked(person_id: int, *statuses: MembershipStatus) -> Membership | None:
    """Return the newest membership of a person in one of the states, its row locked."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id, Membership.status.in_(statuses))
        .order_by(Membership.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
