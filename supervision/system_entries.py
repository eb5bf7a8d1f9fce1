"""What the province finds in the sidebar for other systems: data only."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry

OF_SYSTEMS = (
    Entry(
        _("外部系统"),
        "systems.list_systems",
        Permission.SYSTEMS_KEEP,
        frozenset({"systems.new_system", "systems.issue_token", "systems.revoke_token"}),
    ),
)
