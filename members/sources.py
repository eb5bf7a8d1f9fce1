"""The list of members as something that leaves in a file: the same questions as on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from core import clock
from core.access.scope import Scope
from core.filters import full_day
from members.columns import GRADES, Cells, chosen, offered
from members.exporting import Count, FileRow, Names, Parameters, Source, register
from members.labels import LABELS
from members.queries.listing import Anchor
from members.queries.roster import below_of, count_rows, read_rows, seen_by
from members.rules import MembershipKind, MembershipStatus, read_search
from members.rules.exports import ExportSubject
from members.rules.roster import OF_THE_PAST, AgeBand, Column, Filters, Use, read_filters
from organizations.rules import short_name_of
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import Sex


def filters_of(parameters: Mapping[str, str]) -> Filters:
    """Return the filters of a list with its search. Raises RuleViolation."""
    return read_filters(parameters, read_search(parameters.get("q", "")))


def chosen_words(scope: Scope, filters: Filters) -> dict[str, str]:
    """Return in words what a list is narrowed to: parameter -> words."""
    below = below_of(scope, filters)
    found = {
        "status": LABELS[MembershipStatus][filters.status] if filters.status else "",
        "joined_from": filters.joined_from
        and gettext("%(day)s起入会", day=full_day(filters.joined_from)),
        "joined_to": filters.joined_to
        and gettext("%(day)s以前入会", day=full_day(filters.joined_to)),
        "grade": GRADES.get(filters.grade, filters.grade),
        "below": short_name_of(below.name) if below else "",
        "honours": filters.honours is not None
        and (gettext("有荣誉") if filters.honours else gettext("没有荣誉")),
        "age": LABELS[AgeBand][filters.age] if filters.age else "",
        "sex": PEOPLE_LABELS[Sex][Sex(filters.sex)] if filters.sex else "",
        "no_phone": filters.no_phone and gettext("没有手机号"),
        "on": filters.on and gettext("%(day)s 名单", day=full_day(filters.on)),
    }
    return {name: str(words) for name, words in found.items() if words}


def _count(scope: Scope, parameters: Parameters) -> Count:
    filters = filters_of(parameters)
    rows = count_rows(scope, filters)
    is_youth = seen_by(scope, filters).kind is MembershipKind.YOUTH
    return Count(rows, rows if is_youth else 0)


def _columns(scope: Scope, wanted: Iterable[str]) -> Names:
    known = set(Column)
    named = [Column(name) for name in wanted if name in known]
    return tuple(column.value for column in chosen(scope, named, Use.FILE))


def _offered(scope: Scope) -> list[tuple[str, str]]:
    return [(one.value, str(LABELS[Column][one])) for one in offered(scope, Use.FILE)]


def _heads(names: Names) -> list[str]:
    return [str(LABELS[Column][Column(name)]) for name in names]


def _read(
    scope: Scope, parameters: Parameters, names: Names, after: str, size: int
) -> list[FileRow]:
    filters, columns = filters_of(parameters), [Column(name) for name in names]
    anchor = Anchor.ANY if after else Anchor.NONE
    rows = read_rows(scope, filters, columns, after, size=size, anchor=anchor)
    cells = Cells(columns, clock.today())
    if filters.on is not None:
        cells.know_only(OF_THE_PAST)
    return [(row.code, cells.row(row)) for row in rows]


def _words(scope: Scope, parameters: Parameters) -> list[str]:
    return list(chosen_words(scope, filters_of(parameters)).values())


register(
    ExportSubject.MEMBERS,
    Source(
        title=_("会员名单"),
        count=_count,
        columns=_columns,
        offered=_offered,
        heads=_heads,
        read=_read,
        words=_words,
    ),
)
