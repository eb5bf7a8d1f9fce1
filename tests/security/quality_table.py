"""What the pages of data quality and of other systems need, written by hand."""

from __future__ import annotations

from collections.abc import Callable

from organizations.models import Organization
from tests.security.activity_table import PUBLIC
from tests.system_factories import make_token

#: Read by another system with its token; nobody who is signed in gets anything there.
TOKEN = "token"

SYSTEMS: dict[str, str] = {
    "api.list_indicators": TOKEN,
    "api.list_organizations": TOKEN,
    "api.list_publications": TOKEN,
    "api.list_values": TOKEN,
    "api.openapi": PUBLIC,
    "api.show_organization": TOKEN,
    "api.show_publication": TOKEN,
    "systems.issue_token": "systems",
    "systems.list_systems": "systems",
    "systems.new_system": "systems",
    "systems.revoke_token": "systems",
}

SYSTEM_ROWS: dict[str, str] = {"systems.revoke_token": "system-token"}


def _token(organization: Organization) -> str:
    return make_token(organization)[0].code


SYSTEM_BUILDERS: dict[str, Callable[[Organization], str]] = {"system-token": _token}
