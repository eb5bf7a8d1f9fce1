"""Pages of pupils' consents, and what stands on them."""

from __future__ import annotations

from core import clock
from core.audit.operations import SYSTEM
from core.messages import outbox
from members.operations import answer_consent
from organizations.models import Organization
from schools.operations import consents
from schools.operations.own_consents import send_own_link
from tests import school_factories as school
from tests.e2e.sheets import Sheet, press
from tests.factories import make_phone
from tests.members.conftest import years_ago
from tests.security.school_consent_table import CONSENT_BUILDERS

CONSENT_SHEETS = (
    Sheet("schools.consents", "finn", "/o/{school}/consents"),
    Sheet("schools.class_consents", "finn", "/o/{school}/consents/{class_asked}"),
    Sheet("schools.class_consents", "finn", "/o/{school}/consents/{class_empty}", state="empty"),
    Sheet("schools.class_papers", "finn", "/o/{school}/consents/{class_asked}/papers"),
    Sheet(
        "schools.class_papers",
        "finn",
        "/o/{school}/consents/{class_asked}/papers",
        press("记录"),
        "wrong",
    ),
    Sheet("schools.look_at_consents", "finn", "/o/{school}/consents/papers/{scan}/look"),
    Sheet("schools.own_link", "finn", "/o/{school}/consents/pupils/{pupil_of_15}/own"),
    Sheet("schools.own_consent", None, "/g/o/{own_link}"),
    Sheet("schools.own_consent", None, "/g/o/{own_link}", press("同意"), "wrong"),
    Sheet("schools.guardians", "finn", "/o/{school}/consents/pupils/{pupil}/guardians"),
)


def furnish_consents(place: Organization) -> dict[str, str]:
    """Put a class on stage in which guardians were asked, agreed, refused or have no phone."""
    here, empty = school.make_class(place, grade=5, number=1), school.make_class(place, grade=6)
    pupils = [school.make_pupil(here, born_on=years_ago(11)) for _ in range(6)]
    for pupil, given in zip(pupils, (True, False, None), strict=False):
        consents.ask(pupil, by=SYSTEM, now=clock.now())
        if given is not None and pupil.request is not None:
            answer_consent(pupil.request, given=given, now=clock.now())
    older = school.make_pupil(here, born_on=years_ago(15))
    consents.ask(older, by=SYSTEM, now=clock.now())
    send_own_link(older, make_phone(), by=SYSTEM, now=clock.now())
    (sent,) = [one.text for one in outbox(9) if "/g/o/" in one.text]
    codes = {"class_asked": here.code, "class_empty": empty.code, "pupil": pupils[0].code}
    codes |= {"pupil_of_15": older.code, "own_link": sent.rpartition("/g/o/")[2]}
    return {**codes, "scan": CONSENT_BUILDERS["consent-paper"](place)}
