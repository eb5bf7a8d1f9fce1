"""The list of volunteers: its words, its columns, and its files, with the hours of each."""

from __future__ import annotations

from core import clock
from core.access.scope import Scope
from core.i18n import lazy_gettext as _
from core.rules import AGE_OF_MAJORITY
from members.exporting import Count
from members.labels import LABELS as MEMBER_LABELS
from members.queries.listing import table_of
from members.queries.rows import count_rows
from members.rostering import Pages, Roster, Words
from members.rules.exports import ExportSubject
from members.rules.roster import IN_EVERY_FILE, Column, Filters, Order, Use
from members.sources import serve
from volunteers.labels import LABELS
from volunteers.queries.roster import latest_birth
from volunteers.rules import VolunteerStatus
from volunteers.rules.roster import CHIPS

COLUMNS = (
    Column.NAME,
    Column.NUMBER,
    Column.JOINED,
    Column.ORGANIZATION,
    Column.STATUS,
    Column.SEX,
    Column.AGE,
    Column.PHONE,
    Column.HOURS,
    Column.WITNESSED,
    Column.STAR,
)
USUAL = (Column.ORGANIZATION, Column.STATUS, Column.STAR, Column.HOURS, Column.JOINED)


def _count(scope: Scope, filters: Filters) -> Count:
    """Return how many people a file would hold, and how many of them are under 18 today."""
    subject = ExportSubject.VOLUNTEERS
    if filters.on is None:
        rows = count_rows(subject, scope, filters)
        return Count(rows, count_rows(subject, scope, filters, minors=True))
    latest = latest_birth(clock.today(), AGE_OF_MAJORITY)
    found = table_of(subject).past(scope, filters, filters.on, "", None).all()
    return Count(len(found), sum(row.born_on is not None and row.born_on > latest for row in found))


VOLUNTEERS = Roster(
    subject=ExportSubject.VOLUNTEERS,
    pages=Pages(
        show="volunteers.list_volunteers",
        narrow="volunteers.choose_filters",
        keep="volunteers.save_filter",
        paper="volunteers.print_volunteers",
        export="volunteers.ask_export",
    ),
    words=Words(
        title=_("志愿者名单"),
        past=_("%(day)s的志愿者名单"),
        nobody=_("没有这样的志愿者"),
        joined_from=_("加入日期从"),
        since=_("%(day)s起加入"),
        until=_("%(day)s以前加入"),
    ),
    cookie="volunteer_columns",
    columns=COLUMNS,
    usual={
        Use.SCREEN: USUAL,
        Use.PRINT: (Column.NUMBER, Column.ORGANIZATION, Column.HOURS),
        Use.FILE: IN_EVERY_FILE,
    },
    past=(Column.NAME, Column.NUMBER, Column.JOINED, Column.ORGANIZATION),
    heads={
        **MEMBER_LABELS[Column],
        Column.NUMBER: _("志愿者编号"),
        Column.JOINED: _("加入"),
    },
    states={status: LABELS[VolunteerStatus][status] for status in VolunteerStatus},
    orders={**MEMBER_LABELS[Order], Order.JOINED: _("按加入日期")},
    count=_count,
)
#: Words of the chips above the list.
STATES = {status: LABELS[VolunteerStatus][status] for status in CHIPS}
serve(VOLUNTEERS)
