"""What keepers of organizations find about the life of their own, and of those they found."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry

_P = Permission

_OWN = "edit_card list_councils reelect correct_council show_checklist answer_checklist list_groups"
_ASKED = "new_founding founding edit_founding meet_founding seat_founding"
OF_LIFE = (
    Entry(
        _("本组织"),
        "organizations.card",
        _P.ORGANIZATION_KEEP,
        frozenset(f"organizations.{name}" for name in _OWN.split()),
    ),
    Entry(
        _("建会办理"),
        "organizations.list_foundings",
        _P.FOUNDINGS_KEEP,
        frozenset(f"organizations.{name}" for name in _ASKED.split()),
    ),
)
