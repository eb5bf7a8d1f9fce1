"""Where the rows behind an indicator are: the list, for who may open it at the place (C2)."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import url_for

from core.access.permissions import Level, Permission
from core.access.scope import Scope
from core.i18n import lazy_gettext as _
from supervision.entries import OFFICES, WITH_LOWER

_P = Permission


class _Way(NamedTuple):
    """A list: what it is called, its page, the right to it, at which levels it is."""

    label: object
    endpoint: str
    permission: Permission
    levels: frozenset[Level] = frozenset(Level)
    argument: tuple[str, str] = ("", "")


_TREE = _Way(_("组织名单"), "organizations.list_organizations", _P.FIGURES_VIEW, WITH_LOWER)
_MEMBERS = _Way(_("会员名单"), "members.list_members", _P.MEMBERS_VIEW)
_VOLUNTEERS = _Way(_("志愿者名单"), "volunteers.list_volunteers", _P.MEMBERS_VIEW)
_VENUES = _Way(_("服务场所"), "activities.list_venues", _P.VENUES_VIEW)
_SCHOOLS = _Way(_("学校名单"), "schools.list_schools", _P.FIGURES_VIEW, OFFICES)
_HOURS = _Way(_("时长"), "volunteers.confirm_queue", _P.HOURS_VIEW)

#: By the number of the indicator; one of a single code goes before.
WAYS = {
    "I01": _TREE,
    "I02": _TREE,
    "I03": _TREE,
    "I04": _TREE._replace(argument=("state", "overdue")),
    "I05": _MEMBERS,
    "I06": _MEMBERS._replace(levels=frozenset({Level.UNIT}), argument=("kind", "youth")),
    "I07": _Way(_("团体会员名单"), "members.groups", _P.GROUPS_VIEW),
    "I08": _Way(_("会费"), "members.dues", _P.DUES_VIEW),
    "I09": _VOLUNTEERS,
    "I10": _VOLUNTEERS,
    "I11": _VOLUNTEERS,
    "I12": _HOURS,
    "I13": _Way(_("志愿服务队名单"), "volunteers.list_teams", _P.TEAMS_VIEW),
    "I14": _VOLUNTEERS,
    "I15": _SCHOOLS,
    "I17": _VENUES,
    "I18": _VENUES,
    "I19": _Way(_("服务证明"), "volunteers.certificates", _P.CERTIFICATES_VIEW),
    "I20": _Way(_("入会审核"), "members.queue", _P.APPLICATIONS_VIEW),
    "I20-filings": _Way(_("备案"), "members.filings", _P.FILINGS_VIEW),
    "I20-late-filings": _Way(_("备案"), "members.filings", _P.FILINGS_VIEW),
    "I20-appeals": _Way(_("申诉"), "volunteers.objections", _P.OBJECTIONS_DECIDE),
    "I21": _MEMBERS,
    "I21-duplicates": _Way(_("可能重复"), "people.list_duplicates", _P.PEOPLE_MERGE),
}


def rows_of(scope: Scope, code: str) -> tuple[str, str] | None:
    """Return the words and the address of the list behind an indicator, None where none may be."""
    way = WAYS.get(code) or WAYS.get(code.partition("-")[0])
    if way is None or scope.place.level not in way.levels or not scope.may(way.permission):
        return None
    name, value = way.argument
    extra: dict[str, Any] = {name: value} if name else {}
    return str(way.label), url_for(way.endpoint, org=scope.place.code, **extra)
