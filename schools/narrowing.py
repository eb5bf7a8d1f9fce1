"""What the list of schools may be narrowed to, as links above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from core.i18n import gettext as _
from schools.labels import LABELS
from schools.rules.register import SchoolStage, SchoolStatus

Options = list[dict[str, Any]]


def choices(org: str, asked: Mapping[str, str]) -> dict[str, Options]:
    """Return the links of every filter; the address without a value means the usual one."""
    base = url_for("schools.list_schools", org=org)
    stages = [("", _("全部"))] + [(one.value, LABELS[SchoolStage][one]) for one in SchoolStage]
    statuses = [("", LABELS[SchoolStatus][SchoolStatus.OPEN])] + [
        (one.value, LABELS[SchoolStatus][one])
        for one in SchoolStatus
        if one is not SchoolStatus.OPEN
    ]
    named: dict[str, list[tuple[str, Any]]] = {
        "branch": [
            ("", _("全部")),
            ("none", _("还没建会")),
            ("under_way", _("建会中")),
            ("founded", _("已建会")),
        ],
        "scope": [("", _("应建会")), ("out", _("不在应建会范围")), ("all", _("全部"))],
        "stage": stages,
        "status": statuses,
    }
    return {
        name: [_option(base, asked, name, value, words) for value, words in values]
        for name, values in named.items()
    }


def _option(
    base: str, asked: Mapping[str, str], name: str, value: str, words: Any
) -> dict[str, Any]:
    others = {key: kept for key, kept in asked.items() if key != name}
    chosen = {**others, name: value} if value else others
    return {
        "label": words,
        "url": f"{base}?{urlencode(chosen)}" if chosen else base,
        "current": asked.get(name, "") == value,
    }
