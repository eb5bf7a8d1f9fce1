"""What the pages of pupils' consents are about, and which rows their addresses mean."""

from __future__ import annotations

from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from core.files import operations as files
from core.files.rules import read_content
from organizations.models import Organization
from schools.models import ConsentPaper
from tests import school_factories as school
from tests.security.activity_table import PUBLIC
from tests.units import png

CONSENTS: dict[str, str] = {
    "schools.answer_own": PUBLIC,
    "schools.answer_pupil": "pupils-keep",
    "schools.ask_class": "pupils-keep",
    "schools.ask_school": "pupils-keep",
    "schools.class_consents": "pupils-keep",
    "schools.class_papers": "pupils-keep",
    "schools.consents": "pupils-keep",
    "schools.end_guardian": "pupils-keep",
    "schools.guardians": "pupils-keep",
    "schools.look_at_consents": "minor-looks",
    "schools.own_consent": PUBLIC,
    "schools.own_link": "pupils-keep",
    "schools.send_own_again": PUBLIC,
    "schools.send_own_code": PUBLIC,
}
CONSENT_ROWS: dict[str, str] = {
    "schools.answer_pupil": "pupil",
    "schools.ask_class": "school-class",
    "schools.class_consents": "school-class",
    "schools.class_papers": "school-class",
    "schools.end_guardian": "pupil",
    "schools.guardians": "pupil",
    "schools.look_at_consents": "consent-paper",
    "schools.own_link": "pupil",
}


def _paper(organization: Organization) -> str:
    scan = files.keep(read_content(png()), "1.png", by=SYSTEM, now=clock.now())
    paper = ConsentPaper(
        code=crypto.opaque_code(8),
        class_id=school.make_class(organization).id,
        signed_on=clock.today(),
        count=1,
        file_code=scan.code,
        recorded_at=clock.now(),
    )
    db.session.add(paper)
    db.session.flush()
    return paper.code


def _pupil(organization: Organization) -> str:
    return school.make_pupil(school.make_class(organization)).code


CONSENT_BUILDERS = {
    "school-class": lambda organization: school.make_class(organization).code,
    "pupil": _pupil,
    "consent-paper": _paper,
}
