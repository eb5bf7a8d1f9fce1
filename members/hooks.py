"""Binds members to what other packages tell: keepers who come and go, moved trees, reveals."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy import update

from accounts import handing_over
from accounts.operations import POST_ENDED, POST_STARTED
from core import clock, retention
from core.audit.operations import SYSTEM
from core.database import db
from core.i18n import gettext
from core.messages import SILENT
from members import matters as members_matters  # noqa: F401 - names what of members is a case
from members import operations, sources  # noqa: F401 - sources names the list of members
from members.labels import LABELS
from members.models import Export, Membership
from members.operations import counties
from members.operations.erasing import erase_member, waiting_of
from members.operations.merging import MembersHand
from members.operations.persons import rows_of
from members.operations.refused import REFUSED, bare_refused, count_refused, past_exports
from members.operations.refused import SETTING as REFUSED_YEARS
from members.queries.charge import home_of, keeper_of
from members.queries.closings import counts_of
from members.queries.expulsions import latest_expulsion_of
from members.queries.handover import PARTS
from members.queries.own import membership_of, open_application, open_applications
from members.queries.roster import is_present
from members.queries.withdrawals import withdrawal_of
from members.rules import (
    ApplicationKind,
    ExpulsionStatus,
    MembershipKind,
    MembershipStatus,
)
from members.telling import tell_member
from organizations.operations import (
    CLOSING_CHECKS,
    HANGING,
    ORGANIZATION_CLOSED,
    ORGANIZATION_REOPENED,
    REOPENING_CHECKS,
    ClosedOrganization,
)
from organizations.operations.moving import SUBTREE_MOVED, MovedSubtree
from people import counting, endings, erasing, leaving, merging, presence
from people.operations.deaths import is_silent
from people.rules.seeing import SeenAs


def follow_keeper(organization_id: int) -> None:
    """Give what waits at an organization to who decides it from now on."""
    operations.reassign([organization_id], by=SYSTEM, now=clock.now())
    operations.reassign_transfers([organization_id], by=SYSTEM, now=clock.now())
    operations.reassign_withdrawals([organization_id], by=SYSTEM, now=clock.now())
    operations.reassign_expulsions([organization_id], by=SYSTEM, now=clock.now())


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
    operations.reassign_expulsions(moved.organization_ids, by=moved.by, now=moved.now)


def follow_closing(closed: ClosedOrganization) -> None:
    """Move the members of a closed organization, and give what waits there to the county."""
    operations.follow_closing(closed)
    follow_keeper(closed.organization.id)


def follow_reopening(closed: ClosedOrganization) -> None:
    """Bring everything back where it was."""
    operations.follow_reopening(closed)
    follow_keeper(closed.organization.id)


def is_in_charge(person_id: int, place_id: int, day: date) -> bool:
    """Return whether an organization acts for the one that a person is a member of."""
    home = home_of(person_id)
    return home is not None and keeper_of(home, person_id, day) == place_id


def tell_standing(person_id: int) -> list[presence.Standing]:
    """Return the line of one's own page about membership."""
    membership = membership_of(person_id)
    if membership is None:
        return _tell_withdrawal(person_id)
    state = LABELS[MembershipStatus][membership.status]
    text = f"{membership.organization.short_name} · {state}"
    kind = LABELS[MembershipKind][membership.kind]
    is_accused = membership.status is MembershipStatus.EXPULSION_PROPOSED
    way = "members.own_expulsion" if is_accused else "members.card"
    return [presence.Standing(str(kind), text, url_for(way))]


def _tell_withdrawal(person_id: int) -> list[presence.Standing]:
    withdrawal = withdrawal_of(person_id)
    if withdrawal is None:
        return _tell_expulsion(person_id)
    text = f"{withdrawal.membership.organization.short_name} · {gettext('已退会，可以撤销')}"
    kind = LABELS[MembershipKind][withdrawal.membership.kind]
    return [presence.Standing(str(kind), text, url_for("members.leave"))]


def _tell_expulsion(person_id: int) -> list[presence.Standing]:
    """Return the line about an expulsion while it can be appealed, or an appeal runs."""
    expulsion = latest_expulsion_of(person_id)
    if expulsion is None or expulsion.status not in {
        ExpulsionStatus.EFFECTIVE,
        ExpulsionStatus.APPEALED,
    }:
        return []
    state = LABELS[ExpulsionStatus][expulsion.status]
    text = f"{expulsion.organization.short_name} · {state}"
    kind = LABELS[MembershipKind][expulsion.membership.kind]
    return [presence.Standing(str(kind), text, url_for("members.own_expulsion"))]


def tell_number(person_id: int) -> str:
    """Return the document number that an open application names, or nothing."""
    application = open_application(person_id, ApplicationKind.MEMBER)
    return application.claimed_identity if application else ""


def place_member(person_id: int) -> list[presence.Sighting]:
    """Return where a person is seen as a member or as somebody who applies."""
    membership, view = membership_of(person_id), SeenAs.ROSTER
    found = [presence.Sighting(membership.organization_id, view)] if membership else []
    for application in open_applications(person_id):
        seen = presence.Sighting(application.handler_id, SeenAs.APPLICATION)
        found.append(seen)
    return found


handing_over.register(*PARTS)
presence.register_placer(place_member)
CLOSING_CHECKS.append(operations.check_closing_of)
CLOSING_CHECKS.append(counties.check_county)
ORGANIZATION_CLOSED.append(counties.take_groups_along)
ORGANIZATION_REOPENED.append(counties.bring_groups_back)
HANGING.append(counts_of)
ORGANIZATION_CLOSED.append(follow_closing)
REOPENING_CHECKS.append(operations.check_reopening_of)
ORGANIZATION_REOPENED.append(follow_reopening)
endings.register(
    "members",
    endings.Part(operations.end_for_death, operations.restore_after_death, is_in_charge),
)
SILENT.append(is_silent)
POST_STARTED.append(follow_keeper)
POST_ENDED.append(follow_keeper)
SUBTREE_MOVED.append(follow_move)
presence.register(is_present)
counting.register(rows_of)
presence.register_home(operations.home_of_member)
presence.register_follower(operations.MembershipsFollow())
presence.register_number(tell_number)
presence.register_teller(tell_standing)
presence.register_keeper(tell_member)
merging.register(MembersHand())
erasing.register(erasing.Part(waiting_of, erase_member))
leaving.register(leaving.Part(Membership.person_id, Membership.left_on))
leaving.register(REFUSED)
retention.register(
    retention.Rule(
        "refused_applications", REFUSED_YEARS, count_refused, retention.until_none(bare_refused)
    )
)
retention.register(retention.of_rows("exports", "privacy.logs_years", Export, past_exports))
