"""What a post leaves open: each package registers what it counts, accounts knows none of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from accounts.rules.handover import OpenWork
from core.access.permissions import Permission, Role
from core.access.rights import rights_of
from organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Leaving:
    """The post that is left: its role and place, its row where there is one, the day."""

    role: Role
    organization: Organization
    post_id: int | None
    today: date


Count = Callable[[Leaving], int]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of open work: whose right does it, how much of it there is, and where it is done."""

    kind: OpenWork
    right: Permission
    count: Count
    endpoint: str


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line of the list."""

    kind: OpenWork
    count: int
    endpoint: str


_PARTS: list[Part] = []


def register(*parts: Part) -> None:
    """Add kinds of open work; called when a package is imported."""
    _PARTS.extend(parts)


def open_work(leaving: Leaving) -> list[OpenLine]:
    """Return what a post leaves open: every kind that its role has to do with, zero or not."""
    rights = rights_of(leaving.role, leaving.organization.level)
    order = list(OpenWork)
    found = [
        OpenLine(part.kind, part.count(leaving), part.endpoint)
        for part in _PARTS
        if part.right in rights
    ]
    return sorted(found, key=lambda line: order.index(line.kind))
