"""From a leaked file to who took it: the mark in its rows names the export (security.md EXP-04)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from core.exports import marks
from members.models import Export
from members.queries.exports import codes_of_all, export_of_code

Found = tuple[Export, marks.Match]


def trace(path: Path) -> Found | None:
    """Return the export that a file comes from, and how many rows say so; None where none is sure.

    The file may be cut, sorted, shuffled, or saved under another format, with or without its heads.
    """
    match = marks.find(codes_of_all(), rows_of(path))
    return (export_of_code(match.code), match) if match else None


def rows_of(path: Path) -> Iterator[Sequence[str]]:
    """Yield the rows of a workbook or of a text file with commas, tabs or semicolons, as text.

    Raises ValueError for a file that is neither.
    """
    if path.read_bytes()[:2] == b"PK":
        try:
            book = CalamineWorkbook.from_path(str(path))
        except CalamineError as error:
            message = "this workbook cannot be read"
            raise ValueError(message) from error
        for name in book.sheet_names:
            for row in book.get_sheet_by_name(name).to_python():
                yield [str(cell) for cell in row]
        return
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    first = text[:4096]
    separator = max(",\t;", key=first.count)
    yield from csv.reader(text.splitlines(), delimiter=separator)
