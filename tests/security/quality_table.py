"""What the pages of data quality and of other systems need, written by hand."""

from __future__ import annotations

from collections.abc import Callable

from core import clock, crypto
from core.database import db
from organizations.models import Organization
from supervision.quality.models import FixTask
from supervision.quality.rules import FixStatus, Kind
from tests import factories as make
from tests.security.activity_table import OWN, PUBLIC
from tests.system_factories import make_token

#: Read by another system with its token; nobody who is signed in gets anything there.
TOKEN = "token"

SYSTEMS: dict[str, str] = {
    "api.list_indicators": TOKEN,
    "api.list_organizations": TOKEN,
    "api.list_alerts": TOKEN,
    "api.list_orders": TOKEN,
    "api.list_parts": TOKEN,
    "api.list_publications": TOKEN,
    "api.list_targets": TOKEN,
    "api.list_values": TOKEN,
    "api.openapi": PUBLIC,
    "api.show_organization": TOKEN,
    "api.show_publication": TOKEN,
    "systems.issue_token": "systems",
    "systems.list_systems": "systems",
    "systems.new_system": "systems",
    "systems.revoke_token": "systems",
}

QUALITY: dict[str, str] = {
    "people.confirm_own": OWN,
    "quality.assign": "guide",
    "quality.confirm": "changes",
    "quality.desk": "figures",
    "quality.fill": "changes",
    "quality.list_rows": "names",
    "quality.mend": "changes",
    "quality.unreachable": "changes",
    "quality.withdraw": "guide",
}

QUALITY_ROWS: dict[str, str] = {
    "quality.confirm": "member-of-place",
    "quality.fill": "member-of-place",
    "quality.mend": "member-of-place",
    "quality.unreachable": "member-of-place",
    "quality.withdraw": "fix-task",
    "systems.revoke_token": "system-token",
}


def _token(organization: Organization) -> str:
    return make_token(organization)[0].code


def _member(organization: Organization) -> str:
    person = make.make_person()
    make.make_membership(person, organization)
    return person.code


def _task(organization: Organization) -> str:
    task = FixTask(
        code=crypto.opaque_code(8),
        organization_id=organization.id,
        assigner_id=organization.id,
        kind=Kind.MISSING_ID,
        status=FixStatus.OPEN,
        count_before=3,
        due_on=clock.today(),
        assigned_at=clock.now(),
    )
    db.session.add(task)
    db.session.flush()
    return task.code


QUALITY_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "system-token": _token,
    "member-of-place": _member,
    "fix-task": _task,
}
