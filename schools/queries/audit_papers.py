"""An audit pack on paper: what stands in its file, part by part."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from python_calamine import CalamineWorkbook

from core.exports import vault

#: Columns of the file; the first one names the part.
PART, COLUMNS = 0, 4
#: Lines of the file above the rows: the mark, what is left out of it, the heads.
ABOVE = 3


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A part of the pack: its rows without the first column, and how many more the file has."""

    name: str
    rows: Sequence[Sequence[str]]
    more: int


@dataclass(frozen=True, slots=True)
class Paper:
    """The pack as its file tells it: the mark with place, year, day and purpose, then the parts."""

    mark: str
    note: str
    heads: Sequence[str]
    parts: Sequence[PaperPart] = field(default_factory=list)


def paper_of(code: str, most: int) -> Paper:
    """Return the pack of a code, at most so many rows of each part.

    Raises FileNotFoundError where its file is gone.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(vault.pieces(code))))
    lines = [
        [str(cell) for cell in row[:COLUMNS]] for row in book.get_sheet_by_index(0).to_python()
    ]
    (mark, *_), (note, *_), heads = lines[:ABOVE]
    parts = []
    for name, rows in groupby(lines[ABOVE:-1], key=lambda row: row[PART]):  # the mark ends it again
        found = [row[PART + 1 :] for row in rows]
        parts.append(PaperPart(name, found[:most], max(len(found) - most, 0)))
    return Paper(mark, note, heads[PART + 1 :], parts)
