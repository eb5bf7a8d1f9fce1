"""What waits for who keeps a school, approves looks at minors, or keeps schools (ux.md S34)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Handover
from accounts.rules.handover import HandoverStatus
from core import clock
from core.access.scope import Scope
from core.imports.models import Import
from core.imports.rules import OPEN_IMPORTS
from core.statements import Kept
from members.models import Membership, Transfer
from members.rules import MembershipKind, TransferStatus
from people.models import ConsentRequest, MinorApproval
from people.rules.minors import ApprovalStatus
from schools.models import AuditPack, Pupil, School, SchoolReport
from schools.queries.school_day import CallLine
from schools.rules.pupils import ON_ROSTER, ConsentState
from schools.rules.reports import ReportStatus

LISTS = "pupils"
_PLACE, _USER = bindparam("place", type_=Integer()), bindparam("user", type_=Integer())
_COUNT = func.count()
_FIRST_ASKED, _FIRST_ENTERED = aliased(ConsentRequest), aliased(Pupil)
_MINE = case((Handover.given_by_id == _USER, 0), else_=1)
_FOR_ME = or_(Handover.successor_id.is_(None), Handover.successor_id == _USER)


class Waiting(NamedTuple):
    """Numbers of what waits at a place; what does not concern it is nothing.

    ``audits`` are the packs of the year that were made when it was over; ``asked`` and ``entered``
    are when somebody was asked about a child, or a child was entered, for the first time at all.
    ``arrivals`` are
    schools that did not answer for pupils in time. ``calls`` is what a school is called to;
    another statement tells.
    """

    consents: int
    lists: int
    returned: int
    handovers: int
    schools: int
    reports: int
    looks: int
    audits: int
    arrivals: int
    asked: datetime | None
    entered: datetime | None
    calls: Sequence[CallLine] = ()

    def lacks_audit(self, year: int) -> bool:
        """Return whether the audit of a year is due; there is none of a year without children."""
        over, began = _end_of(year), min(filter(None, (self.asked, self.entered)), default=None)
        return not self.audits and began is not None and began < over


_PARTS = (
    select(_COUNT).where(
        Pupil.organization_id == _PLACE,
        Pupil.status.in_(ON_ROSTER),
        Pupil.consent != ConsentState.GIVEN,
    ),
    select(_COUNT).where(
        Import.owner_id == _USER,
        Import.organization_id == _PLACE,
        Import.subject == LISTS,
        Import.status.in_(OPEN_IMPORTS),
    ),
    select(_COUNT).where(
        SchoolReport.organization_id == _PLACE, SchoolReport.status == ReportStatus.RETURNED
    ),
    select(func.coalesce(func.sum(_MINE), literal(0, Integer))).where(
        Handover.organization_id == _PLACE, Handover.status == HandoverStatus.GIVEN, _FOR_ME
    ),
    select(_COUNT).where(School.organization_id == _PLACE),
    select(_COUNT).where(
        SchoolReport.county_id == _PLACE, SchoolReport.status == ReportStatus.SUBMITTED
    ),
    select(_COUNT).where(
        MinorApproval.handler_id == _PLACE,
        MinorApproval.status == ApprovalStatus.ASKED,
        MinorApproval.expires_at > bindparam("now", type_=MinorApproval.expires_at.type),
    ),
    select(_COUNT).where(
        AuditPack.organization_id == _PLACE,
        AuditPack.year == bindparam("year", type_=Integer()),
        AuditPack.made_at >= bindparam("over", type_=AuditPack.made_at.type),
    ),
    select(func.count(Transfer.to_organization_id.distinct()))
    .select_from(Transfer)
    .join(Transfer.membership)
    .where(
        Transfer.handler_id == _PLACE,
        Transfer.is_escalated.is_(True),
        Transfer.status == TransferStatus.RELEASED,
        Membership.kind == MembershipKind.YOUTH,
    ),
    select(ConsentRequest.requested_at).where(
        ConsentRequest.id == select(func.min(_FIRST_ASKED.id)).scalar_subquery()
    ),
    select(Pupil.entered_at).where(
        Pupil.id == select(func.min(_FIRST_ENTERED.id)).scalar_subquery()
    ),
)
_WAITING = Kept(select(*(part.scalar_subquery() for part in _PARTS)))


def waiting_of(scope: Scope, year: int, now: datetime) -> Waiting:
    """Return what waits at the place of a scope, the audit being that of a year: one statement."""
    row = _WAITING.row(
        {
            "place": scope.place.id,
            "user": scope.principal.user_id,
            "now": now,
            "year": year,
            "over": _end_of(year),
        }
    )
    return Waiting(*(row or ()))


def _end_of(year: int) -> datetime:
    last = date(year, 12, 31)
    return clock.days_bounds(last, last)[1]
