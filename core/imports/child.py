"""Reads one workbook and writes its rows, many to a line of JSON; run as a program of its own.

Knows nothing of the application. Memory and time are limited before the workbook is opened, so
that one that got past every look from outside harms nobody but this process.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import resource
import sys
from collections.abc import Iterable, Sequence

MAX_COLUMNS = 200
ROWS_IN_LINE = 200
#: From here on a workbook keeps 15 digits of a number: an ID number in it is lost.
LOST_DIGITS = 1e15
FAILED = 3


def main(path: str, memory: str, seconds: str) -> int:
    """Write the rows of the first sheet that has any; return 3 where the file does not open."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - after the limits

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height:
            start = sheet.start or (0, 0)
            _write(sheet.iter_rows(), start[0], _merged_down(sheet.merged_cell_ranges, start))
            return 0
    return 0


def _merged_down(
    ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None, start: tuple[int, int]
) -> dict[int, list[tuple[int, int]]]:
    """Return column -> first and last row of cells merged downwards, as _write counts them.

    What stands once beside ten rows is meant for each of them: the class, mostly.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in ranges or ():
        if left == right and bottom > top:
            found.setdefault(left - start[1], []).append((top + 1, bottom + 1))
    return found


def _write(
    rows: Iterable[Sequence[object]], first: int, merged: dict[int, list[tuple[int, int]]]
) -> None:
    out, above = sys.stdout, dict.fromkeys(merged, "")
    some: list[tuple[int, list[str]]] = []
    for number, row in enumerate(rows, start=first + 1):
        cells = [cell if isinstance(cell, str) else _text(cell) for cell in row[:MAX_COLUMNS]]
        for column, ranges in merged.items():
            if column >= len(cells):
                continue
            if not cells[column] and any(top < number <= bottom for top, bottom in ranges):
                cells[column] = above[column]
            above[column] = cells[column]
        if any(cells):
            some.append((number, cells))
        if len(some) == ROWS_IN_LINE:
            out.write(json.dumps(some) + "\n")
            some = []
    out.write(json.dumps(some) + "\n")


def _text(value: object) -> str:
    """Return the text of a cell.

    A number too long to be kept whole reads as a spreadsheet shows it, 3.30E+17: whoever wants
    an ID number there refuses it with advice (security.md EXP-03).
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, dt.date | dt.time):
        return _time_text(value)
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    if abs(value) >= LOST_DIGITS:
        return f"{value:.2E}"
    return str(int(value)) if value == int(value) else repr(value)


def _time_text(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
    return value.isoformat()


if __name__ == "__main__":
    code = FAILED
    with contextlib.suppress(Exception):
        code = main(*sys.argv[1:4])
    sys.exit(code)
