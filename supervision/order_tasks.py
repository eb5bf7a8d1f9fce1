"""Alerts and supervision orders as a home shows them: what is late, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from core.access.scope import Scope
from core.filters import day
from core.i18n import gettext as _
from core.i18n import ngettext
from supervision.alerts.defaults import RULES
from supervision.alerts.labels import LABELS as COLOUR_LABELS
from supervision.alerts.labels import TONES, name_of
from supervision.alerts.queries import AlertLine
from supervision.alerts.rows import rows_url
from supervision.alerts.rules import Colour
from supervision.orders.labels import LABELS as ORDER_LABELS
from supervision.orders.labels import mark_of, title_of
from supervision.orders.queries import Box, Waiting
from supervision.orders.rules import OrderStatus


@dataclass(frozen=True, slots=True)
class Line:
    """One line: words, where it leads, a tag with its tone; ``rows`` is a second way."""

    label: str
    url: str
    note: str
    mark: str = ""
    tone: str = "warn"
    count: int | None = None
    rows: str = ""


def alert_lines(scope: Scope, known: Iterable[AlertLine]) -> Sequence[Line]:
    """Return open alerts rule by rule as a home shows them."""
    org = scope.place.code
    return [
        Line(
            name_of(RULES[one.rule]),
            url_for("supervision.list_alerts", org=org, rule=one.rule),
            _("最早从%(day)s起", day=day(one.since)),
            str(COLOUR_LABELS[Colour][one.colour]),
            TONES[one.colour],
            one.organizations,
        )
        for one in known
        if one.rule in RULES
    ]


def order_lines(scope: Scope, known: Iterable[Waiting], today: date) -> Sequence[Line]:
    """Return orders as a home shows them: whose turn it is, and by when."""
    return [_order(scope, one, today) for one in known]


def _order(scope: Scope, one: Waiting, today: date) -> Line:
    org, rule = scope.place.code, RULES.get(one.rule)
    doing = one.box is Box.RECEIVED
    mark = mark_of(one, today)
    states = ORDER_LABELS[OrderStatus]
    days = (one.due_on - today).days
    left = ngettext("还有 %(num)d 天", "还有 %(num)d 天", days) if days >= 0 else _("期限已过")
    note = _("%(day)s前办结，%(left)s", day=day(one.due_on), left=left)
    if not doing:
        note = f"{one.about.name} · {note}"
    return Line(
        _("督办：%(title)s", title=title_of(one.rule, one.subject)),
        url_for("supervision.order", org=org, code=one.code),
        note,
        mark or str(states[one.status]),
        "error" if mark else "warn",
        rows=rows_url(scope, rule, one.about) if doing and rule is not None else "",
    )
