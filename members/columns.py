"""The one filter of fields: which columns a post gets, and what stands in each cell.

Members and volunteers share it; a ``Roster`` names the columns of its list.

Screen, paper and file ask the same two functions, so that none of them can tell more than another
(security.md EXP-01). A column is in here with its right, or it is in none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from core.access.permissions import Permission
from core.access.scope import Scope
from core.filters import hours
from core.i18n import lazy_gettext as _
from members.queries.listing import Listed
from members.rules.roster import (
    COMPANIONS,
    FILE_ONLY,
    IN_EVERY_FILE,
    Column,
    Use,
    age_on,
    ordered,
)
from people.labels import LABELS as PEOPLE_LABELS
from people.queries import opened_id_number, opened_phone
from people.rules import Sex, mask_phone

NOTHING = "—"
#: The right that each column needs where the rows are; a test holds that none is missing.
NEEDED: Mapping[Column, Permission] = {
    Column.NAME: Permission.MEMBERS_VIEW,
    Column.NUMBER: Permission.MEMBERS_VIEW,
    Column.JOINED: Permission.MEMBERS_VIEW,
    Column.ORGANIZATION: Permission.MEMBERS_VIEW,
    Column.STATUS: Permission.MEMBERS_VIEW,
    Column.GRADE: Permission.MEMBERS_VIEW,
    Column.SEX: Permission.MEMBERS_VIEW,
    Column.AGE: Permission.MEMBERS_VIEW,
    Column.PHONE: Permission.MEMBERS_VIEW,
    Column.HONOURS: Permission.MEMBERS_VIEW,
    Column.HOURS: Permission.MEMBERS_VIEW,
    Column.WITNESSED: Permission.MEMBERS_VIEW,
    Column.STAR: Permission.MEMBERS_VIEW,
    Column.ID_NUMBER: Permission.PEOPLE_REVEAL,
}
#: Grades of the society's rules (domain.md MEM-02); another one is shown as it stands.
GRADES: Mapping[str, Any] = {
    "ordinary": _("普通会员"),
    "special": _("特别会员"),
    "permanent": _("永久会员"),
}


def offered(scope: Scope, columns: Iterable[Column], use: Use) -> tuple[Column, ...]:
    """Return the columns of a list that a post may choose from; the name is in all of them."""
    return tuple(
        column
        for column in ordered(columns)
        if scope.may(NEEDED[column]) and (use is Use.FILE or column not in FILE_ONLY)
    )


def chosen(
    allowed: Iterable[Column], wanted: Iterable[Column], usual: Iterable[Column], use: Use
) -> tuple[Column, ...]:
    """Return the columns that are shown: those wanted of those allowed, else the usual ones.

    A file always has name, number and joining day.
    """
    open_to = set(allowed)
    found = [column for column in wanted if column in open_to] or list(usual)
    found += [COMPANIONS[column] for column in found if column in COMPANIONS]
    always = IN_EVERY_FILE if use is Use.FILE else (Column.NAME,)
    return ordered(column for column in (*always, *found) if column in open_to)


class Cells:
    """What stands in the cells of a page or a file, in the language of the moment."""

    def __init__(
        self,
        columns: Iterable[Column],
        today: date,
        states: Mapping[StrEnum, Any],
        heads: Mapping[Column, Any],
    ) -> None:
        self.columns = tuple(columns)
        self._heads = {column: str(heads[column]) for column in self.columns}
        self.today = today
        self._states = {state: str(words) for state, words in states.items()}
        self._sexes = {sex: str(PEOPLE_LABELS[Sex][sex]) for sex in Sex}
        self._grades = {grade: str(words) for grade, words in GRADES.items()}
        self._readers: dict[Column, Callable[[Listed], str]] = {
            Column.NAME: lambda row: row.name,
            Column.NUMBER: lambda row: row.number,
            Column.JOINED: lambda row: row.joined_on.isoformat(),
            Column.ORGANIZATION: organization_text,
            Column.STATUS: lambda row: self._states[row.status] if row.status else NOTHING,
            Column.GRADE: lambda row: self._grades.get(row.grade, row.grade) or NOTHING,
            Column.SEX: lambda row: self._sexes[row.sex] if row.sex else NOTHING,
            Column.AGE: self._age,
            Column.PHONE: masked_phone,
            Column.HOURS: lambda row: hours(row.minutes),
            Column.WITNESSED: lambda row: hours(row.witnessed),
            Column.STAR: lambda row: str(_("%(star)s 星", star=row.star)) if row.star else NOTHING,
            Column.HONOURS: lambda row: str(_("有")) if row.has_honours else NOTHING,
            Column.ID_NUMBER: id_number,
        }

    def know_only(self, columns: Iterable[Column]) -> None:
        """Leave the cells of all other columns empty: of a past day the rest is not known."""
        for column in set(Column) - set(columns):
            self._readers[column] = lambda _row: NOTHING

    def cell(self, row: Listed, column: Column) -> str:
        """Return what a row tells in a column."""
        return self._readers[column](row)

    def line(self, row: Listed) -> list[tuple[Column, str, str]]:
        """Return column, head and cell of all but the first column, which leads the row."""
        return [
            (column, self._heads[column], self._readers[column](row)) for column in self.columns[1:]
        ]

    def row(self, row: Listed) -> list[str]:
        """Return what a row tells in all columns."""
        return [self._readers[column](row) for column in self.columns]

    def _age(self, row: Listed) -> str:
        return str(age_on(row.born_on, self.today)) if row.born_on else NOTHING


def organization_text(row: Listed) -> str:
    """Return the organization of a member, and what it stands under where that tells more."""
    return f"{row.organization} · {row.above}" if row.above else row.organization


def masked_phone(row: Listed) -> str:
    """Return the phone as every page shows it (decisions.md D2)."""
    return mask_phone(opened_phone(row.person_code, row.phone)) if row.phone else NOTHING


def id_number(row: Listed) -> str:
    """Return the document number: in files that a second officer approved, nowhere else."""
    return opened_id_number(row.person_code, row.id_number) if row.id_number else NOTHING
