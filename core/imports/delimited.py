"""Text files: which encoding, which separator, and every row or a reason (security.md FILE-05)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from core.imports.tables import MAX_COLUMNS, NumberedRow, Table, refuse
from core.rules import N_

PIECE = 1024 * 1024
HEAD = 64 * 1024
SEPARATORS = "\t,;，；"
LINE_END = re.compile(rb"\r\n|\n|\r")
QUOTED = re.compile(r'"[^"]*"')
HAN = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u00b7]")
WHOLE = 0.5
BAD_BYTES = N_("第 %(row)d 行有认不出的字。请另存为 UTF-8 的 CSV 或 .xlsx 再上传")
NO_TEXT = N_("这不是表格。请上传 .xlsx 或 .csv，或直接粘贴名单")


def read_delimited(file: IO[bytes]) -> Table:
    """Return the rows of a text file. Raises UnreadableError naming the row at fault."""
    encoding = find_encoding(file)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    separator = find_separator(text.read(HEAD))
    text.seek(0)
    return Table("csv", _rows(text, separator))


def read_text(text: str) -> Table:
    """Return the rows of pasted text that has columns."""
    stream = io.StringIO(text, newline="")
    return Table("text", _rows(stream, find_separator(text[:HEAD])))


def find_encoding(file: IO[bytes]) -> str:
    """Return the name of the encoding in which every byte reads, or raise UnreadableError."""
    start = file.read(HEAD)
    file.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        _decode(file, "utf-8-sig", must=True)
        return "utf-8-sig"
    if start.startswith(codecs.BOM_UTF16_LE) or _looks_like_utf_16(start):
        _decode(file, "utf-16-le", must=True)
        return "utf-16" if start.startswith(codecs.BOM_UTF16_LE) else "utf-16-le"
    if b"\0" in start:
        refuse(NO_TEXT)
    if _decode(file, "utf-8", must=_is_mostly_utf_8(start)):
        return "utf-8"
    if not _reads_as_chinese(start):
        refuse(BAD_BYTES, row=_row_of(start, _first_bad(start, "utf-8")))
    _decode(file, "gb18030", must=True)
    return "gb18030"


def find_separator(text: str) -> str:
    """Return what stands between the columns: what the first lines hold most often."""
    lines = QUOTED.sub("", text).splitlines()[:20]
    best = max(SEPARATORS, key=lambda sign: sum(line.count(sign) for line in lines))
    return best if any(best in line for line in lines) else ","


def _rows(text: io.TextIOBase, separator: str) -> Iterator[NumberedRow]:
    reader = csv.reader(text, delimiter=separator)
    before = 0
    try:
        for row in reader:
            number, before = before + 1, reader.line_num
            cells = row[:MAX_COLUMNS]
            if any(cell and not cell.isspace() for cell in cells):
                if any("\0" in cell for cell in cells):
                    refuse(BAD_BYTES, row=number)
                yield number, cells
    except csv.Error:
        refuse(N_("第 %(row)d 行有一格太长或引号不成对，请改好再上传"), row=before + 1)
    finally:
        if isinstance(text, io.TextIOWrapper):
            with suppress(ValueError):  # whoever opened the file closes it
                text.detach()


def _decode(file: IO[bytes], encoding: str, *, must: bool) -> bool:
    """Return whether all of a file reads in an encoding; refuse it where it must and does not."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
            lines += len(LINE_END.findall(piece))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if must:
            refuse(BAD_BYTES, row=lines + len(LINE_END.findall(error.object[: error.start])))
        return False
    finally:
        file.seek(0)
    return True


def _looks_like_utf_16(start: bytes) -> bool:
    """Return whether every second byte of many is a zero, as in Latin text of two bytes."""
    odd = start[1::2]
    return len(start) > 1 and odd.count(0) * 5 > len(odd) and 0 not in start[0:2:2]


def _is_mostly_utf_8(start: bytes) -> bool:
    """Return whether a text with bad bytes is damaged UTF-8, and not another encoding."""
    text = start.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    return bad > 0 and len(HAN.findall(text)) > 3 * bad


def _reads_as_chinese(start: bytes) -> bool:
    text = start.decode("gb18030", errors="ignore")
    strange = [char for char in text if not char.isascii()]
    return bool(strange) and len(HAN.findall("".join(strange))) >= WHOLE * len(strange)


def _first_bad(raw: bytes, encoding: str) -> int:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return len(raw)


def _row_of(raw: bytes, position: int) -> int:
    return len(LINE_END.findall(raw[:position])) + 1
