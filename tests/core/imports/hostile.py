"""Files that nobody should open, made here and never kept (security.md FILE-02..05)."""

from __future__ import annotations

import zipfile
from io import BytesIO

HEADER = ["姓名", "身份证号", "手机号"]
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/'
    'package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
    'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/'
    'xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>"
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/{kind}" Target="{target}"/></Relationships>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    '<?xml version="1.0"?>{prolog}<worksheet xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main">{dimension}<sheetData>{rows}</sheetData></worksheet>'
)


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def head() -> str:
    cells = "".join(cell(f"{'ABC'[at]}1", text) for at, text in enumerate(HEADER))
    return f'<row r="1">{cells}</row>'


def workbook(
    rows: str = "",
    dimension: str = "",
    prolog: str = "",
    extra: dict[str, bytes] | None = None,
    types: str = TYPES,
    sheet: bytes | None = None,
) -> bytes:
    """Return a workbook put together by hand, with whatever else is to be inside."""
    out = BytesIO()
    text = SHEET.format(prolog=prolog, dimension=dimension, rows=head() + rows)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", types)
        target = {"kind": "officeDocument", "target": "xl/workbook.xml"}
        packed.writestr("_rels/.rels", RELATIONS.format(**target))
        packed.writestr("xl/workbook.xml", BOOK)
        target = {"kind": "worksheet", "target": "worksheets/sheet1.xml"}
        packed.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(**target))
        packed.writestr("xl/worksheets/sheet1.xml", sheet or text.encode())
        for name, content in (extra or {}).items():
            packed.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """Return a small workbook that unpacks to 115 MB (FILE-03)."""
    return workbook(extra={"xl/sharedStrings.xml": b" " * 115_000_000})


def sparse() -> bytes:
    """Return a workbook with a cell in the last corner of the sheet (FILE-02)."""
    last = f'<row r="1048576">{cell("XFD1048576", "x")}</row>'
    return workbook(last, '<dimension ref="A1:XFD1048576"/>')


def hidden_sparse() -> bytes:
    """Return one that does not declare how far it goes."""
    return workbook(f'<row r="1048576">{cell("XFD1048576", "x")}</row>')


def many_parts() -> bytes:
    return workbook(extra={f"xl/media/{number}.bin": b"x" for number in range(1001)})


def many_cells() -> bytes:
    """Return a workbook of more cells than are read, each of a few letters."""
    rows = "".join(f"<row>{'<c/>' * 500}</row>" for _ in range(4200))
    return workbook(rows, extra={"xl/ballast.bin": bytes(range(256)) * 4000})


def flagged() -> bytes:
    """Return a workbook whose parts say that they are encrypted."""
    content = bytearray(workbook())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
MACRO_TYPES = TYPES.replace("sheet.main+xml", "sheet.macroEnabled.main+xml")
