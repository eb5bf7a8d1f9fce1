"""Pupils who go on to another school, and where graduates wait whom nobody took (MEM-40, MEM-41).

The transfer is the one that adults have: let go at once by the school that offers, taken in by
the other one with the same number. Nobody above sees a name: of what is not answered in time the
county gets numbers (``overdue_offers``; decisions.md D10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, codes_of, next_state
from core.transactions import TryAgainError
from members.models import Membership, Transfer
from members.operations.placing import carry, lock_members, resettle
from members.rules import (
    LIVE_STATES,
    OPEN_TRANSFERS,
    TRANSFER_TRANSITIONS,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    TransferAction,
    TransferStatus,
)
from organizations.models import Organization
from organizations.operations.closing import hold
from organizations.queries import organization_of_id
from organizations.rules import OPEN_STATES
from people.operations.changes import follow_home
from schools.models import Pupil, PupilYear, YearRun
from schools.operations.pupils import step
from schools.operations.roster_numbers import count_pupils
from schools.queries.register import school_of_code
from schools.rules.pupils import ConsentState, PupilAction, PupilStatus
from schools.rules.years import RunStatus

BATCH = 20
#: Who can go on to another school with his membership.
OFFERED = (PupilStatus.MEMBER, PupilStatus.GRADUATED, PupilStatus.LEFT)


class Answer(Protocol):
    """What a school does with pupils who are offered to it."""

    def __call__(
        self, codes: Iterable[str], *, place: Organization, by: Actor, now: datetime
    ) -> int:
        """Return about how many of them it was."""


def offer(
    codes: Iterable[str], school_code: str, *, place: Organization, by: Actor, now: datetime
) -> int:
    """Return how many pupils of a school were offered to another one, let go on this side.

    Who is offered already, or has no membership here, is left out. Raises RuleViolation for a
    school that is none, is this one, or has no branch.
    """
    target = _target(school_code, place)
    found = db.session.scalars(
        select(Pupil)
        .join(Pupil.membership)
        .options(joinedload(Pupil.membership))
        .where(
            Pupil.organization_id == place.id,
            Pupil.code.in_(codes_of(list(codes))),
            Pupil.status.in_(OFFERED),
            Membership.organization_id == place.id,
            Membership.status == MembershipStatus.ACTIVE,
            ~_is_moving(),
        )
        .order_by(Pupil.id)
        .with_for_update(of=Pupil)
    ).all()
    today = clock.local(now).date()
    days = settings.value("transfers.working_days", on=today)
    for pupil in found:
        transfer = Transfer(
            code=crypto.opaque_code(8),
            membership=pupil.membership,
            from_organization=place,
            to_organization=target,
            handler=target,
            status=TransferStatus.RELEASED,
            requested_by_id=by.user_id,
            requested_at=now,
            released_at=now,
            released_by_id=by.user_id,
            due_on=clock.add_working_days(today, days),
        )
        db.session.add(transfer)
        _flush()
        record("transfers.offer", "transfer", transfer.id, by=by)
    return len(found)


def take_in(codes: Iterable[str], *, place: Organization, by: Actor, now: datetime) -> int:
    """Return how many offered pupils a school took in: number, joining day and history go along.

    Each is on the roster of the school without a class, and of no other school any more.
    """
    hold([place.id], only_read=True)
    found = _locked(codes, place)
    for source_id in sorted({one.from_organization_id for one in found}):
        some = [one for one in found if one.from_organization_id == source_id]
        ids = [one.membership_id for one in some]
        members = lock_members(Membership.id.in_(ids))
        back_to = {one.id: MembershipStatus.ACTIVE for one in members}
        source = organization_of_id(source_id)
        action = MembershipAction.TRANSFER
        carry(members, source, place, action, by=by, now=now, back_to=back_to)
    for transfer in found:
        _settle(transfer, TransferAction.ACCEPT, by, now)
        _enter(transfer, place, by, now)
        record("transfers.accept", "transfer", transfer.id, by=by)
        db.session.flush()
        follow_home(transfer.membership.person_id, now=now)
    return len(found)


def decline(codes: Iterable[str], *, place: Organization, by: Actor, now: datetime) -> int:
    """Return how many offered pupils a school does not take in; they stay where they are."""
    found = _locked(codes, place)
    for transfer in found:
        _settle(transfer, TransferAction.DECLINE, by, now)
        record("transfers.decline", "transfer", transfer.id, by=by)
    db.session.flush()
    return len(found)


def settle_leavers(now: datetime) -> int:
    """Let those who left wait at the county, once the step can be undone no more; how many schools.

    Who is offered to a school waits for its answer first: the school is looked at again.
    """
    days = settings.value("years.undo_days", on=clock.local(now).date())
    runs = db.session.scalars(
        select(YearRun)
        .options(joinedload(YearRun.organization, innerjoin=True))
        .where(
            YearRun.status == RunStatus.DONE,
            YearRun.settled_at.is_(None),
            YearRun.done_at < now - timedelta(days=days),
            ~_has_offers(),
        )
        .order_by(YearRun.id)
        .limit(BATCH)
        .with_for_update(of=YearRun, skip_locked=True)
    ).all()
    for run in runs:
        count = _let_wait(run, now)
        run.settled_at = now
        record("years.settle", "school_year_run", run.id, by=SYSTEM, count=count)
    db.session.flush()
    return len(runs)


def _let_wait(run: YearRun, now: datetime) -> int:
    source = run.organization
    if source.branch_id == source.id:
        return 0
    county = organization_of_id(source.branch_id)
    left = (
        select(Pupil.membership_id)
        .join(PupilYear, PupilYear.pupil_id == Pupil.id)
        .where(
            Pupil.organization_id == source.id,
            PupilYear.year == run.year - 1,
            PupilYear.reached.is_not(None),
            Pupil.status == PupilYear.reached,
        )
    )
    members = lock_members(
        Membership.id.in_(left),
        Membership.organization_id == source.id,
        Membership.kind == MembershipKind.YOUTH,
        Membership.status == MembershipStatus.ACTIVE,
    )
    resettle(members, None, source, county, pending=True, by=SYSTEM, now=now)
    return len(members)


def _target(school_code: str, place: Organization) -> Organization:
    school = school_of_code(school_code.strip())
    if school is None:
        raise RuleViolation("school", N_("没有这个学校标识码"))
    if school.organization_id is None:
        raise RuleViolation("school", N_("这所学校还没有建会"))
    target = organization_of_id(school.organization_id)
    if target.id == place.id or target.status not in OPEN_STATES:
        raise RuleViolation("school", N_("请填另一所在办的学校"))
    return target


def _is_moving() -> ColumnElement[bool]:
    return exists().where(
        Transfer.membership_id == Pupil.membership_id, Transfer.status.in_(OPEN_TRANSFERS)
    )


def _has_offers() -> ColumnElement[bool]:
    return exists().where(
        and_(
            Transfer.from_organization_id == YearRun.organization_id,
            Transfer.status == TransferStatus.RELEASED,
        )
    )


def _locked(codes: Iterable[str], place: Organization) -> Sequence[Transfer]:
    """Return offers to a school that still stand, first the memberships locked."""
    meant = (
        Transfer.code.in_(codes_of(list(codes))),
        Transfer.to_organization_id == place.id,
        Transfer.status == TransferStatus.RELEASED,
    )
    lock_members(Membership.id.in_(select(Transfer.membership_id).where(*meant)))
    return db.session.scalars(
        select(Transfer)
        .join(Transfer.membership)
        .options(joinedload(Transfer.membership, innerjoin=True))
        .where(*meant, Membership.kind == MembershipKind.YOUTH, Membership.status.in_(LIVE_STATES))
        .order_by(Transfer.id)
        .with_for_update(of=Transfer)
        .execution_options(populate_existing=True)
    ).all()


def _enter(transfer: Transfer, place: Organization, by: Actor, now: datetime) -> None:
    old = db.session.scalars(
        select(Pupil)
        .where(
            Pupil.membership_id == transfer.membership_id,
            Pupil.organization_id == transfer.from_organization_id,
        )
        .with_for_update()
    ).all()
    for pupil in old:
        if pupil.status is PupilStatus.MEMBER:
            step(pupil, PupilAction.LEAVE, by=by, now=now)
    requests = [pupil.request_id for pupil in old if pupil.request_id is not None]
    db.session.add(
        Pupil(
            code=crypto.opaque_code(8),
            person_id=transfer.membership.person_id,
            organization_id=place.id,
            status=PupilStatus.MEMBER,
            consent=ConsentState.GIVEN,
            membership_id=transfer.membership_id,
            request_id=max(requests, default=None),  # withdrawn at the same link
            entered_at=now,
            entered_by_id=by.user_id,
        )
    )
    _flush()
    count_pupils(place.id, 1)


def _settle(transfer: Transfer, action: TransferAction, by: Actor, now: datetime) -> None:
    transfer.status = next_state(TRANSFER_TRANSITIONS, transfer.status, action)
    transfer.settled_at, transfer.settled_by_id = now, by.user_id


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
