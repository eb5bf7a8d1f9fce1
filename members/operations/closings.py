"""What the closing of an organization does to its members and applications (MEM-41, MEM-45)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from core import clock, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from members import notices
from members.models import (
    Application,
    ApplicationEvent,
    Membership,
    MembershipEvent,
    Resettlement,
    Transfer,
)
from members.operations.applications import change
from members.operations.memberships import move
from members.operations.placing import (
    carry,
    keep_placing,
    lock_members,
    pending_of,
    resettle,
    settle_pending,
)
from members.operations.transfers import cancel_arrivals
from members.rules import (
    OPEN_STATES,
    OPEN_TRANSFERS,
    ApplicationAction,
    ApplicationStatus,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    check_no_expulsion,
    check_pupils_go_to_school,
)
from organizations.models import Organization, OrganizationClosing
from organizations.operations.closing import ClosedOrganization, hold
from organizations.rules import OPEN_STATES as OPEN_ORGANIZATIONS
from organizations.rules import ClosingStatus, OrganizationKind
from people.operations.consents import close_request

BATCH = 200


def check_closing_of(organization: Organization, target: Organization | None) -> None:
    """Raise RuleViolation for what members of an organization forbid before it is closed.

    Their rows stay locked, and nobody arrives meanwhile: what is checked is what moves.
    """
    members = lock_members(Membership.organization_id == organization.id)
    check_no_expulsion(sum(one.status is MembershipStatus.EXPULSION_PROPOSED for one in members))
    if target is not None:
        is_school = target.kind is OrganizationKind.SCHOOL
        pupils = sum(one.kind is MembershipKind.YOUTH for one in members)
        check_pupils_go_to_school(pupils, target_is_school=is_school)


def follow_closing(closed: ClosedOrganization) -> None:
    """Move the members, give applications back, end transfers into the organization."""
    organization, by, now = closed.organization, closed.by, closed.now
    members = lock_members(Membership.organization_id == organization.id)
    pending = not closed.has_target
    resettle(members, closed.row, organization, closed.home, pending=pending, by=by, now=now)
    cancel_arrivals(organization.id, by=by, now=now)
    applications = _lock_applications(organization.id, *OPEN_STATES)
    for application in applications:
        change(application, ApplicationAction.CLOSE, by=by, now=now)
        if application.consent_request_id is not None:
            close_request(application.consent_request_id)
    notices.tell_closed(applications, now)
    record("memberships.resettle", "organization", organization.id, by=by, count=len(members))
    db.session.flush()


def check_reopening_of(closed: ClosedOrganization) -> None:
    """Raise RuleViolation once something followed from a closing: it cannot be taken back."""
    happened = exists().where(
        MembershipEvent.membership_id == Resettlement.membership_id,
        MembershipEvent.at > Resettlement.moved_at,
    )
    moving = exists().where(
        Transfer.membership_id == Resettlement.membership_id,
        Transfer.requested_at > Resettlement.moved_at,
        Transfer.status.in_(OPEN_TRANSFERS),
    )
    followed = select(Resettlement.id).where(
        Resettlement.closing_id == closed.row.id, or_(happened, moving)
    )
    earlier = select(Application.person_id).where(
        Application.organization_id == closed.organization.id,
        Application.status == ApplicationStatus.CLOSED,
    )
    again = select(Application.id).where(
        Application.person_id.in_(earlier), Application.submitted_at > closed.row.decided_at
    )
    for found in (followed, again):
        if db.session.scalars(found.limit(1)).first() is not None:
            raise RuleViolation("", N_("撤销以后已经有人办了别的事，不能恢复"))


def follow_reopening(closed: ClosedOrganization) -> None:
    """Bring members back as they were, and open applications that were given back."""
    organization, by, now = closed.organization, closed.by, closed.now
    before = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Resettlement.membership_id, Resettlement.status_before).where(
                Resettlement.closing_id == closed.row.id
            )
        )
    }
    of_closing = select(Resettlement.membership_id).where(Resettlement.closing_id == closed.row.id)
    members = lock_members(Membership.id.in_(of_closing))
    action = MembershipAction.UNDO_CLOSING
    carry(members, closed.home, organization, action, by=by, now=now, back_to=before)
    settle_pending(before, now)
    for application in _lock_applications(organization.id, ApplicationStatus.CLOSED):
        stage = _stage_before(application, closed.row.decided_at)
        if stage is not None:
            notices.call_closed_back(application, closed.row.decided_at, now)
            change(application, ApplicationAction.REOPEN, by=by, now=now, back_to=stage)
    db.session.flush()


def place_members(
    target: Organization,
    *,
    county_id: int,
    closing_code: str = "",
    membership_code: str = "",
    by: Actor,
    now: datetime,
) -> int:
    """Return how many waiting members a Red Cross took to one of its organizations.

    One of them, or all whom one closing left waiting. Who found a place meanwhile is left out.
    Raises UnknownRowError where nobody waits, RuleViolation for a wrong target.
    """
    hold([target.id], only_read=True)
    if target.branch_id != county_id or target.id == county_id:
        raise RuleViolation("target", N_("只能转到同一个红十字会下面的组织"))
    if target.status not in OPEN_ORGANIZATIONS:
        raise RuleViolation("target", N_("这个组织已经停办，请换一个"))
    named = Membership.code == membership_code
    if closing_code:
        of_closing = select(Resettlement.membership_id).join(
            OrganizationClosing, OrganizationClosing.id == Resettlement.closing_id
        )
        named = Membership.id.in_(of_closing.where(OrganizationClosing.code == closing_code))
    members = lock_members(
        named,
        Membership.organization_id == county_id,
        Membership.status == MembershipStatus.PENDING_TRANSFER,
    )
    if not members:
        raise UnknownRowError(closing_code or membership_code)
    is_school = target.kind is OrganizationKind.SCHOOL
    pupils = sum(one.kind is MembershipKind.YOUTH for one in members)
    check_pupils_go_to_school(pupils, target_is_school=is_school)
    waited = pending_of(Resettlement.membership_id.in_([one.id for one in members]))
    before = {key: one.status_before for key, one in waited.items()}
    county = db.session.get_one(Organization, county_id)
    carry(members, county, target, MembershipAction.RESETTLE, by=by, now=now, back_to=before)
    settle_pending(before, now)
    keep_placing(waited, target, now)
    record("memberships.place", "organization", target.id, by=by, count=len(members))
    db.session.flush()
    return len(members)


def lapse_pending(now: datetime) -> int:
    """End memberships that found no organization in the months of the setting; how many."""
    due = db.session.scalars(
        select(Membership)
        .join(Resettlement, Resettlement.membership_id == Membership.id)
        .options(
            joinedload(Membership.organization, innerjoin=True),
            joinedload(Membership.person, innerjoin=True),
        )
        .where(
            Membership.status == MembershipStatus.PENDING_TRANSFER,
            Resettlement.settled_at.is_(None),
            Resettlement.until_on < clock.local(now).date(),
        )
        .order_by(Membership.id)
        .limit(BATCH)
        .with_for_update(of=Membership, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for membership in due:
        move(membership, MembershipAction.LAPSE, by=SYSTEM, now=now)
        membership.left_on = clock.local(now).date()
        record("memberships.lapse", "membership", membership.id, by=SYSTEM)
    notices.tell_lapsed(due, now)
    db.session.flush()
    return len(due)


def tell_resettled(now: datetime) -> int:
    """Tell members where the closing of their organization took them; return how many rows.

    After the minutes in which a decision is undone, and not where it was.
    """
    minutes = settings.value("decisions.undo_minutes", on=clock.local(now).date())
    due = db.session.scalars(
        select(Resettlement)
        .options(
            joinedload(Resettlement.membership, innerjoin=True).joinedload(
                Membership.person, innerjoin=True
            ),
            joinedload(Resettlement.from_organization, innerjoin=True),
            joinedload(Resettlement.to_organization, innerjoin=True),
        )
        .where(
            Resettlement.told_at.is_(None),
            Resettlement.moved_at < now - timedelta(minutes=minutes),
        )
        .order_by(Resettlement.moved_at, Resettlement.id)
        .limit(BATCH)
        .with_for_update(of=Resettlement, skip_locked=True)
    ).all()
    undone = set(
        db.session.scalars(
            select(OrganizationClosing.id).where(
                OrganizationClosing.id.in_({one.closing_id for one in due}),
                OrganizationClosing.status == ClosingStatus.UNDONE,
            )
        )
    )
    for one in due:
        one.told_at = now
    there = [one for one in due if one.membership.organization_id == one.to_organization_id]
    notices.tell_resettled([one for one in there if one.closing_id not in undone], now)
    db.session.flush()
    return len(due)


def _lock_applications(organization_id: int, *statuses: ApplicationStatus) -> Sequence[Application]:
    return db.session.scalars(
        select(Application)
        .options(
            joinedload(Application.person, innerjoin=True),
            joinedload(Application.organization, innerjoin=True),
            joinedload(Application.handler, innerjoin=True),
        )
        .where(Application.organization_id == organization_id, Application.status.in_(statuses))
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).all()


def _stage_before(application: Application, closed_at: datetime) -> ApplicationStatus | None:
    """Return where an application was before a closing; nothing for one that a guardian had.

    His link ended with the application: it is handed in anew.
    """
    found = db.session.scalar(
        select(ApplicationEvent.from_status).where(
            ApplicationEvent.application_id == application.id,
            ApplicationEvent.action == ApplicationAction.CLOSE,
            ApplicationEvent.at == closed_at,
        )
    )
    return None if found is ApplicationStatus.CONSENT_PENDING else found


def close_for(person_id: int, *, by: Actor, now: datetime) -> None:
    """Take back the open applications of somebody who died; links of guardians end."""
    found = db.session.scalars(
        select(Application)
        .options(joinedload(Application.handler, innerjoin=True))
        .where(Application.person_id == person_id, Application.status.in_(OPEN_STATES))
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).all()
    for application in found:
        change(application, ApplicationAction.WITHDRAW, by=by, now=now)
        if application.consent_request_id is not None:
            close_request(application.consent_request_id)
    db.session.flush()
