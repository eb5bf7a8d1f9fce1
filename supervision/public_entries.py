"""What the province finds in the sidebar for the public area: data only."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry
from supervision.system_entries import OF_SYSTEMS

OF_PUBLIC = (
    Entry(
        _("公布数据"),
        "public.publish",
        Permission.STATISTICS_PUBLISH,
        frozenset({"public.take_back"}),
    ),
    *OF_SYSTEMS,
)
