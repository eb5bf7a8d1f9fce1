"""Reading pupils who can go on to another school, and those who are offered to one."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from core.database import db
from core.paging import Page, page_of
from members.models import Membership, Transfer
from members.rules import OPEN_TRANSFERS, MembershipKind, MembershipStatus, TransferStatus
from schools.models import Pupil
from schools.rules.pupils import PupilStatus

#: A page takes in or offers so many at once; more are read behind them.
PAGE = 50


def to_offer(organization_id: int, pupil_code: str = "", after: str = "") -> Page[Pupil]:
    """Return a page of graduates and leavers whom no school has yet, or one pupil of a school."""
    moving = exists().where(
        Transfer.membership_id == Pupil.membership_id, Transfer.status.in_(OPEN_TRANSFERS)
    )
    gone = Pupil.status.in_((PupilStatus.GRADUATED, PupilStatus.LEFT))
    meant = Pupil.code == pupil_code if pupil_code else gone
    statement = (
        select(Pupil)
        .join(Pupil.membership)
        .options(joinedload(Pupil.person, innerjoin=True), joinedload(Pupil.school_class))
        .where(
            Pupil.organization_id == organization_id,
            meant,
            or_(gone, Pupil.status == PupilStatus.MEMBER),
            Membership.organization_id == organization_id,
            Membership.status == MembershipStatus.ACTIVE,
            ~moving,
        )
        .order_by(Pupil.id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(Pupil.id).where(
            Pupil.code == after, Pupil.organization_id == organization_id
        )
        statement = statement.where(Pupil.id > anchor.scalar_subquery())
    return page_of(db.session.scalars(statement).all(), PAGE)


def arriving(organization_id: int, after: str = "") -> Page[Transfer]:
    """Return a page of the pupils who are offered to a school, longest first."""
    statement = (
        select(Transfer)
        .join(
            Transfer.membership.and_(Membership.kind == MembershipKind.YOUTH),
        )
        .options(
            joinedload(Transfer.membership, innerjoin=True).joinedload(
                Membership.person, innerjoin=True
            ),
            joinedload(Transfer.from_organization, innerjoin=True),
        )
        .where(
            and_(
                Transfer.to_organization_id == organization_id,
                Transfer.status == TransferStatus.RELEASED,
            )
        )
        .order_by(Transfer.requested_at, Transfer.id)
        .limit(PAGE + 1)
    )
    if after:
        last = aliased(Transfer)
        anchor = (
            select(last.requested_at, last.id)
            .where(last.code == after, last.to_organization_id == organization_id)
            .subquery()
        )
        behind = tuple_(anchor.c.requested_at, anchor.c.id)
        statement = statement.join(anchor, tuple_(Transfer.requested_at, Transfer.id) > behind)
    return page_of(db.session.scalars(statement).all(), PAGE)
