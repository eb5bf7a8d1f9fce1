"""Rows of the step into a school year for the access matrix, each made at an organization."""

from __future__ import annotations

from collections.abc import Callable

from core import clock
from organizations.models import Organization
from schools.models import SchoolClass
from schools.operations.years import year_now
from tests.school_factories import make_class, make_pupil


def _class(organization: Organization) -> SchoolClass:
    return make_class(organization, year=year_now(clock.now()) - 1)


def _class_code(organization: Organization) -> str:
    return _class(organization).code


def _pupil_code(organization: Organization) -> str:
    return make_pupil(_class(organization)).code


SCHOOL_YEAR_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "class-to-move": _class_code,
    "pupil-to-move": _pupil_code,
}
