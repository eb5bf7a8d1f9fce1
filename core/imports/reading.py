"""A file that was handed in: what it is, told by its bytes and not by its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from core.imports.delimited import read_delimited, read_text
from core.imports.rules import Field, clean_cell, read_lines
from core.imports.tables import MAX_COLUMNS, NumberedRow, Table, refuse
from core.imports.workbooks import LOCKED, read_workbook
from core.rules import N_

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"\x7fELF", b"MZ")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEAD = 512
MAX_TEXT = 500_000


def read_file(file: IO[bytes]) -> Table:
    """Return the table in a file. Raises UnreadableError: what is wrong, and what to do."""
    start = file.read(HEAD)
    file.seek(0)
    if not start.strip():
        refuse(N_("文件是空的，请再看一遍选的是哪一个"))
    if start.startswith(ZIP):
        return _clean(read_workbook(file))
    if start.startswith(OLE):
        locked = ENCRYPTED in file.read()
        refuse(LOCKED if locked else N_("这是旧版 .xls，请另存为 .xlsx 再上传"))
    if start.startswith(PICTURES):
        refuse(N_("这不是表格。请上传 .xlsx 或 .csv，或直接粘贴名单"))
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        refuse(N_("这是网页，不是工作簿。请用表格软件打开，另存为 .xlsx 再上传"))
    return _clean(read_delimited(file))


def read_pasted(text: str, fields: tuple[Field, ...]) -> tuple[Table, list[int]]:
    """Return the table in pasted text, and the numbers of lines that say nothing.

    A block copied out of a spreadsheet has tabs between its cells. Raises UnreadableError.
    """
    if len(text) > MAX_TEXT or "\0" in text:
        refuse(N_("内容太长，请分几次粘贴，或上传文件"))
    if not text.strip():
        refuse(N_("还没有内容，请先粘贴"))
    if "\t" in text:
        return _clean(read_text(text.strip("\r\n"))), []
    found = read_lines(text, fields)
    rows = [(0, list(found.headers)), *found.rows]
    return _clean(Table("lines", iter(rows))), list(found.not_understood)


def _clean(table: Table) -> Table:
    return Table(table.kind, _cleaned(table.rows))


def _cleaned(rows: Iterator[NumberedRow]) -> Iterator[NumberedRow]:
    for number, row in rows:
        cells = [clean_cell(cell) for cell in row[:MAX_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells
