"""Memberships that change organization many at a time: rows, history and figures (MEM-41)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, insert, select, update

from core import clock, settings
from core.audit.operations import Actor
from core.database import db
from core.rules import next_state
from members.models import Membership, MembershipEvent, Resettlement
from members.operations.flows import Facts, Flow, count_flows, filing_days, flows
from members.operations.hearings import resume_expulsion
from members.operations.memberships import filing_path, relocate_figures
from members.rules import (
    LIVE_STATES,
    MEMBERSHIP_TRANSITIONS,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    months_after,
)
from organizations import figures
from organizations.models import Organization, OrganizationClosing
from organizations.queries import standing_closing
from organizations.rules import OPEN_STATES, Measure
from people.counting import Row, count_rows
from people.models import Person

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving many needs to know of a membership."""

    id: int
    kind: MembershipKind
    status: MembershipStatus
    joined_on: date
    converted_on: date | None
    approved_at: datetime
    filed_at: datetime | None
    filed_by_id: int | None
    person_id: int
    has_id: bool
    has_phone: bool

    @property
    def flows(self) -> Counter[Flow]:
        """Return what it adds to the numbers of a month."""
        days = filing_days(self.kind, self.approved_at, self.filed_at, self.filed_by_id)
        facts = Facts(self.kind, self.status, self.joined_on, self.converted_on)
        return flows(replace(facts, approved_on=days[0], filed_on=days[1]))

    @property
    def row(self) -> Row:
        """Return what counts of it as a row of a list."""
        needs_phone = self.kind is MembershipKind.ADULT
        return Row(self.person_id, self.has_id, self.has_phone, needs_phone)


def lock_members(*conditions: ColumnElement[bool]) -> Sequence[Moved]:
    """Return the live memberships that conditions name, their rows locked in order of keys."""
    statement = (
        select(
            Membership.id,
            Membership.kind,
            Membership.status,
            Membership.joined_on,
            Membership.converted_on,
            Membership.approved_at,
            Membership.filed_at,
            Membership.filed_by_id,
            Membership.person_id,
            Person.id_index.is_not(None),
            Person.phone_index.is_not(None),
        )
        .join(Membership.person)
        .where(Membership.status.in_(LIVE_STATES), *conditions)
        .order_by(Membership.id)
        .with_for_update(of=Membership)
    )
    return [Moved(*row) for row in db.session.execute(statement)]


def carry(
    members: Sequence[Moved],
    source: Organization,
    target: Organization,
    action: MembershipAction,
    *,
    by: Actor,
    now: datetime,
    back_to: Mapping[int, MembershipStatus] | None = None,
) -> None:
    """Take memberships from one organization to another, each with its step in the history.

    Rows change by few statements however many they are; figures and filings go along.
    ``back_to`` holds the states that an undone act returns to, where the table has the usual.
    """
    groups: dict[tuple[MembershipStatus, MembershipStatus], list[int]] = {}
    for one in members:
        usual = next_state(MEMBERSHIP_TRANSITIONS, one.status, action)
        reached = (back_to or {}).get(one.id, usual)
        groups.setdefault((one.status, reached), []).append(one.id)
    note = f"{source.name} → {target.name}"[:200]
    for (_, reached), ids in groups.items():
        for chunk in _chunks(ids):
            _move_rows(chunk, reached, target)
            _note(chunk, action, reached, note, by, now)
    _shift_figures(members, source, target)
    _shift_filings(members, groups, source, target)
    for row in db.session.identity_map.values():
        if isinstance(row, Membership):
            db.session.expire(row)


def resettle(
    members: Sequence[Moved],
    closing: OrganizationClosing | None,
    source: Organization,
    target: Organization,
    *,
    pending: bool,
    by: Actor,
    now: datetime,
) -> None:
    """Take members of a closed organization along, and keep where each one came from.

    Without a closing they left school, and nobody else took them in (MEM-41).
    """
    action = MembershipAction.AWAIT_TRANSFER if pending else MembershipAction.RESETTLE
    carry(members, source, target, action, by=by, now=now)
    today = clock.local(now).date()
    months = settings.value("closings.pending_months", on=today)
    rows = [
        {
            "closing_id": closing.id if closing else None,
            "membership_id": one.id,
            "from_organization_id": source.id,
            "to_organization_id": target.id,
            "status_before": one.status,
            "moved_at": now,
            "until_on": months_after(today, months) if pending else None,
        }
        for one in members
    ]
    if rows:
        db.session.execute(insert(Resettlement), rows)


