"""The list of volunteers as something that leaves in a file, with their hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from core import clock
from core.access.scope import Scope
from core.filters import hours
from members.exporting import Count, FileRow, Names, Parameters, Source, register
from members.rules.exports import ExportSubject
from volunteers.labels import LABELS
from volunteers.queries.files import Filed, count_volunteers, volunteers_behind
from volunteers.rules import VolunteerStatus


class VolunteerColumn(StrEnum):
    """What a file can tell of a volunteer; the first three are in every file."""

    NAME = "name"
    NUMBER = "number"
    ENTERED = "entered"
    ORGANIZATION = "organization"
    STATUS = "status"
    HOURS = "hours"


HEADS: Mapping[VolunteerColumn, Any] = {
    VolunteerColumn.NAME: _("姓名"),
    VolunteerColumn.NUMBER: _("志愿者编号"),
    VolunteerColumn.ENTERED: _("加入"),
    VolunteerColumn.ORGANIZATION: _("组织"),
    VolunteerColumn.STATUS: _("状态"),
    VolunteerColumn.HOURS: _("已确认（小时）"),
}
ALWAYS = (VolunteerColumn.NAME, VolunteerColumn.NUMBER, VolunteerColumn.ENTERED)


def _count(scope: Scope, parameters: Parameters) -> Count:
    del parameters
    return Count(*count_volunteers(scope, clock.today()))


def _columns(scope: Scope, wanted: Iterable[str]) -> Names:
    del scope
    named = set(wanted) | set(ALWAYS)
    return tuple(column.value for column in VolunteerColumn if column in named)


def _offered(scope: Scope) -> list[tuple[str, str]]:
    del scope
    return [(column.value, str(head)) for column, head in HEADS.items()]


def _heads(names: Names) -> list[str]:
    return [str(HEADS[VolunteerColumn(name)]) for name in names]


def _read(
    scope: Scope, parameters: Parameters, names: Names, after: str, size: int
) -> list[FileRow]:
    del parameters
    states = {state: str(LABELS[VolunteerStatus][state]) for state in VolunteerStatus}
    rows = volunteers_behind(scope, clock.today(), after, size)
    return [
        (row.code, [_cell(row, VolunteerColumn(name), states) for name in names]) for row in rows
    ]


def _cell(row: Filed, column: VolunteerColumn, states: Mapping[VolunteerStatus, str]) -> str:
    return {
        VolunteerColumn.NAME: row.name,
        VolunteerColumn.NUMBER: row.number,
        VolunteerColumn.ENTERED: row.entered_on.isoformat(),
        VolunteerColumn.ORGANIZATION: row.organization,
        VolunteerColumn.STATUS: states[row.status],
        VolunteerColumn.HOURS: hours(row.minutes),
    }[column]


def _words(scope: Scope, parameters: Parameters) -> list[str]:
    del scope, parameters
    return []


register(
    ExportSubject.VOLUNTEERS,
    Source(
        title=_("志愿者名单"),
        count=_count,
        columns=_columns,
        offered=_offered,
        heads=_heads,
        read=_read,
        words=_words,
    ),
)
