"""Workbooks that go out: the template, and the rows that were left with their reasons (T3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from core.i18n import fill, gettext
from core.imports.rules import SAMPLE, Field, FieldKind, guarded

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {FieldKind.ID_NUMBER: 24, FieldKind.PHONE: 16, FieldKind.NAME: 14, FieldKind.OTHER: 18}
TEXT_ROWS = 2000
REASON_WIDTH = 50
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

Problems = Mapping[str, Sequence[Any]]


def template(fields: Sequence[Field]) -> bytes:
    """Return an empty list: needed columns marked, choices to pick from, one sample row.

    The columns are text, so that a spreadsheet keeps all digits of an ID number (EXP-03).
    """
    out = BytesIO()
    with Workbook(out, OPTIONS) as book:
        sheet = book.add_worksheet(gettext("名单"))
        text, needed, sample = _formats(book)
        for column, one in enumerate(fields):
            sheet.set_column(column, column, WIDTHS[one.kind], text)
            label = f"{one.label}*" if one.required else one.label
            sheet.write_string(0, column, label, needed if one.required else text)
            shown = f"{SAMPLE}{one.sample}" if one.kind is FieldKind.NAME else one.sample
            sheet.write_string(1, column, shown, sample)
            if one.choices:
                source = {"validate": "list", "source": list(one.choices)}
                sheet.data_validation(1, column, TEXT_ROWS, column, source)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def left_rows(
    headers: Sequence[str],
    rows: Iterable[tuple[Sequence[str], Problems]],
    labels: Mapping[str, str],
) -> bytes:
    """Return rows that were not imported, laid out as they came, with a column of reasons.

    The same rows come back when the workbook is handed in again (EXP-02): every cell is text.
    """
    out = BytesIO()
    kept = list(headers)
    if kept and kept[-1] == gettext("原因"):
        kept.pop()
    with Workbook(out, OPTIONS) as book:
        sheet = book.add_worksheet(gettext("没导入的行"))
        text, needed, _ = _formats(book)
        sheet.set_column(0, max(len(kept) - 1, 0), 22, text)
        sheet.set_column(len(kept), len(kept), REASON_WIDTH, text)
        _write(sheet, 0, [*kept, gettext("原因")], needed)
        for number, (cells, problems) in enumerate(rows, start=1):
            row = (list(cells) + [""] * len(kept))[: len(kept)]
            _write(sheet, number, [*row, reason(problems, labels)], text)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def reason(problems: Problems, labels: Mapping[str, str]) -> str:
    """Return what is wrong with a row in words, each field by its name."""
    said = []
    for code, (message, params) in problems.items():
        words = fill(message, params)
        said.append(f"{labels[code]}：{words}" if code in labels else words)
    return "；".join(said)


def _write(sheet: Worksheet, row: int, cells: Sequence[str], style: Any) -> None:
    for column, cell in enumerate(cells):
        sheet.write_string(row, column, guarded(cell), style)


def _formats(book: Workbook) -> tuple[Any, Any, Any]:
    text = book.add_format({"num_format": "@"})
    needed = book.add_format({"num_format": "@", "bold": True})
    sample = book.add_format({"num_format": "@", "italic": True})
    return text, needed, sample
