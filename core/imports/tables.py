"""What reading a file gives: rows with the numbers that the file shows for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from core.rules import RuleViolation

#: A row and the number by which its file shows it.
NumberedRow = tuple[int, list[str]]
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file, read one after the other; ``kind`` is what the file turned out to be."""

    kind: str
    rows: Iterator[NumberedRow]


class UnreadableError(RuleViolation):
    """A file that is not read, with advice; the sentence stands beside the field ``file``."""


def refuse(message: str, **params: object) -> NoReturn:
    """Raise UnreadableError with a sentence."""
    raise UnreadableError("file", message, **params)
