"""Binds members to what other packages tell: keepers who come and go, moved trees, reveals."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext
from sqlalchemy import update

from accounts.operations import POST_ENDED, POST_STARTED
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from members import operations
from members.labels import LABELS
from members.models import Membership
from members.queries.own import membership_of, open_application
from members.queries.roster import is_present
from members.queries.withdrawals import withdrawal_of
from members.rules import ApplicationKind, MembershipKind, MembershipStatus
from organizations.operations.moving import SUBTREE_MOVED, MovedSubtree
from people import presence


def follow_keeper(organization_id: int) -> None:
    """Give what waits at an organization to who decides it from now on."""
    operations.reassign([organization_id], by=SYSTEM, now=clock.now())
    operations.reassign_transfers([organization_id], by=SYSTEM, now=clock.now())
    operations.reassign_withdrawals([organization_id], by=SYSTEM, now=clock.now())


def follow_move(moved: MovedSubtree) -> None:
    """Keep county and city of memberships true, and give what waits to who decides it."""
    if moved.columns:
        operations.move_filings(moved.organization_ids, moved.columns)
        db.session.execute(
            update(Membership)
            .where(Membership.organization_id.in_(moved.organization_ids))
            .values(**moved.columns)
            .execution_options(synchronize_session=False)
        )
    operations.reassign(moved.organization_ids, by=moved.by, now=moved.now)
    operations.reassign_transfers(moved.organization_ids, by=moved.by, now=moved.now)
    operations.reassign_withdrawals(moved.organization_ids, by=moved.by, now=moved.now)


def tell_standing(person_id: int) -> list[presence.Standing]:
    """Return the line of one's own page about membership."""
    membership = membership_of(person_id)
    if membership is None:
        return _tell_withdrawal(person_id)
    state = LABELS[MembershipStatus][membership.status]
    text = f"{membership.organization.short_name} · {state}"
    kind = LABELS[MembershipKind][membership.kind]
    return [presence.Standing(str(kind), text, url_for("members.card"))]


def _tell_withdrawal(person_id: int) -> list[presence.Standing]:
    withdrawal = withdrawal_of(person_id)
    if withdrawal is None:
        return []
    text = f"{withdrawal.membership.organization.short_name} · {gettext('已退会，可以撤销')}"
    kind = LABELS[MembershipKind][withdrawal.membership.kind]
    return [presence.Standing(str(kind), text, url_for("members.leave"))]


def tell_number(person_id: int) -> str:
    """Return the document number that an open application names, or nothing."""
    application = open_application(person_id, ApplicationKind.MEMBER)
    return application.claimed_identity if application else ""


POST_STARTED.append(follow_keeper)
POST_ENDED.append(follow_keeper)
SUBTREE_MOVED.append(follow_move)
presence.register(is_present)
presence.register_number(tell_number)
presence.register_teller(tell_standing)
