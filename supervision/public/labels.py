"""Words of the public area: what is published, and where an edition is."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from core.filters import hours, number, share
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from schools.rules.register import Coverage
from supervision.public.rules import EditionAction, EditionStatus, Indicator, Values

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    Indicator: {
        Indicator.ORGANIZATIONS: _("基层组织"),
        Indicator.ADULT_MEMBERS: _("成人会员"),
        Indicator.YOUTH_MEMBERS: _("青少年会员"),
        Indicator.GROUP_MEMBERS: _("团体会员"),
        Indicator.VOLUNTEERS: _("志愿者"),
        Indicator.REGISTERED_VOLUNTEERS: _("注册志愿者"),
        Indicator.MINUTES: _("服务时长（小时）"),
        Indicator.SCHOOLS: _("应建会学校"),
        Indicator.SCHOOL_BRANCHES: _("已建会学校"),
        Indicator.VENUES: _("服务场所"),
    },
    EditionStatus: {
        EditionStatus.PUBLISHED: _("现行"),
        EditionStatus.CORRECTED: _("已更正"),
        EditionStatus.TAKEN_BACK: _("已撤回"),
    },
    EditionAction: {
        EditionAction.CORRECT: _("更正"),
        EditionAction.TAKE_BACK: _("撤回"),
    },
}
COVERAGE = _("建会率")


def heads() -> list[str]:
    """Return the heads of the columns, the coverage of schools last."""
    return [*(str(LABELS[Indicator][one]) for one in Indicator), str(COVERAGE)]


def cells(values: Values) -> list[str]:
    """Return a line in the order of ``heads``; what was left out says so."""
    return [*(_text(one, values) for one in Indicator), _coverage(values)]


def _text(one: Indicator, values: Values) -> str:
    if one not in values:
        return "—"
    value = values[one]
    if value is None:
        return str(gettext("人数过少"))
    show: Callable[[int], str] = hours if one is Indicator.MINUTES else number
    return show(value)


def _coverage(values: Values) -> str:
    covered, listed = values.get(Indicator.SCHOOL_BRANCHES), values.get(Indicator.SCHOOLS)
    return share(Coverage(covered or 0, listed).per_ten_thousand) if listed else "—"
