"""What a PDF tells of its author is blanked where it stands (security.md FILE-07). Pure.

Every byte keeps its place, so the tables of a file stay right: words of the information dictionary
become spaces, descriptions (XMP) too, and what a camera wrote into a photo inside becomes zeros.
Compressed objects are written anew in the room they had. A file that is locked cannot be read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from core.rules import N_, RuleViolation

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_LENGTH = re.compile(rb"/Length\s+(\d{1,9})\b(?!\s+\d+\s+R)")
_INFO = re.compile(rb"/Info\s+(\d{1,10})\s+\d{1,5}\s+R")
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+R\b")
_STRING = re.compile(rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)|<[0-9A-Fa-f\s]*>(?!>)", re.DOTALL)
_LOCKED = re.compile(rb"/Encrypt\s+\d{1,10}\s+\d{1,5}\s+R|/Encrypt\s*<<")
_PACKED = (
    re.compile(rb"/Type\s*/ObjStm\b"),
    re.compile(rb"/N\s+(\d+)"),
    re.compile(rb"/First\s+(\d+)"),
)
_DESCRIPTION = re.compile(rb"/Type\s*/Metadata\b")
_PHOTO = re.compile(rb"/Filter\s*(?:\[\s*)?/DCTDecode\b")
_FLATE = re.compile(rb"/Filter\s*(?:\[\s*)?/FlateDecode\b")
_APPS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_SCAN = 0xDA
MOST = 20_000_000
"""Bytes of all compressed object streams when they are unpacked."""


@dataclass(slots=True)
class _Room:
    """How many bytes may still be unpacked."""

    left: int

    def unpack(self, body: bytes) -> bytes:
        """Return a stream unpacked. Raises ValueError for a damaged one, and for too much."""
        unpacker = zlib.decompressobj()
        try:
            plain = unpacker.decompress(body, self.left)
        except zlib.error as error:
            raise ValueError("damaged stream") from error
        self.left -= len(plain)
        if unpacker.unconsumed_tail or self.left <= 0:
            raise ValueError("too long")
        return plain


def blanked(data: bytes) -> bytes:
    """Return a PDF of the same length that names nobody. Raises RuleViolation for a locked one."""
    if _LOCKED.search(data):
        raise RuleViolation("file", N_("PDF 加了密码，请去掉密码再上传"))
    kept, told = bytearray(data), {int(number) for number in _INFO.findall(data)}
    told |= {
        int(number)
        for start, end, own in _objects(data)
        if own in told
        for number in _REFERENCE.findall(data[start:end])
    }
    room = _Room(MOST)
    for start, end, number in _objects(data):
        stream = _stream_of(data, start, end)
        head = data[start : stream[0] if stream else end]
        if number in told:
            kept[start : start + len(head)] = _without_words(head)
        if stream:
            body = data[slice(*stream)]
            kept[slice(*stream)] = _without_traces(head, body, told, room)
    return bytes(kept)


def _objects(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield begin, end and number of every object that stands in the open."""
    place = 0
    while found := _OBJECT.search(data, place):
        end = data.find(b"endobj", found.end())
        stream = _stream_of(data, found.end(), len(data) if end < 0 else end)
        if stream:
            end = data.find(b"endobj", stream[1])
        end = len(data) if end < 0 else end
        yield found.end(), end, int(found[1])
        place = end


def _stream_of(data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Return where the stream of an object lies; by its length, else up to its last word."""
    found = _STREAM.search(data, start, end)
    if found is None:
        return None
    length = _LENGTH.search(data, start, found.start())
    if length:
        after = found.end() + int(length[1])
        if data[after : after + 20].lstrip(b"\r\n ").startswith(b"endstream"):
            return found.end(), after
    last = data.find(b"endstream", found.end())
    return found.end(), len(data) if last < 0 else last


def _without_traces(head: bytes, body: bytes, told: set[int], room: _Room) -> bytes:
    if _DESCRIPTION.search(head):
        return _fitted(b"", body) if _FLATE.search(head) else b" " * len(body)
    if _PHOTO.search(head):
        return _without_camera(body)
    if _PACKED[0].search(head) and told:
        return _repacked(head, body, told, room)
    return body


def _without_words(text: bytes) -> bytes:
    """Return the same text with blanks for the words of its strings."""

    def blank(found: re.Match[bytes]) -> bytes:
        string = found[0]
        inner = b" " if string.startswith(b"(") else b"0"
        return string[:1] + inner * (len(string) - 2) + string[-1:]

    return _STRING.sub(blank, text)


def _without_camera(photo: bytes) -> bytes:
    """Return a JPEG whose segments beside the picture hold zeros up to its first scan."""
    kept, place = bytearray(photo), 2
    while place + 4 <= len(kept) and kept[place] == 0xFF and kept[place + 1] != _SCAN:  # noqa: PLR2004
        length = int.from_bytes(kept[place + 2 : place + 4])
        begin, end = place + 4, min(place + 2 + length, len(kept))
        if kept[place + 1] in _APPS and begin < end:
            kept[begin:end] = bytes(end - begin)
        place += 2 + max(length, 2)
    return bytes(kept)


def _repacked(head: bytes, body: bytes, told: set[int], room: _Room) -> bytes:
    """Return a stream of objects in the room it had, the words of those that tell blanked."""
    count, first = (pattern.search(head) for pattern in _PACKED[1:])
    if count is None or first is None or not _FLATE.search(head):
        return body
    plain = room.unpack(body)
    begin = int(first[1])
    numbers = [int(part) for part in plain[:begin].split()[: 2 * int(count[1])]]
    starts = [begin + place for place in numbers[1::2]]
    for number, start, end in zip(numbers[::2], starts, [*starts[1:], len(plain)], strict=False):
        if number in told:
            plain = plain[:start] + _without_words(plain[start:end]) + plain[end:]
    return _fitted(plain, body)


def _fitted(plain: bytes, before: bytes) -> bytes:
    """Return the compressed text in exactly the room there was."""
    packed = zlib.compress(plain, 9)
    if len(packed) > len(before):
        raise RuleViolation("file", N_("PDF 里的作者信息去不掉，请打印成新的 PDF 再上传"))
    return packed + b"\n" * (len(before) - len(packed))
