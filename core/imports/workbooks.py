"""Workbooks: looked at from outside before anything reads them, then read by a limited child.

What a workbook may be: unpacked at most 100 MB and a hundred times its size, at most 1,000 parts
and two million cells, no macros, no links to other files, no entities (security.md FILE-02..04).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from core.imports.tables import NumberedRow, Table, UnreadableError, refuse
from core.rules import N_

MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO, FREE_OF_RATIO = 100, 1024 * 1024
MAX_PARTS = 1000
MAX_CELLS = 2_000_000
PIECE, OVERLAP = 256 * 1024, 256
SECONDS, MEMORY = 20, 640 * 1024 * 1024
CHILD = Path(__file__).with_name("child.py")

ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
CELL = re.compile(rb"<(?:[a-z]+:)?c[ >/]")
PLACE = re.compile(rb"""[ ]r=["']([A-Z]{1,3})([0-9]{1,7})["']""")
DIMENSION = re.compile(rb"""<(?:[a-z]+:)?dimension[^>]*ref=["']([A-Z0-9:$]+)["']""")
CORNER = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

DAMAGED = N_("文件打不开，可能没有传完整。请重新保存一次再上传")
BOMB = N_("这个文件展开以后太大，请只留要导入的那一张表，另存为 .xlsx 再上传")
MACROS = N_("文件里有宏，不能上传。请另存为普通的 .xlsx 工作簿")
LINKS = N_("文件链接到了别的文件。请只复制数值到新的工作簿再上传")
STRANGE = N_("文件里有工作簿不该有的内容，请把名单复制到新的工作簿再上传")
LOCKED = N_("文件打不开：可能设了密码。请去掉密码再上传")
TOO_SPREAD = N_("表格的范围太大（有的格子在很远的行或列）。请只把名单复制到新的工作簿")


def read_workbook(file: IO[bytes]) -> Table:
    """Return the first sheet with content. Raises UnreadableError with a reason in words."""
    check_workbook(file)
    return Table("xlsx", _rows_of_child(file))


def check_workbook(file: IO[bytes]) -> None:
    """Raise UnreadableError for a workbook that nothing should open."""
    try:
        with zipfile.ZipFile(file) as packed:
            _check_parts(packed)
            _check_content(packed)
    except UnreadableError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        refuse(DAMAGED)
    finally:
        file.seek(0)


def _check_parts(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    size = sum(part.compress_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        refuse(BOMB)
    if unpacked > FREE_OF_RATIO and unpacked > MAX_RATIO * max(size, 1):
        refuse(BOMB)
    _check_names(parts)


def _check_names(parts: Sequence[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts) or "EncryptedPackage" in names:
        refuse(LOCKED)
    if any(name.startswith(("/", "\\")) or ".." in name or ":" in name for name in names):
        refuse(STRANGE)
    if len(set(names)) != len(names):
        refuse(STRANGE)
    lowered = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
        refuse(MACROS)
    if any(name.startswith("xl/externallinks/") for name in lowered):
        refuse(LINKS)
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        refuse(N_("这不是 .xlsx 工作簿，请用模板，或另存为 .xlsx 再上传"))


def _check_content(packed: zipfile.ZipFile) -> None:
    """Read every part once, in pieces: sizes that were declared wrongly are found here, too."""
    total = cells = 0
    for part in packed.infolist():
        is_sheet = part.filename.startswith("xl/worksheets/")
        is_text = part.filename.endswith((".xml", ".rels"))
        for piece, fresh, is_first in _pieces(packed, part):
            total += fresh
            if total > MAX_UNPACKED:
                refuse(BOMB)
            if is_text:
                _check_text(piece, is_first=is_first)
            if is_sheet:
                cells += len(CELL.findall(piece))
                _check_spread(piece)
        if cells > MAX_CELLS:
            refuse(BOMB)


def _pieces(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, int, bool]]:
    """Yield pieces of a part that overlap a little, how much of each is new, and the first."""
    with packed.open(part) as stream:
        rest, is_first = b"", True
        while fresh := stream.read(PIECE):
            yield rest + fresh, len(fresh), is_first
            rest, is_first = fresh[-OVERLAP:], False


def _check_text(piece: bytes, *, is_first: bool) -> None:
    if is_first and piece.startswith(UTF_16):
        refuse(STRANGE)
    if ENTITY.search(piece):
        refuse(STRANGE)
    if b"macroEnabled" in piece:
        refuse(MACROS)


def _check_spread(piece: bytes) -> None:
    """Refuse what spreads over more cells than a table has, declared or real (FILE-02)."""
    declared = DIMENSION.search(piece)
    ends = [declared[1].decode().replace("$", "").rpartition(":")[2]] if declared else []
    ends += [f"{column.decode()}{row.decode()}" for column, row in PLACE.findall(piece)[-1:]]
    corners = (CORNER.match(end) for end in ends)
    if any(_column(one[1]) * int(one[2]) > MAX_CELLS for one in corners if one):
        refuse(TOO_SPREAD)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _rows_of_child(file: IO[bytes]) -> Iterator[NumberedRow]:
    """Yield what a child process reads; it has little memory, little time and no application."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "book.xlsx"
        with path.open("wb") as copy:
            while piece := file.read(PIECE):
                copy.write(piece)
        program = [sys.executable, "-I", str(CHILD), str(path), str(MEMORY), str(SECONDS)]
        child = subprocess.Popen(  # noqa: S603 - the own interpreter on an own file
            program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        try:
            if child.stdout is not None:
                yield from _parsed(child.stdout)
            if child.wait(SECONDS) != 0:
                refuse(DAMAGED)
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _parsed(lines: IO[bytes]) -> Iterator[NumberedRow]:
    for line in lines:
        try:
            rows = json.loads(line)
        except ValueError:
            refuse(DAMAGED)
        yield from rows
