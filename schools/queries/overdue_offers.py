"""Which schools owe an office answers about pupils who were offered to them: numbers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, String, bindparam, func, select, tuple_
from sqlalchemy.orm import aliased

from core.paging import Page, page_of
from core.statements import Kept
from members.models import Membership, Transfer
from members.rules import MembershipKind, TransferStatus
from organizations.models import Organization

PAGE = 50


@dataclass(frozen=True, slots=True)
class Owing:
    """A school, how many pupils wait for its answer beyond the term, and since which day."""

    code: str
    name: str
    count: int
    due_on: date


def overdue_at(office_id: int | BindParameter[int]) -> Select[Transfer]:
    """Return the statement for offers of pupils that an office got because nobody answered."""
    return (
        select(Transfer)
        .join(Transfer.membership)
        .where(
            Transfer.handler_id == office_id,
            Transfer.is_escalated.is_(True),
            Transfer.status == TransferStatus.RELEASED,
            Membership.kind == MembershipKind.YOUTH,
        )
    )


def owing_to(office_id: int, after: str = "") -> Page[Owing]:
    """Return a page of the schools that owe an office answers, the longest first: one statement.

    ``after`` is the code of the school that the page follows.
    """
    statement = _BEHIND if after else _FIRST
    rows = statement.rows({"office": office_id, "after": after} if after else {"office": office_id})
    return page_of([Owing(*row) for row in rows], PAGE)


def _owing(*, is_behind: bool) -> Select[Any]:
    of_school = (
        overdue_at(bindparam("office", type_=Integer()))
        .with_only_columns(
            Transfer.to_organization_id.label("id"),
            func.count().label("size"),
            func.min(Transfer.due_on).label("since"),
        )
        .group_by(Transfer.to_organization_id)
        .cte("owing")
    )
    statement = (
        select(Organization.code, Organization.name, of_school.c.size, of_school.c.since)
        .join(of_school, of_school.c.id == Organization.id)
        .order_by(of_school.c.since, Organization.id)
        .limit(PAGE + 1)
    )
    if not is_behind:
        return statement
    last, school = of_school.alias("last"), aliased(Organization)
    place, anchor = tuple_(of_school.c.since, of_school.c.id), tuple_(last.c.since, last.c.id)
    code = bindparam("after", type_=String())
    return statement.join(last, place > anchor).join(
        school, (school.id == last.c.id) & (school.code == code)
    )


_FIRST, _BEHIND = Kept(_owing(is_behind=False)), Kept(_owing(is_behind=True))
