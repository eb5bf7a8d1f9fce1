"""A list as something that leaves in a file: the same questions as on the screen."""

from __future__ import annotations

from collections.abc import Iterable

from core.access.scope import Scope
from core.filters import full_day
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from members.columns import GRADES
from members.exporting import Count, FileRow, Names, Parameters, Source, register
from members.labels import LABELS
from members.queries.listing import Anchor
from members.queries.roster import seen_by
from members.queries.rows import below_of, count_rows, read_rows
from members.rostering import Pages, Roster, Words, add_roster
from members.rules import MembershipKind, MembershipStatus
from members.rules.exports import ExportSubject
from members.rules.roster import (
    IN_EVERY_FILE,
    OF_THE_PAST,
    ON_PAPER,
    ON_THE_SCREEN,
    AgeBand,
    Column,
    Filters,
    Order,
    Use,
)
from organizations.rules import short_name_of
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import Sex


def chosen_words(roster: Roster, scope: Scope, filters: Filters) -> dict[str, str]:
    """Return in words what a list is narrowed to: parameter -> words."""
    below, words = below_of(scope, filters), roster.words
    found = {
        "status": roster.states[filters.status] if filters.status else "",
        "joined_from": filters.joined_from and words.since % {"day": full_day(filters.joined_from)},
        "joined_to": filters.joined_to and words.until % {"day": full_day(filters.joined_to)},
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


def serve(roster: Roster) -> None:
    """Let a list be shown, kept, printed, and leave as a file."""
    add_roster(roster)
    subject = roster.subject

    def filters_of(parameters: Parameters) -> Filters:
        return roster.filters_of(parameters, parameters.get("q", ""))

    def columns(scope: Scope, wanted: Iterable[str]) -> Names:
        known = set(Column)
        named = [Column(name) for name in wanted if name in known]
        return tuple(column.value for column in roster.chosen(scope, named, Use.FILE))

    def read(
        scope: Scope, parameters: Parameters, names: Names, after: str, size: int
    ) -> list[FileRow]:
        filters, wanted = filters_of(parameters), [Column(name) for name in names]
        anchor = Anchor.ANY if after else Anchor.NONE
        rows = read_rows(subject, scope, filters, wanted, after, size=size, anchor=anchor)
        cells = roster.cells(wanted)
        if filters.on is not None:
            cells.know_only(roster.past)
        return [(row.code, cells.row(row)) for row in rows]

    register(
        subject,
        Source(
            title=roster.words.title,
            count=lambda scope, parameters: roster.count(scope, filters_of(parameters)),
            columns=columns,
            offered=lambda scope: [
                (one.value, str(roster.heads[one])) for one in roster.offered(scope, Use.FILE)
            ],
            heads=lambda names: [str(roster.heads[Column(name)]) for name in names],
            read=read,
            words=lambda scope, parameters: list(
                chosen_words(roster, scope, filters_of(parameters)).values()
            ),
        ),
    )


def _count(scope: Scope, filters: Filters) -> Count:
    rows = count_rows(ExportSubject.MEMBERS, scope, filters)
    is_youth = seen_by(scope, filters).kind is MembershipKind.YOUTH
    return Count(rows, rows if is_youth else 0)


#: What only a list of volunteers tells.
OF_VOLUNTEERS = frozenset({Column.HOURS, Column.WITNESSED, Column.STAR})
MEMBERS = Roster(
    subject=ExportSubject.MEMBERS,
    pages=Pages(
        show="members.list_members",
        narrow="members.choose_filters",
        keep="members.save_filter",
        paper="members.print_members",
        export="members.ask_export",
    ),
    words=Words(
        title=_("会员名单"),
        past=_("%(day)s的会员名单"),
        nobody=_("没有这样的成员"),
        joined_from=_("入会日期从"),
        since=_("%(day)s起入会"),
        until=_("%(day)s以前入会"),
    ),
    cookie="columns",
    columns=tuple(column for column in Column if column not in OF_VOLUNTEERS),
    usual={Use.SCREEN: ON_THE_SCREEN, Use.PRINT: ON_PAPER, Use.FILE: IN_EVERY_FILE},
    past=OF_THE_PAST,
    heads=LABELS[Column],
    states=LABELS[MembershipStatus],
    orders=LABELS[Order],
    count=_count,
)
serve(MEMBERS)
