"""Lists that an organization was asked to put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, bindparam, func, select

from core.statements import Kept
from organizations.models import Organization
from supervision.quality.models import FixTask
from supervision.quality.rules import FixStatus, Kind

MOST = 20


class Listed(NamedTuple):
    """A list with who asked for it, until when, and how many rows there were then."""

    code: str
    kind: Kind
    status: FixStatus
    note: str
    count_before: int
    due_on: date
    assigned_at: datetime
    assigner: str


_LISTED = (
    select(
        FixTask.code,
        FixTask.kind,
        FixTask.status,
        FixTask.note,
        FixTask.count_before,
        FixTask.due_on,
        FixTask.assigned_at,
        Organization.short_name,
    )
    .join(Organization, Organization.id == FixTask.assigner_id)
    .where(FixTask.organization_id == bindparam("place"))
)
_NEWEST = Kept(_LISTED.order_by(FixTask.id.desc()).limit(MOST))
_ONE = Kept(_LISTED.where(FixTask.code == bindparam("code")))


def tasks_of(organization_id: int) -> Sequence[Listed]:
    """Return the lists of an organization, the newest first: one statement."""
    return [Listed(*row) for row in _NEWEST.rows({"place": organization_id})]


def task_of(organization_id: int, code: str) -> Listed | None:
    """Return one list of an organization."""
    row = _ONE.row({"place": organization_id, "code": code})
    return None if row is None else Listed(*row)


def open_count(place_id: Any) -> ScalarSelect[int]:
    """Return what counts the lists that wait at an organization; it rides along on a home."""
    return (
        select(func.count())
        .select_from(FixTask)
        .where(FixTask.organization_id == place_id, FixTask.status == FixStatus.OPEN)
        .scalar_subquery()
    )