def shelter(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Let a member who comes back to an organization that was closed wait at the county."""
    db.session.flush()
    organization = membership.organization
    if organization.status in OPEN_STATES or membership.status not in LIVE_STATES:
        return
    closing = standing_closing(organization.id)
    if closing is None:
        return
    found = lock_members(Membership.id == membership.id)
    resettle(found, closing, organization, closing.shelter, pending=True, by=by, now=now)


def come_back(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Let everything go on that stopped when a membership ended by mistake.

    The membership has its former state again: an expulsion runs on, the waiting at the county
    does, and where the organization was closed meanwhile the waiting begins.
    """
    if membership.status is MembershipStatus.EXPULSION_PROPOSED:
        resume_expulsion(membership, by=by, now=now)
    elif membership.status is MembershipStatus.PENDING_TRANSFER:
        newest = (
            select(func.max(Resettlement.id))
            .where(Resettlement.membership_id == membership.id)
            .scalar_subquery()
        )
        db.session.execute(
            update(Resettlement)
            .where(Resettlement.id == newest)
            .values(settled_at=None)
            .execution_options(synchronize_session=False)
        )
    else:
        shelter(membership, by=by, now=now)


@dataclass(frozen=True, slots=True)
class Waited:
    """What is known of a member who waits: state before, and the closing that it came from."""

    status_before: MembershipStatus
    closing_id: int | None
    from_organization_id: int


def pending_of(*conditions: ColumnElement[bool]) -> dict[int, Waited]:
    """Return ``membership id -> what is known`` of resettlements that wait, rows locked."""
    statement = (
        select(
            Resettlement.membership_id,
            Resettlement.status_before,
            Resettlement.closing_id,
            Resettlement.from_organization_id,
        )
        .where(Resettlement.until_on.is_not(None), Resettlement.settled_at.is_(None), *conditions)
        .order_by(Resettlement.membership_id)
        .with_for_update()
    )
    return {row[0]: Waited(*row[1:]) for row in db.session.execute(statement)}


def keep_placing(waited: Mapping[int, Waited], target: Organization, now: datetime) -> None:
    """Keep where members who waited were taken, so that they are told."""
    rows = [
        {
            "closing_id": one.closing_id,
            "membership_id": membership_id,
            "from_organization_id": one.from_organization_id,
            "to_organization_id": target.id,
            "status_before": MembershipStatus.PENDING_TRANSFER,
            "moved_at": now,
        }
        for membership_id, one in waited.items()
    ]
    if rows:
        db.session.execute(insert(Resettlement), rows)


def settle_pending(membership_ids: Iterable[int], now: datetime) -> None:
    """Note that members wait no longer: placed, moved, gone or called back."""
    for chunk in _chunks(list(membership_ids)):
        db.session.execute(
            update(Resettlement)
            .where(
                Resettlement.membership_id.in_(chunk),
                Resettlement.until_on.is_not(None),
                Resettlement.settled_at.is_(None),
            )
            .values(settled_at=now)
            .execution_options(synchronize_session=False)
        )


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _move_rows(ids: Sequence[int], status: MembershipStatus, target: Organization) -> None:
    db.session.execute(
        update(Membership)
        .where(Membership.id.in_(ids))
        .values(
            status=status,
            organization_id=target.id,
            county_id=target.county_id,
            city_id=target.city_id,
        )
        .execution_options(synchronize_session=False)
    )


def _note(
    ids: Sequence[int],
    action: MembershipAction,
    status: MembershipStatus,
    note: str,
    by: Actor,
    now: datetime,
) -> None:
    step = {
        "action": action,
        "to_status": status,
        "at": now,
        "by_user_id": by.user_id,
        "by_post_id": by.post_id,
        "note": note,
    }
    db.session.execute(insert(MembershipEvent), [{"membership_id": one, **step} for one in ids])


def _shift_figures(members: Sequence[Moved], source: Organization, target: Organization) -> None:
    """Take stock and admissions along, each kind and day counted once."""
    days = Counter((one.kind, one.joined_on) for one in members)
    for (kind, joined_on), count in days.items():
        relocate_figures(kind, joined_on, source.path, target.path, count)
    added = Counter[Flow]()
    for one in members:
        added.update(one.flows)
    for path, sign in ((source.path, -1), (target.path, 1)):
        count_flows(path, added, sign)
        count_rows(path, [one.row for one in members], sign)


def _shift_filings(
    members: Sequence[Moved],
    groups: Mapping[tuple[MembershipStatus, MembershipStatus], Sequence[int]],
    source: Organization,
    target: Organization,
) -> None:
    """Keep the number of filings true: adults whose filing waits, before and after."""
    adults = {one.id for one in members if one.kind is MembershipKind.ADULT}
    for (before, after), ids in groups.items():
        count = len(adults.intersection(ids))
        waited, waits = (status is MembershipStatus.APPROVED for status in (before, after))
        if count and waited:
            figures.add(filing_path(source), Measure.FILINGS_WAITING, -count)
        if count and waits:
            figures.add(filing_path(target), Measure.FILINGS_WAITING, count)
