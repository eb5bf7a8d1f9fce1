"""Lists of people by name: what tells one kind of list from another; one machinery serves them.

A package names its list here, and gets filters, order, columns, a past day, saved filters, paper
and files with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core import clock
from core.access.scope import Scope
from members import columns
from members.columns import Cells
from members.exporting import Count
from members.queries.listing import table_of
from members.rules import read_search
from members.rules.exports import ExportSubject
from members.rules.roster import Column, Filters, Order, Readers, Use, read_filters


@dataclass(frozen=True, slots=True)
class Pages:
    """Endpoints of a list: itself, its filters, keeping them, paper, file."""

    show: str
    narrow: str
    keep: str
    paper: str
    export: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages of a list say; ``past`` and ``since``, ``until`` hold a %(day)s."""

    title: Any
    past: Any
    nobody: Any
    joined_from: Any
    since: Any
    until: Any


@dataclass(frozen=True, slots=True)
class Roster:
    """One kind of list: its pages and words, its columns, and what it can be narrowed to.

    ``columns`` is an allow list, ``usual`` what is shown where nobody chose, ``past`` what a past
    day can tell; ``cookie`` keeps the columns of a browser; ``count`` tells who a file would hold.
    """

    subject: ExportSubject
    pages: Pages
    words: Words
    cookie: str
    columns: tuple[Column, ...]
    usual: Mapping[Use, tuple[Column, ...]]
    past: tuple[Column, ...]
    heads: Mapping[Column, Any]
    states: Mapping[Any, Any]
    orders: Mapping[Order, Any]
    count: Callable[[Scope, Filters], Count]

    @property
    def readers(self) -> Readers:
        """Return the filters that the list has."""
        return table_of(self.subject).readers

    def filters_of(self, parameters: Mapping[str, str], text: str = "") -> Filters:
        """Return the filters that parameters and a search name. Raises RuleViolation."""
        return read_filters(parameters, read_search(text), self.readers)

    def offered(self, scope: Scope, use: Use) -> tuple[Column, ...]:
        """Return the columns that a post may choose from."""
        return columns.offered(scope, self.columns, use)

    def chosen(self, scope: Scope, wanted: Iterable[Column], use: Use) -> tuple[Column, ...]:
        """Return the columns that are shown: those wanted of those offered, else the usual ones."""
        return columns.chosen(self.offered(scope, use), wanted, self.usual[use], use)

    def cells(self, names: Iterable[Column]) -> Cells:
        """Return what stands in the cells of columns."""
        return Cells(names, clock.today(), self.states, self.heads)


_ROSTERS: dict[ExportSubject, Roster] = {}


def add_roster(roster: Roster) -> None:
    """Add a kind of list."""
    _ROSTERS[roster.subject] = roster


def roster_of(subject: ExportSubject) -> Roster:
    """Return a kind of list. Raises KeyError where no package brings it."""
    return _ROSTERS[subject]
