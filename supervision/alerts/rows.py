"""Where the exact rows behind a figure are: the first list that the viewer may open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for

from core.access.permissions import Permission
from core.access.scope import Place, Scope
from supervision.alerts.definitions import OFFICES, AlertRule

_P = Permission


@dataclass(frozen=True, slots=True)
class Way:
    """A list of rows, narrowed to those that a rule counts, and the right that opens it."""

    endpoint: str
    permission: Permission
    values: Mapping[str, Any] = field(default_factory=dict)


_MEMBERS = Way("members.list_members", _P.MEMBERS_VIEW)
_ROWS: Mapping[str, tuple[Way, ...]] = {
    "A01": (Way("members.queue", _P.APPLICATIONS_VIEW),),
    "A02": (Way("members.filings", _P.FILINGS_VIEW),),
    "A03": (Way("organizations.list_councils", _P.FIGURES_VIEW),),
    "A04": (Way("activities.list_signs", _P.VENUES_VIEW, {"show": "silent"}),),
    "A05": (Way("schools.consents", _P.PUPILS_KEEP),),
    "A06": (Way("schools.list_missing", _P.FIGURES_VIEW),),
    "A07": (
        Way("volunteers.list_sheets", _P.HOURS_ENTER),
        Way("volunteers.confirm_queue", _P.HOURS_VIEW),
    ),
    "A08": (_MEMBERS,),
    "A09": (Way("members.list_members", _P.MEMBERS_VIEW, {"no_phone": "yes", "apply": "1"}),),
    "A10": (Way("people.list_duplicates", _P.PEOPLE_MERGE), _MEMBERS),
    "A11": (_MEMBERS,),
    "A12": (Way("volunteers.confirm_queue", _P.HOURS_VIEW),),
}
#: Of an office these say it better than the organizations below it that are concerned.
_OF_OFFICES: Mapping[str, tuple[Way, ...]] = {
    "A02": _ROWS["A02"],
    "A03": (Way("organizations.list_organizations", _P.FIGURES_VIEW, {"state": "overdue"}),),
    "A04": _ROWS["A04"],
    "A06": _ROWS["A06"],
    "A10": _ROWS["A10"],
}


def rows_url(scope: Scope, rule: AlertRule, place: Place) -> str:
    """Return the address of the rows behind a figure of a place, as far as the viewer may go.

    Of an office that only adds up what is below it: the organizations concerned.
    """
    ways = (_OF_OFFICES if place.level in OFFICES else _ROWS).get(rule.code, ())
    for way in ways:
        if scope.post.reach(way.permission, place) is not None:
            return url_for(way.endpoint, org=place.code, **way.values)
    if place.level in OFFICES:
        return url_for("supervision.list_alerts", org=place.code, rule=rule.code)
    return url_for("organizations.card", org=place.code)


def drill_url(rule: AlertRule, place: Place) -> str:
    """Return the address where the indicator is shown level by level, nothing without one."""
    if not rule.indicator or "supervision.drill" not in current_app.view_functions:
        return ""
    return url_for("supervision.drill", org=place.code, metric=rule.indicator)
