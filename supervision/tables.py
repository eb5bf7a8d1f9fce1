"""Tables of numbers that a page shows and a file holds: one description for both.

A package names its tables; ``supervision.tabling`` shows, prints and exports them. Cells are what
the page shows to this very scope, so a file tells nothing that the page hides (EXP-01, AZ-07).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.access.permissions import Permission
from core.access.scope import Scope

Parameters = Mapping[str, str]
PARAMETER_MAX = 40


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as they are shown; the first cell names what a row is about.

    ``source`` says where the numbers come from and ``as_of`` until when (STA-06). ``next_after``
    is where the next rows begin, None on the last ones.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    as_of: date
    source: str
    notes: Sequence[str] = ()
    next_after: str | None = None


#: Builds the rows after a cursor, for a scope. Raises UnknownRowError for what is not there.
Build = Callable[[Scope, Parameters, str], Table]


@dataclass(frozen=True, slots=True)
class TableKind:
    """How one kind of table is read: who may, which values of the address it takes, how long it is.

    ``count`` tells how many rows there are; without it all rows are on the first page.
    """

    name: str
    title: Any
    permission: Permission
    build: Build
    takes: tuple[str, ...] = ()
    count: Callable[[Scope, Parameters], int] | None = field(default=None)


_KINDS: dict[str, TableKind] = {}


def register(kind: TableKind) -> TableKind:
    """Add a kind of table. Raises ValueError for a name that is taken."""
    if kind.name in _KINDS:
        raise ValueError(kind.name)
    _KINDS[kind.name] = kind
    return kind


def kind_named(name: str) -> TableKind | None:
    """Return the kind of table with a name."""
    return _KINDS.get(name)


def all_tables() -> Sequence[TableKind]:
    """Return every kind of table, in the order of their names."""
    return [_KINDS[name] for name in sorted(_KINDS)]
