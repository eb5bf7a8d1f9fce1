"""Closing an organization, and taking it back where it was a mistake (ORG-17, MEM-45)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, crypto, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from organizations import figures
from organizations.models import Organization, OrganizationClosing
from organizations.operations.founding import has_child_named
from organizations.rules import (
    OPEN_STATES,
    ORGANIZATION_TRANSITIONS,
    ClosingStatus,
    Hanging,
    Measure,
    OrganizationAction,
    OrganizationKind,
    OrganizationStatus,
    check_closing,
    check_open_parent,
    is_grassroots,
    name_taken,
    people_left,
)

CODE_LENGTH = 8
GRASSROOTS = tuple(kind for kind in OrganizationKind if is_grassroots(kind))
PEOPLE = (Hanging.ADULTS, Hanging.PUPILS, Hanging.VOLUNTEERS)


@dataclass(frozen=True, slots=True)
class ClosedOrganization:
    """What packages that keep rows of an organization are told when it closes or opens again.

    ``home`` is where its people belong from now on: the target, or the Red Cross it stood under.
    """

    row: OrganizationClosing
    organization: Organization
    home: Organization
    by: Actor
    now: datetime

    @property
    def has_target(self) -> bool:
        return self.row.target_id is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the county, or a city for a unit of its own, decides (ORG-06).

    Document, day, and the organization that takes the people in. One that merges needs it: there
    nobody waits.
    """

    document: str
    closed_on: date
    target: Organization | None = None
    action: OrganizationAction = OrganizationAction.DISSOLVE


#: Called one after the other in the transaction, rightmost package first. A check raises
#: RuleViolation for what has to be dealt with before.
CLOSING_CHECKS: list[Callable[[Organization, Organization | None], None]] = []
ORGANIZATION_CLOSED: list[Callable[[ClosedOrganization], None]] = []
REOPENING_CHECKS: list[Callable[[ClosedOrganization], None]] = []
ORGANIZATION_REOPENED: list[Callable[[ClosedOrganization], None]] = []
#: Counts what hangs on an organization: asked for the page before the decision.
HANGING: list[Callable[[Organization], Mapping[Hanging, int]]] = []


def close_organization(
    organization: Organization, plan: Plan, *, by: Actor, now: datetime, is_empty: bool = False
) -> OrganizationClosing:
    """Return the closing of an organization: people move, posts end, all at once.

    Grassroots organizations are dissolved or merge; a county only merges into another one.
    ``is_empty``: who calls has looked at the rows of its people, and found none. Raises
    RuleViolation for wrong facts, and for what has to be dealt with before.
    """
    target = plan.target
    hold(one.id for one in (organization, target) if one is not None)
    before = organization.status
    reached = next_state(ORGANIZATION_TRANSITIONS, before, plan.action)
    today = clock.local(now).date()
    document = check_closing(plan.document, plan.closed_on, organization.founded_on, today)
    shelter = _shelter_of(organization, plan.action)
    check_target(organization, target, plan.action)
    if has_open_children(organization):
        raise RuleViolation("", N_("它下面还有组织，请先撤销或移走"))
    for check in CLOSING_CHECKS:
        check(organization, target)
    if target is None and not is_empty:
        check_nobody_left(organization, today)
    row = OrganizationClosing(
        code=crypto.opaque_code(CODE_LENGTH),
        organization=organization,
        shelter=shelter,
        target=target,
        status=ClosingStatus.CLOSED,
        status_before=before,
        document=document,
        closed_on=plan.closed_on,
        decided_at=now,
        decided_by_id=by.user_id,
    )
    db.session.add(row)
    organization.status, organization.closed_on = reached, plan.closed_on
    _count(organization, before, -1)
    _flush()
    closed = ClosedOrganization(row, organization, target or shelter, by, now)
    for told in ORGANIZATION_CLOSED:
        told(closed)
    verb = "close" if plan.action is OrganizationAction.DISSOLVE else plan.action
    record(f"organization.{verb}", "organization", organization.id, by=by, document=document)
    db.session.flush()
    return row


