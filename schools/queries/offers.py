"""Reading pupils who can go on to another school, and those who are offered to one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload

from core.database import db
from members.models import Membership, Transfer
from members.rules import OPEN_TRANSFERS, MembershipKind, MembershipStatus, TransferStatus
from schools.models import Pupil
from schools.rules.pupils import PupilStatus

#: A page takes in or offers so many at once; more come on the next one.
PAGE = 200


def to_offer(organization_id: int, pupil_code: str = "") -> Sequence[Pupil]:
    """Return graduates and leavers of a school whom no school has yet, or one pupil of it."""
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
        .limit(PAGE)
    )
    return db.session.scalars(statement).all()


def arriving(organization_id: int) -> Sequence[Transfer]:
    """Return the pupils who are offered to a school, longest first."""
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
        .limit(PAGE)
    )
    return db.session.scalars(statement).all()
