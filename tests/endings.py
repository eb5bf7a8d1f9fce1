"""Rows of expulsions, closed organizations and deaths; they flush and return the row."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from core import clock, crypto
from core.database import db
from members.models import Expulsion, Membership, Resettlement
from members.rules import ExpulsionStatus, MembershipStatus
from organizations.models import Organization, OrganizationClosing
from organizations.rules import ClosingStatus, OrganizationKind, OrganizationStatus
from people.models import Death, Person
from people.rules.deaths import DeathProof, DeathStatus
from tests import factories as make

_serial = count(1)


def make_expulsion(
    organization: Organization,
    status: ExpulsionStatus = ExpulsionStatus.HEARD,
    person: Person | None = None,
) -> Expulsion:
    """Return an expulsion of a new member on which the organization has to act."""
    ended = status in {ExpulsionStatus.EFFECTIVE, ExpulsionStatus.APPEALED}
    state = MembershipStatus.EXPELLED if ended else MembershipStatus.EXPULSION_PROPOSED
    today = clock.today()
    expulsion = Expulsion(
        code=crypto.opaque_code(8),
        membership=make.make_membership(person or make.make_person(), organization, status=state),
        organization=organization,
        handler=organization,
        status=status,
        membership_before=MembershipStatus.ACTIVE,
        facts="多次冒用红十字会名义募捐",
        documents="会议记录 3 号",
        proposed_at=clock.now() - timedelta(days=20),
        proposed_by_id=make.make_user().id,
        hearing_until=today + timedelta(days=9 if status is ExpulsionStatus.PROPOSED else -1),
        effective_on=today if ended else None,
        appeal_until=today + timedelta(days=30) if ended else None,
        appeal="我没有募捐" if status is ExpulsionStatus.APPEALED else "",
    )
    db.session.add(expulsion)
    db.session.flush()
    return expulsion


def make_pending(
    shelter: Organization, person: Person | None = None
) -> tuple[OrganizationClosing, Membership]:
    """Return the closing of a new village, and a member whom it left waiting at the shelter."""
    name = f"撤并{next(_serial)}村"
    village = make.make_organization(OrganizationKind.VILLAGE, name, shelter)
    village.status, village.closed_on = OrganizationStatus.DISSOLVED, clock.today()
    closing = OrganizationClosing(
        code=crypto.opaque_code(8),
        organization=village,
        shelter=shelter,
        status=ClosingStatus.CLOSED,
        status_before=OrganizationStatus.ACTIVE,
        document="测红〔2026〕2号",
        closed_on=clock.today(),
        decided_at=clock.now(),
    )
    membership = make.make_membership(
        person or make.make_person(), shelter, status=MembershipStatus.PENDING_TRANSFER
    )
    db.session.add(closing)
    db.session.flush()
    db.session.add(
        Resettlement(
            closing_id=closing.id,
            membership=membership,
            from_organization=village,
            to_organization=shelter,
            status_before=MembershipStatus.ACTIVE,
            moved_at=clock.now(),
            until_on=clock.today() + timedelta(days=700),
        )
    )
    db.session.flush()
    return closing, membership


def make_death(organization: Organization, person: Person | None = None) -> Death:
    """Return the record of a death that can still be taken back."""
    death = Death(
        code=crypto.opaque_code(8),
        person=person or make.make_person(),
        organization_id=organization.id,
        status=DeathStatus.RECORDED,
        died_on=clock.today() - timedelta(days=3),
        proof=DeathProof.FAMILY,
        reference="家属电话告知",
        recorded_at=clock.now(),
        recorded_by_id=make.make_user().id,
        undo_until=clock.today() + timedelta(days=7),
    )
    db.session.add(death)
    db.session.flush()
    return death