def reopen_organization(
    organization: Organization, *, by: Actor, now: datetime
) -> OrganizationClosing:
    """Return the closing of an organization taken back: everything is where it was.

    Raises IllegalTransition where none stands, UnknownRowError for one closed before closings were
    kept, RuleViolation once something followed from it.
    """
    hold([organization.id, organization.parent_id or organization.id])
    next_state(ORGANIZATION_TRANSITIONS, organization.status, OrganizationAction.REOPEN)
    row = db.session.scalars(
        select(OrganizationClosing)
        .where(
            OrganizationClosing.organization_id == organization.id,
            OrganizationClosing.status == ClosingStatus.CLOSED,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise UnknownRowError(organization.code)
    parent = db.session.get_one(Organization, organization.parent_id)
    check_open_parent(parent.status)
    if has_child_named(parent, organization.name):
        raise name_taken()
    closed = ClosedOrganization(row, organization, row.target or row.shelter, by, now)
    for check in REOPENING_CHECKS:
        check(closed)
    organization.status, organization.closed_on = row.status_before, None
    _count(organization, row.status_before, +1)
    row.status, row.undone_at, row.undone_by_id = ClosingStatus.UNDONE, now, by.user_id
    db.session.flush()
    for told in ORGANIZATION_REOPENED:
        told(closed)
    record("organization.reopen", "organization", organization.id, by=by)
    db.session.flush()
    return row


def hanging_on(organization: Organization) -> dict[Hanging, int]:
    """Return what hangs on an organization, in the order of the page."""
    below = figures.values([organization.id], [Measure.ORGANIZATIONS])
    stock = below.get((organization.id, Measure.ORGANIZATIONS, figures.STOCK), 0)
    counted = {Hanging.BELOW: max(stock - (organization.status in OPEN_STATES), 0)}
    for count in HANGING:
        counted |= count(organization)
    return {kind: counted[kind] for kind in Hanging if kind in counted}


def people_hanging(hanging: Mapping[Hanging, int]) -> dict[Hanging, int]:
    """Return the people among what hangs on an organization."""
    return {kind: hanging.get(kind, 0) for kind in PEOPLE}


def may_wait(organization: Organization, left: Mapping[Hanging, int], on: date) -> bool:
    """Return whether people may be left to the Red Cross above: where nobody can take them in.

    Members are moved before or with the closing (ORG-17); who has no place to go waits (MEM-41).
    Pupils go to schools only. A setting lets everybody wait.
    """
    if settings.value("closings.may_wait", on):
        return True
    kinds = (OrganizationKind.SCHOOL,) if left.get(Hanging.PUPILS) else GRASSROOTS
    others = select(Organization.id).where(
        Organization.county_id == organization.county_id,
        *(() if organization.county_id else (Organization.city_id == organization.city_id,)),
        Organization.kind.in_(kinds),
        Organization.status.in_(OPEN_STATES),
        Organization.id != organization.id,
    )
    return db.session.scalars(others.limit(1)).first() is None


def check_nobody_left(organization: Organization, on: date) -> None:
    """Raise RuleViolation where people would be left that another organization can take in."""
    left = people_hanging(hanging_on(organization))
    if any(left.values()) and not may_wait(organization, left, on):
        raise people_left({kind.value: count for kind, count in left.items()})


def hold(organization_ids: Iterable[int], *, only_read: bool = False) -> None:
    """Lock organizations in the order of their keys and read them anew.

    ``only_read`` lets others read along, and keeps them from closing until the transaction ends:
    who admits or moves people relies on the organization being open.
    """
    db.session.scalars(
        select(Organization)
        .where(Organization.id.in_(sorted(set(organization_ids))))
        .order_by(Organization.id)
        .with_for_update(read=only_read)
        .execution_options(populate_existing=True)
    ).all()


def has_open_children(organization: Organization) -> bool:
    """Return whether organizations that are not closed stand directly below."""
    gone = (OrganizationStatus.MERGED, OrganizationStatus.DISSOLVED)
    below = select(Organization.id).where(
        Organization.parent_id == organization.id, Organization.status.not_in(gone)
    )
    return db.session.scalars(below.limit(1)).first() is not None


def check_target(
    organization: Organization, target: Organization | None, action: OrganizationAction
) -> None:
    """Raise RuleViolation where people of an organization may not go to another one.

    A grassroots organization goes with another one of its Red Cross; a county with a county.
    """
    if target is None:
        if action is OrganizationAction.MERGE:
            raise RuleViolation("target", N_("请选并入哪个组织"))
        return
    if is_grassroots(organization.kind):
        if target.id == organization.id or not is_grassroots(target.kind):
            raise RuleViolation("target", N_("请选另一个基层组织"))
        if target.branch_id != organization.branch_id:
            raise RuleViolation("target", N_("只能转到同一个红十字会下面的组织"))
    elif target.id == organization.id or target.kind is not organization.kind:
        raise RuleViolation("target", N_("县（市、区）只能并入另一个县（市、区）"))
    if target.status not in OPEN_STATES:
        raise RuleViolation("target", N_("这个组织已经停办，请换一个"))


def _shelter_of(organization: Organization, action: OrganizationAction) -> Organization:
    """Return the Red Cross that decides: the county, else the city, else the province.

    Of a county that merges it is the one above. Raises RuleViolation for what may not end so.
    """
    if is_grassroots(organization.kind):
        return db.session.get_one(Organization, organization.branch_id)
    if organization.kind is OrganizationKind.COUNTY and action is OrganizationAction.MERGE:
        return db.session.get_one(Organization, organization.parent_id)
    raise RuleViolation("", N_("只能撤销基层组织"))


def _count(organization: Organization, counted_as: OrganizationStatus, change: int) -> None:
    if counted_as in OPEN_STATES and is_grassroots(organization.kind):
        figures.add_split(organization.path, Measure.ORGANIZATIONS, organization.kind, change)


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
