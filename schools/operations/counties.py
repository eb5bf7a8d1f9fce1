"""Schools of a county's list whose part of the tree moves, or whose county merges (SCH-10)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from core.audit.operations import Actor, record
from core.database import db
from organizations.models import Organization
from organizations.operations.closing import ClosedOrganization
from organizations.operations.moving import MovedSubtree
from organizations.queries import organization_of_id
from organizations.rules import OrganizationKind
from schools.models import School
from schools.operations.counting import locked, note, recounted
from schools.rules.register import SchoolAction

KEPT = "schools"


def follow_move(moved: MovedSubtree) -> None:
    """Put a school with a branch on the list of the county that the branch stands in now."""
    county_id = moved.columns.get("county_id")
    if county_id is not None:
        here = School.organization_id.in_(list(moved.organization_ids))
        _list_at(county_id, (here, School.county_id != county_id), moved.by)


def follow_merger(closed: ClosedOrganization) -> None:
    """Put the schools of a county that merged on the list of the other one."""
    if closed.organization.kind is OrganizationKind.COUNTY:
        codes = _list_at(closed.home.id, (School.county_id == closed.organization.id,), closed.by)
        closed.row.keep(KEPT, codes)


def follow_reopening(closed: ClosedOrganization) -> None:
    """Put schools back on the list of a county that merged by mistake."""
    codes = closed.row.recall(KEPT) or []
    there = School.county_id == closed.home.id
    _list_at(closed.organization.id, (School.code.in_(codes), there), closed.by)


def _list_at(county_id: int, where: Iterable[ColumnElement[bool]], by: Actor) -> list[str]:
    codes = list(db.session.scalars(select(School.code).where(*where).order_by(School.id)))
    county: Organization = organization_of_id(county_id)
    for code in codes:
        school = locked(code)
        if school is None:
            continue
        words = f"{organization_of_id(school.county_id).name} → {county.name}"
        with recounted(school):
            school.county_id = county.id
        note(school, SchoolAction.CHANGE, by=by, words=words)
        record("school.county", "school", school.id, by=by, county=county.id)
    return codes
