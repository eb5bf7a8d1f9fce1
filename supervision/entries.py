"""What an entry of the tab bar and the sidebar is, and at which levels entries make sense."""

from __future__ import annotations

from dataclasses import dataclass

from core.access.permissions import Level, Permission


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One way to go; without a permission it leads to a page of one's own.

    ``also`` names further endpoints on which the entry is the current one, ``levels`` where the
    entry makes sense (everywhere when empty).
    """

    label: str
    endpoint: str
    permission: Permission | None = None
    also: frozenset[str] = frozenset()
    levels: frozenset[Level] = frozenset()


GRASSROOTS = frozenset({Level.UNIT, Level.TOWNSHIP})
OFFICES = frozenset({Level.COUNTY, Level.CITY, Level.PROVINCE})
WITH_LOWER = OFFICES | {Level.TOWNSHIP}
