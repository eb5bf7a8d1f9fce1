"""What the pages of classes and rosters need, written by hand, and the rows they are about."""

from __future__ import annotations

from organizations.models import Organization
from organizations.rules import OrganizationKind
from schools.models import SchoolClass
from tests import school_factories as school

ROSTER: dict[str, str] = {
    "schools.add_pupil": "pupils",
    "schools.delete_class": "pupils",
    "schools.edit_class": "pupils",
    "schools.list_classes": "pupils",
    "schools.move_pupil": "pupils",
    "schools.open_class": "pupils",
    "schools.print_class": "pupils",
    "schools.remove_pupil": "pupils",
    "schools.show_class": "pupils",
    "schools.show_pupil": "pupils",
}

ROSTER_ROWS: dict[str, str] = {
    "schools.add_pupil": "class",
    "schools.delete_class": "class",
    "schools.edit_class": "class",
    "schools.move_pupil": "pupil",
    "schools.print_class": "class",
    "schools.remove_pupil": "pupil",
    "schools.show_class": "class",
    "schools.show_pupil": "pupil",
}


def class_of(organization: Organization) -> str:
    """Return a class of an organization, on its county's list where it is a school."""
    return _class_at(organization).code


def pupil_of(organization: Organization) -> str:
    """Return a pupil of such a class."""
    return school.make_pupil(_class_at(organization)).code


def _class_at(organization: Organization) -> SchoolClass:
    if organization.kind is OrganizationKind.SCHOOL:
        school.make_school(organization)
    return school.make_class(organization)
