"""Rows to a workbook or to CSV, row after row, straight into a sealed file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast

from xlsxwriter import Workbook

from core.exports.cells import guarded, must_stay_text

BOM = b"\xef\xbb\xbf"
#: Up to so many rows a workbook is put together in memory; parts of larger ones need a folder.
IN_MEMORY = 5_000
WIDTH = 18

Row = Sequence[str]


class FileFormat(StrEnum):
    """What a file can be."""

    XLSX = "xlsx"
    CSV = "csv"


TYPES = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around the rows: the watermark above and below, and the heads of columns."""

    name: str
    above: Sequence[str]
    heads: Row
    below: Sequence[str]
    count: int


def write_csv(target: IO[bytes], sheet: Sheet, rows: Iterable[Row]) -> None:
    """Write UTF-8 with a byte order mark, as spreadsheets in Chinese expect it."""
    target.write(BOM)
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([guarded(line)] for line in sheet.above)
    writer.writerow([guarded(head) for head in sheet.heads])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    writer.writerows([guarded(line)] for line in sheet.below)
    text.flush()
    text.detach()


def write_xlsx(target: IO[bytes], sheet: Sheet, rows: Iterable[Row], folder: Path) -> None:
    """Write a workbook of text cells only; no text ever becomes a formula, a link or a number.

    ``folder`` takes what XlsxWriter lays down of a large workbook until it is finished.
    """
    if sheet.count <= IN_MEMORY:
        options: dict[str, Any] = {"in_memory": True}
    else:
        options = {"constant_memory": True, "tmpdir": str(folder)}
    book = Workbook(cast("Any", target), options)
    quoted = book.add_format({"num_format": "@", "quote_prefix": True})
    bold = book.add_format({"num_format": "@", "bold": True})
    page = book.add_worksheet(sheet.name)
    page.set_column(0, len(sheet.heads) - 1, WIDTH)
    head = len(sheet.above)
    for at, line in enumerate(sheet.above):
        page.write_string(at, 0, line)
    for place, title in enumerate(sheet.heads):
        page.write_string(head, place, title, bold)
    page.freeze_panes(head + 1, 0)
    foot = head + 1
    for row in rows:
        for place, cell in enumerate(row):
            page.write_string(foot, place, cell, quoted if must_stay_text(cell) else None)
        foot += 1
    for at, line in enumerate(sheet.below, foot):
        page.write_string(at, 0, line)
    book.close()
