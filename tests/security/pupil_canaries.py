"""Pupils and guardians whose names nobody outside their school may meet (D10, PRV-09..12)."""

from __future__ import annotations

from datetime import date

from core import clock
from core.database import db
from people.models import MinorApproval
from tests import factories as make
from tests import school_factories as schools
from tests.cast import Cast
from tests.security.school_protection_rows import make_approval

#: School -> its coordinator in the cast, or nobody.
SCHOOLS = {"东小学": "finn", "西小学": ""}


def put_pupils(cast: Cast) -> tuple[dict[str, str], list[str], list[str]]:
    """Put a draft with a guardian into two schools; mia's own phone is the guardian's in one.

    Return name of a pupil -> who may read it, names of guardians, and pages worth a try.
    """
    names, guardians, pages = {}, [], []
    for place, keeper in SCHOOLS.items():
        organization = cast.organization(place)
        schools.make_school(organization)
        born_on = date(clock.today().year - 9, 1, 5)
        child = make.make_person(
            f"暗记{place}童", born_on=born_on, phone=make.make_phone(), with_id=True
        )
        pupil = schools.make_pupil(schools.make_class(organization), child)
        guardian = schools.guardian_of(child)
        guardian.name = f"暗记{place}长"
        if keeper:
            guardian.set_phone(cast.person("mia").plain_phone)
        names[child.name] = keeper
        guardians.append(guardian.name)
        request: MinorApproval = make_approval(organization)
        request.person_id, request.handler_id = child.id, cast.organization(place[0] + "县").id
        for address in (place, place[0] + "县", "东市", "测试省"):
            org = cast.code(address)
            pages += [f"/o/{org}/pupils/{pupil.code}/reveal", f"/o/{org}/approvals"]
            pages += [f"/o/{org}/people/{child.code}/reveal", f"/o/{org}/minor-audits"]
            pages += [f"/o/{org}/approvals/{request.code}"]
    db.session.commit()
    return names, guardians, pages
