"""The lists that can leave as a file; a package names its own, and one machinery serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.access.scope import Scope
from members.rules.exports import ExportSubject

Parameters = Mapping[str, str]
Names = tuple[str, ...]
#: The code of a row, behind which the next chunk begins, and its cells.
FileRow = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many people a file will hold, and how many of them are minors."""

    rows: int
    minors: int


@dataclass(frozen=True, slots=True)
class Source:
    """How one kind of list is read. Each function asks the scope it is given, each time.

    ``columns`` gives what a post may have of the columns named, the first three of them always:
    name, number (the key of a row) and a day (which carries the mark). ``words`` tells what the
    list is narrowed to. Parameters are read anew; RuleViolation or UnknownRowError where they make
    no sense any more.
    """

    title: Any
    count: Callable[[Scope, Parameters], Count]
    columns: Callable[[Scope, Iterable[str]], Names]
    offered: Callable[[Scope], list[tuple[str, str]]]
    heads: Callable[[Names], list[str]]
    read: Callable[[Scope, Parameters, Names, str, int], list[FileRow]]
    words: Callable[[Scope, Parameters], list[str]]


_SOURCES: dict[ExportSubject, Source] = {}


def register(subject: ExportSubject, source: Source) -> None:
    """Add a kind of list."""
    _SOURCES[subject] = source


def source_of(subject: ExportSubject) -> Source:
    """Return how a kind of list is read. Raises KeyError where no package brings it."""
    return _SOURCES[subject]
