"""What a membership owes by the tariff, whether it was charged yet or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from core import clock
from core.database import db
from members.models import DuesCharge, DuesTariff, GroupMembership, Membership
from members.rules import MembershipKind, owes_dues, pick_tariff, tariff_day, unit_owes_dues
from organizations.rules import ids_of_path


def all_tariffs() -> Sequence[DuesTariff]:
    """Return every line of the tariff: there are few."""
    return db.session.scalars(select(DuesTariff).order_by(DuesTariff.id)).all()


def tariff_of(
    membership: Membership, year: int, tariffs: Sequence[DuesTariff]
) -> DuesTariff | None:
    """Return the line by which a membership pays for a year, or None where it pays nothing."""
    if not owes_dues(membership.kind, membership.grade, membership.status):
        return None
    if membership.joined_on.year > year:
        return None
    regions = ids_of_path(membership.organization.path)
    day = tariff_day(year, membership.joined_on)
    found = pick_tariff(tariffs, membership.kind, regions, day)
    return found if found is not None and found.amount else None


def tariff_of_group(
    group: GroupMembership, year: int, tariffs: Sequence[DuesTariff]
) -> DuesTariff | None:
    """Return the line by which a unit pays for a year: the band of its staff where it belongs.

    None where it pays nothing: a permanent one, one not yet or no more a member, and where the
    tariff has no line for so many people.
    """
    if not unit_owes_dues(group.grade, group.status) or group.approved_at is None:
        return None
    first = clock.local(group.approved_at).date()
    if first.year > year:
        return None
    line = line_of_group(group, tariff_day(year, first), tariffs)
    return line if line is not None and line.amount else None


def line_of_group(
    group: GroupMembership, day: date, tariffs: Sequence[DuesTariff]
) -> DuesTariff | None:
    """Return the line of the tariff for the staff of a unit on a day; it may ask for nothing."""
    regions = ids_of_path(group.organization.path)
    return pick_tariff(tariffs, MembershipKind.GROUP, regions, day, group.staff)


def outstanding_of_group(group: GroupMembership, year: int) -> int:
    """Return what a unit has still to pay for a year, in fen; 0 where nothing is due."""
    charge = db.session.scalars(
        select(DuesCharge).where(DuesCharge.group_id == group.id, DuesCharge.year == year)
    ).one_or_none()
    if charge is not None:
        return charge.outstanding
    tariff = tariff_of_group(group, year, all_tariffs())
    return tariff.amount if tariff else 0


def outstanding_of(membership: Membership, year: int) -> int:
    """Return what a membership has still to pay for a year, in fen; 0 where nothing is due."""
    charge = db.session.scalars(
        select(DuesCharge).where(DuesCharge.membership_id == membership.id, DuesCharge.year == year)
    ).one_or_none()
    if charge is not None:
        return charge.outstanding
    tariff = tariff_of(membership, year, all_tariffs())
    return tariff.amount if tariff else 0
