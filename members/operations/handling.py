"""Who decides an application: the organization itself, or the county where nobody keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.queries import handler_without, stuck_with
from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from members.models import Application, Decision
from members.rules import OPEN_STATES, ApplicationStatus, Flag
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure


def handler_for(organization: Organization, applicant_user_id: int, day: date) -> Organization:
    """Return who decides an application of an account; nobody decides his own (LED-04)."""
    return db.session.get_one(Organization, handler_without(organization, {applicant_user_id}, day))


def decider_of(application: Application, day: date) -> Organization:
    """Return who decides an application: of somebody who was expelled, the county (MEM-44)."""
    if Flag.EXPELLED in application.flag_list:
        return _county_of(application.organization)
    return handler_for(application.organization, application.submitted_by_id, day)


def hand_to_county(application: Application) -> None:
    """Give an application that turned out to be of somebody expelled to the county."""
    county = _county_of(application.organization)
    if Flag.EXPELLED in application.flag_list and application.handler_id != county.id:
        _hand_over(application, county)


def _county_of(organization: Organization) -> Organization:
    return db.session.get_one(Organization, organization.branch_id)


def count_waiting(application: Application, handler: Organization, change: int) -> None:
    """Note an application that begins or ceases to wait at its handler."""
    figures.add(handler.path, Measure.APPLICATIONS_WAITING, change)
    if application.is_doubtful:
        figures.add(handler.path, Measure.APPLICATIONS_DOUBTFUL, change)


def open_decision(
    action: str,
    asked: Sized,
    decided: Sized,
    organization_id: int,
    *,
    by: Actor,
    now: datetime,
    minutes: int = 0,
) -> Decision:
    """Return the row that stands for one act of a person on those decided, of those asked."""
    if by.user_id is None:
        message = "a person decides, never a clock"
        raise ValueError(message)
    decision = Decision(
        code=crypto.opaque_code(12),
        action=action,
        organization_id=organization_id,
        decided_by_id=by.user_id,
        decided_at=now,
        count=len(decided),
        left_out=len(asked) - len(decided),
        minutes=minutes,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def widen(decision: Decision, asked: Sized, decided: Sized) -> Decision:
    """Return a decision that now also stands for those decided, of those asked."""
    decision.count += len(decided)
    decision.left_out += len(asked) - len(decided)
    return decision


def reassign(organization_ids: Iterable[int], *, by: Actor, now: datetime) -> int:
    """Give open applications of organizations the handler in force; return how many moved.

    Called when a post ended or an organization moved, in the same transaction.
    """
    ids = list(organization_ids)
    statement = (
        select(Application)
        .where(
            or_(
                Application.organization_id.in_(ids),
                stuck_with(Application.handler_id, Application.submitted_by_id, ids),
            ),
            Application.status.in_(OPEN_STATES),
        )
        .options(
            joinedload(Application.organization, innerjoin=True),
            joinedload(Application.handler, innerjoin=True),
        )
        .order_by(Application.id)
        .with_for_update(of=Application)
    )
    moved = 0
    for application in db.session.scalars(statement).all():
        day = clock.local(now).date()
        handler = decider_of(application, day)
        if handler.id == application.handler_id:
            continue
        _hand_over(application, handler)
        moved += 1
        record("application.reassign", "application", application.id, by=by, handler=handler.id)
    db.session.flush()
    return moved


def _hand_over(application: Application, handler: Organization) -> None:
    if application.status is ApplicationStatus.SUBMITTED:
        count_waiting(application, application.handler, -1)
        count_waiting(application, handler, 1)
    application.handler = handler
