"""The numbers that a home shows first, each with its target, its gap and the list behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from core.access.permissions import Permission
from core.access.scope import Scope
from core.filters import hours, number, share
from core.links import url_for
from organizations.labels import figure_text
from organizations.rules import Discretion, Measure
from schools.rules.register import Coverage
from supervision.rules import month_of, months_before

Values = Mapping[tuple[Measure, int], int]

STOCKS = (
    Measure.ORGANIZATIONS,
    Measure.SCHOOLS,
    Measure.SCHOOL_BRANCHES,
    Measure.ADULT_MEMBERS,
    Measure.YOUTH_MEMBERS,
    Measure.GROUP_MEMBERS,
    Measure.VOLUNTEERS,
    Measure.REGISTERED_VOLUNTEERS,
    Measure.APPLICATIONS_WAITING,
    Measure.FILINGS_WAITING,
    Measure.HOURS_WAITING,
)
DATED = (Measure.NEW_MEMBERS, Measure.CONFIRMED_MINUTES)


@dataclass(frozen=True, slots=True)
class Headline:
    """One tile: words and figures as they are shown."""

    label: str
    value: str
    unit: str = ""
    gap: str = ""
    target: str = ""
    tone: str | None = None
    url: str | None = None
    trend: Sequence[Mapping[str, object]] = field(default_factory=tuple)
    sentence: str = ""


def office_headlines(
    scope: Scope, values: Values, discretion: Discretion, day: date
) -> list[Headline]:
    """Return the six numbers of a county, a city or the province (ux.md S42)."""
    org = scope.place.code
    tree = url_for("organizations.list_organizations", org=org)
    named = scope.may(Permission.MEMBERS_VIEW)
    return [
        Headline(
            _("基层组织"), number(values.get((Measure.ORGANIZATIONS, 0), 0)), _("个"), url=tree
        ),
        _school_headline(values, org),
        _members(
            scope,
            values,
            discretion,
            day,
            url_for("members.list_members", org=org) if named else tree,
        ),
        Headline(
            _("团体会员"),
            number(values.get((Measure.GROUP_MEMBERS, 0), 0)),
            _("家"),
            url=url_for("members.groups", org=org) if named else tree,
        ),
        Headline(
            _("注册志愿者"),
            _people(scope, values, discretion, Measure.REGISTERED_VOLUNTEERS),
            _("人"),
            url=url_for("volunteers.list_volunteers", org=org) if named else tree,
        ),
        _month_hours(scope, values, day),
    ]


def branch_headlines(
    scope: Scope, values: Values, discretion: Discretion, day: date
) -> list[Headline]:
    """Return the own numbers of a grassroots organization (ux.md S22)."""
    org = scope.place.code
    named = scope.may(Permission.MEMBERS_VIEW)
    roster = url_for("members.list_members", org=org) if named else None
    helpers = url_for("volunteers.list_volunteers", org=org) if named else None
    own = scope.post.place.id == scope.place.id
    shown = [
        (Measure.ADULT_MEMBERS, _("成人会员"), roster),
        (Measure.YOUTH_MEMBERS, _("青少年会员"), roster if own else None),
        (Measure.VOLUNTEERS, _("志愿者"), helpers),
        (Measure.REGISTERED_VOLUNTEERS, _("注册志愿者"), helpers),
    ]
    tiles = [
        Headline(label, _people(scope, values, discretion, measure), _("人"), url=url)
        for measure, label, url in shown
    ]
    return [*tiles, _month_hours(scope, values, day)]


def _people(scope: Scope, values: Values, discretion: Discretion, measure: Measure) -> str:
    return figure_text(discretion, scope.place.id, measure, values.get((measure, 0), 0))


def _school_headline(values: Values, org: str) -> Headline:
    found = Coverage(
        values.get((Measure.SCHOOL_BRANCHES, 0), 0), values.get((Measure.SCHOOLS, 0), 0)
    )
    missing = _("还差 %(count)s 所", count=number(found.missing)) if found.missing else ""
    return Headline(
        _("学校建会率"),
        share(found.per_ten_thousand).removesuffix("%"),
        "%" if found.schools else "",
        gap=missing if found.schools else _("名录里还没有学校"),
        tone="warn" if missing else None,
        target=_(
            "%(all)s 所全部建会，已有 %(covered)s 所",
            all=number(found.schools),
            covered=number(found.covered),
        )
        if found.schools
        else "",
        url=url_for("schools.list_schools", org=org),
    )


def _members(scope: Scope, values: Values, discretion: Discretion, day: date, url: str) -> Headline:
    joined = values.get((Measure.NEW_MEMBERS, day.year), 0)
    text = figure_text(discretion, scope.place.id, Measure.NEW_MEMBERS, joined)
    return Headline(
        _("成人会员"),
        _people(scope, values, discretion, Measure.ADULT_MEMBERS),
        _("人"),
        gap=_("今年新增 %(count)s（含青少年）", count=text),
        url=url,
    )


def _month_hours(scope: Scope, values: Values, day: date) -> Headline:
    """Return the confirmed hours of this month with the line of the last twelve."""
    months = months_before(day.year, day.month)
    minutes = [values.get((Measure.CONFIRMED_MINUTES, month), 0) for month in months]
    year = hours(values.get((Measure.CONFIRMED_MINUTES, day.year), 0))
    trend = [
        {"label": _("%(month)d月", month=month % 100), "value": value, "text": hours(value)}
        for month, value in zip(months, minutes, strict=True)
    ]
    record = scope.may(Permission.HOURS_VIEW)
    return Headline(
        _("本月已确认时长"),
        hours(values.get((Measure.CONFIRMED_MINUTES, month_of(day)), 0)),
        _("小时"),
        gap=_("今年 %(hours)s 小时", hours=year),
        url=url_for("volunteers.confirm_queue", org=scope.place.code) if record else None,
        trend=trend if any(minutes) else (),
        sentence=_("最近 12 个月已确认时长，本月 %(hours)s 小时", hours=hours(minutes[-1])),
    )
