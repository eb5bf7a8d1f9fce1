"""What a request shows of a value: masked; of a name as much as its reader may see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.access.permissions import Permission
from core.i18n import gettext as _
from core.web import scope
from people.labels import LABELS
from people.queries.minors import hides_child
from people.routes.blueprint import bp
from people.rules import IdType, mask_name

if TYPE_CHECKING:
    from datetime import date


def shown(stored: str) -> str:
    """Return a masked value as the screen says it."""
    value: dict[str, Any] = json.loads(stored)
    if "id_type" in value:
        return f"{LABELS[IdType][IdType(value['id_type'])]} {value['id_number']}"
    if "year" in value:
        return str(_("%(year)s 年", year=value["year"]))
    return str(value.get("name") or value.get("phone") or "")


@bp.app_template_filter()
def named(name: str, born_on: date | None = None, organization_id: int | None = None) -> str:
    """Return a name as the acting post may see it (decisions.md D10).

    Masked above the county; with a birth day, of somebody under 18, everywhere but at his own
    organization.
    """
    hidden = not scope().may(Permission.MEMBERS_VIEW) or hides_child(
        scope(), born_on, organization_id
    )
    return mask_name(name) if hidden else name
