"""Founding organizations: one at a time, and the branches at every division down to the county."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.access.permissions import Level
from core.audit.operations import Actor, record
from core.crypto import opaque_code
from core.database import db
from core.pinyin import name_pinyin
from organizations import figures
from organizations.models import Division, Organization
from organizations.rules import (
    DivisionLevel,
    Measure,
    OrganizationKind,
    OrganizationStatus,
    branch_name,
    check_name,
    check_open_parent,
    check_parent,
    child_path,
    is_grassroots,
    level_of,
    name_taken,
    short_name_of,
)

CODE_LENGTH = 6

BRANCHES = (
    (DivisionLevel.PROVINCE, OrganizationKind.PROVINCIAL),
    (DivisionLevel.CITY, OrganizationKind.CITY),
    (DivisionLevel.COUNTY, OrganizationKind.COUNTY),
)


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What has to be told of an organization to found it."""

    kind: OrganizationKind
    name: str
    short_name: str = ""
    division_code: str | None = None
    phone: str = ""
    founded_on: date | None = None
    code: str = ""


def found(new: NewOrganization, parent: Organization | None, *, by: Actor) -> Organization:
    """Return a new active organization under its parent (ORG-01..06).

    Raises RuleViolation where the kind may not stand there, the parent is not active, or the
    parent has an organization of that name already.
    """
    name = check_name(new.name)
    check_parent(new.kind, parent.level if parent else None)
    if parent is not None:
        _lock(parent)
        check_open_parent(parent.status)
        if has_child_named(parent, name):
            raise name_taken()
    organization = _place(new, name, parent)
    if is_grassroots(new.kind):
        figures.add_split(organization.path, Measure.ORGANIZATIONS, organization.kind, +1)
    record("organization.found", "organization", organization.id, by=by, kind=new.kind)
    return organization


def _place(new: NewOrganization, name: str, parent: Organization | None) -> Organization:
    short_name = new.short_name or short_name_of(name)
    code = new.code or opaque_code(CODE_LENGTH)
    organization = Organization(
        code=code,
        kind=new.kind,
        level=Level(level_of(new.kind)),
        parent_id=parent.id if parent else None,
        path=f"new {code}",
        name=name,
        short_name=short_name,
        search_text=search_text_of(short_name),
        division_code=new.division_code,
        status=OrganizationStatus.ACTIVE,
        phone=new.phone,
        founded_on=new.founded_on,
    )
    db.session.add(organization)
    db.session.flush()
    organization.path = child_path(parent.path if parent else "", organization.id)
    if parent is not None:
        organization.county_id, organization.city_id = parent.county_id, parent.city_id
    if new.kind is OrganizationKind.COUNTY:
        organization.county_id = organization.id
    elif new.kind is OrganizationKind.CITY:
        organization.city_id = organization.id
    db.session.flush()
    return organization


def search_text_of(short_name: str) -> str:
    """Return what an organization is found and sorted by: pinyin, initials, name."""
    sound = name_pinyin(short_name)
    return f"{sound.full[:130]} {sound.initials[:40]} {short_name.lower()}"


def _lock(organization: Organization) -> None:
    db.session.execute(
        select(Organization.id).where(Organization.id == organization.id).with_for_update()
    )


def has_child_named(parent: Organization, name: str) -> bool:
    """Return whether an organization that counts has this name under the parent."""
    statement = select(Organization.id).where(
        Organization.parent_id == parent.id,
        Organization.name == name,
        Organization.status.in_((OrganizationStatus.ACTIVE, OrganizationStatus.SUSPENDED)),
    )
    return db.session.scalars(statement.limit(1)).first() is not None


def found_branches(*, by: Actor) -> int:
    """Found the branch of every division in force down to the county that has none; how many."""
    founded = 0
    standing = _branches_by_division()
    for level, kind in BRANCHES:
        for division in _divisions_in_force(level):
            if division.code in standing:
                continue
            parent = standing.get(division.parent_code) if division.parent_code else None
            new = NewOrganization(kind, branch_name(division.name), division_code=division.code)
            standing[division.code] = found(new, parent, by=by)
            founded += 1
    return founded


def _branches_by_division() -> dict[str, Organization]:
    kinds = [kind for _, kind in BRANCHES]
    rows = db.session.scalars(select(Organization).where(Organization.kind.in_(kinds)))
    return {row.division_code: row for row in rows if row.division_code}


def _divisions_in_force(level: DivisionLevel) -> Iterable[Division]:
    statement = select(Division).where(Division.level == level, Division.valid_to.is_(None))
    return db.session.scalars(statement.order_by(Division.code)).all()
