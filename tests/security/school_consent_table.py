"""What the pages of pupils' consents are about, and which rows their addresses mean."""

from __future__ import annotations

from organizations.models import Organization
from tests import school_factories as school

CONSENTS: dict[str, str] = {
    "schools.answer_pupil": "pupils-keep",
    "schools.ask_class": "pupils-keep",
    "schools.ask_school": "pupils-keep",
    "schools.class_consents": "pupils-keep",
    "schools.class_papers": "pupils-keep",
    "schools.consents": "pupils-keep",
    "schools.end_guardian": "pupils-keep",
    "schools.guardians": "pupils-keep",
}
CONSENT_ROWS: dict[str, str] = {
    "schools.answer_pupil": "pupil",
    "schools.ask_class": "school-class",
    "schools.class_consents": "school-class",
    "schools.class_papers": "school-class",
    "schools.end_guardian": "pupil",
    "schools.guardians": "pupil",
}


def _pupil(organization: Organization) -> str:
    return school.make_pupil(school.make_class(organization)).code


CONSENT_BUILDERS = {
    "school-class": lambda organization: school.make_class(organization).code,
    "pupil": _pupil,
}
