"""Reads the text of a PDF as a reader program does: characters by the tables of its fonts."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """Return every piece of text in its order, joined. Fails on a glyph that is .notdef."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {
        name: _characters(_stream(objects[int(_after(rb"/ToUnicode (\d+)", objects[int(place)]))]))
        for body in objects.values()
        if b"/ProcSet" in body
        for name, place in re.findall(rb"/(F\d+) (\d+) 0 R", body)
    }
    found = []
    for body in objects.values():
        if b"/Contents" in body:
            page = _stream(objects[int(_after(rb"/Contents (\d+)", body))])
            found.append(_read(page, fonts))
    return "".join(found)


def _read(page: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    pieces, font = [], b""
    for name, piece in SHOWN.findall(page):
        if name:
            font = name
            continue
        plain = re.sub(
            rb"\\(.)", lambda found: ESCAPED.get(found[1], found[1]), piece, flags=re.DOTALL
        )
        codes = [int.from_bytes(plain[at : at + 2]) for at in range(0, len(plain), 2)]
        assert 0 not in codes, "a glyph is .notdef"
        pieces.append("".join(fonts[font][code] for code in codes))
    return "".join(pieces)


def _characters(table: bytes) -> dict[int, str]:
    found = {}
    for code, signs in re.findall(rb"^<([0-9A-F]+)> <([0-9A-F]+)>$", table, re.MULTILINE):
        found[int(code, 16)] = bytes.fromhex(signs.decode()).decode("utf-16-be")
    return found


def _stream(body: bytes) -> bytes:
    match = STREAM.search(body)
    assert match is not None
    return zlib.decompress(match[1]) if b"/FlateDecode" in body else match[1]


def _after(pattern: bytes, body: bytes) -> bytes:
    match = re.search(pattern, body)
    assert match is not None
    return match[1]
