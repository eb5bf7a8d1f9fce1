"""What lists and numbers of cases may be narrowed to, as links above them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from core.i18n import gettext as _
from people.matter_labels import MATTER_LABELS
from people.rules.matters import MatterKind, periods_of

Options = list[dict[str, Any]]


def kind_of(text: str) -> MatterKind | None:
    """Return the kind that an address names, None for all."""
    return MatterKind(text) if text in set(MatterKind) else None


def choices(base: str, asked: Mapping[str, str]) -> dict[str, Options]:
    """Return the links of the list of cases; without a value it shows what is open."""
    kinds = [("", _("全部"))] + [(one.value, MATTER_LABELS[MatterKind][one]) for one in MatterKind]
    states = [("", _("在办")), ("overdue", _("超期")), ("ended", _("已结束"))]
    return {
        "kind": [_option(base, asked, "kind", *one) for one in kinds],
        "state": [_option(base, asked, "state", *one) for one in states],
    }


def periods(base: str, asked: Mapping[str, str], today: date) -> Options:
    """Return the links of the periods: this year and month, and those before."""
    year, month = periods_of(today)
    before = month - 1 if today.month > 1 else (year - 1) * 100 + 12
    named = [
        (month, _("本月")),
        (before, _("上月")),
        (year, _("今年")),
        (year - 1, _("去年")),
    ]
    return [_option(base, asked, "period", str(one), words) for one, words in named]


def period_of(text: str, today: date) -> int:
    """Return the period that an address names: a year or a month, else this year."""
    if text.isascii() and text.isdigit() and len(text) in {4, 6}:
        return int(text)
    return today.year


def _option(
    base: str, asked: Mapping[str, str], name: str, value: str, words: Any
) -> dict[str, Any]:
    chosen = {key: kept for key, kept in asked.items() if key != name and kept}
    if value:
        chosen[name] = value
    return {
        "label": words,
        "url": f"{base}?{urlencode(chosen)}" if chosen else base,
        "current": asked.get(name, "") == value,
    }
