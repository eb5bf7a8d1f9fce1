"""Organizations that a system reaches: one, and a page of them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from core.access.permissions import Level
from core.access.scope import CallingSystem, Place
from core.paging import Page, page_of
from core.statements import Kept
from organizations.models import Organization
from organizations.rules import (
    OrganizationKind,
    OrganizationStatus,
    subtree_range,
)

_Parent = aliased(Organization)


class Told(NamedTuple):
    """What a system is told of an organization; no phone, no person."""

    code: str
    name: str
    short_name: str
    kind: OrganizationKind
    level: Level
    status: OrganizationStatus
    parent: str | None
    division_code: str | None
    founded_on: date | None
    closed_on: date | None


_REACHED = (
    Organization.path >= bindparam("low"),
    Organization.path < bindparam("high"),
)
_TOLD = (
    select(
        Organization.code,
        Organization.name,
        Organization.short_name,
        Organization.kind,
        Organization.level,
        Organization.status,
        _Parent.code.label("parent"),
        Organization.division_code,
        Organization.founded_on,
        Organization.closed_on,
    )
    .outerjoin(_Parent, _Parent.id == Organization.parent_id)
    .where(*_REACHED)
)
_PAGE = (
    _TOLD.where(Organization.path > bindparam("after"))
    .order_by(Organization.path)
    .limit(bindparam("limit"))
)
_ALL, _ONE = Kept(_PAGE), Kept(_TOLD.where(Organization.code == bindparam("code")))
_BELOW = Kept(_PAGE.where(Organization.parent_id == bindparam("parent")))
_PLACE = Kept(
    select(
        Organization.id,
        Organization.code,
        Organization.name,
        Organization.path,
        Organization.level,
    ).where(Organization.code == bindparam("code"), *_REACHED)
)


def place_within(system: CallingSystem, code: str) -> Place | None:
    """Return an organization that the system reaches, None for any other: one statement."""
    row = _PLACE.row({"code": code, **_reach(system)})
    return None if row is None else Place(*row)


def organization_within(system: CallingSystem, code: str) -> Told | None:
    """Return what a system is told of an organization that it reaches: one statement."""
    row = _ONE.row({"code": code, **_reach(system)})
    return None if row is None else Told(*row)


def organizations_within(
    system: CallingSystem, parent: Place | None, after: Place | None, limit: int
) -> Page[Told]:
    """Return a page of the organizations that a system reaches, in the order of the tree.

    With ``parent`` only those right under it: one statement.
    """
    asked: dict[str, Any] = {
        "after": after.path if after else "",
        "limit": limit + 1,
        **_reach(system),
    }
    rows = _BELOW.rows({**asked, "parent": parent.id}) if parent else _ALL.rows(asked)
    return page_of([Told(*row) for row in rows], limit)


def _reach(system: CallingSystem) -> dict[str, str]:
    low, high = subtree_range(system.place.path)
    return {"low": low, "high": high}
