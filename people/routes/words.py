"""What a request shows of a value: masked, whoever reads it."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _

from people.labels import LABELS
from people.rules import IdType


def shown(stored: str) -> str:
    """Return a masked value as the screen says it."""
    value: dict[str, Any] = json.loads(stored)
    if "id_type" in value:
        return f"{LABELS[IdType][IdType(value['id_type'])]} {value['id_number']}"
    if "year" in value:
        return str(_("%(year)s 年", year=value["year"]))
    return str(value.get("name") or value.get("phone") or "")
