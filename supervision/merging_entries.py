"""Where offices find lists of organizations that become one."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import OFFICES, Entry

MERGERS = Entry(
    _("合并组织"),
    "organizations.list_mergers",
    Permission.ORGANIZATIONS_MERGE,
    frozenset(
        f"organizations.{name}" for name in ("new_merger", "pair_merger", "show_merger", "show_end")
    ),
    levels=OFFICES,
)
