"""What two counties that become one do to units and members that are the county's own (ORG-17)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select

from core.database import db
from core.rules import NN_, RuleViolation
from members.models import GroupMembership, Membership
from members.operations.groups import count_kind, note
from members.rules import LIVE_STATES
from members.rules.groups import GROUP_HELD, GROUP_LIVE, GROUP_OPEN, GROUP_WAITING
from organizations import figures
from organizations.models import Organization
from organizations.operations.closing import ClosedOrganization
from organizations.rules import Measure, is_grassroots

KEPT = "groups"
#: Units that are or may become group members; those that ended stay in the book of their county.
_GOING = (*GROUP_OPEN, *GROUP_HELD)


def check_county(organization: Organization, target: Organization | None) -> None:
    """Raise RuleViolation while members wait at a county that is to merge (MEM-41).

    Their months run at the county: they are given an organization before it ends.
    """
    del target
    if is_grassroots(organization.kind):
        return
    waiting = select(func.count(Membership.id)).where(
        Membership.organization_id == organization.id, Membership.status.in_(LIVE_STATES)
    )
    if count := db.session.scalar(waiting):
        message = NN_("还有 %(count)d 名会员在这里等待安排，请先给他们安排组织")
        raise RuleViolation("", message, count=count)


def take_groups_along(closed: ClosedOrganization) -> None:
    """Give the units of a county that merged to the other one, each with its step."""
    if is_grassroots(closed.organization.kind):
        return
    going = GroupMembership.organization_id == closed.organization.id
    found = _locked(going, GroupMembership.status.in_(_GOING))
    closed.row.keep(KEPT, [group.code for group in found])
    _carry(found, closed.organization, closed.home, closed)


def bring_groups_back(closed: ClosedOrganization) -> None:
    """Give units back that a county took over, as far as they are still there."""
    codes = closed.row.recall(KEPT) or []
    there = GroupMembership.organization_id == closed.home.id
    found = _locked(GroupMembership.code.in_(codes), there)
    _carry(found, closed.home, closed.organization, closed)


def _locked(*conditions: ColumnElement[bool]) -> list[GroupMembership]:
    statement = select(GroupMembership).where(*conditions).order_by(GroupMembership.id)
    held = statement.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(held))


def _carry(
    found: Iterable[GroupMembership],
    source: Organization,
    target: Organization,
    closed: ClosedOrganization,
) -> None:
    for group in found:
        is_member = group.status in GROUP_LIVE
        count_kind(group, -is_member)
        group.organization = target
        count_kind(group, +is_member)
        for states, measure in (
            (GROUP_LIVE, Measure.GROUP_MEMBERS),
            (GROUP_WAITING, Measure.GROUPS_WAITING),
        ):
            if group.status in states:
                figures.add(source.path, measure, -1)
                figures.add(target.path, measure, +1)
        words = f"{source.name} → {target.name}"
        note(group, None, by=closed.by, now=closed.now, words=words)
    db.session.flush()
