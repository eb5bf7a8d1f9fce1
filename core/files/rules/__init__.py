"""What a file is, by its content and never by its name (security.md FILE-06, FILE-07). Pure.

Images are put together anew from the parts that make the picture: positions, names of cameras,
comments and whatever follows the end of the picture are gone, and with them most files that are
two things at once. PDFs lose what they tell of their author.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.files.rules.pdf import blanked
from core.rules import N_, RuleViolation

MAX_BYTES = 1_900_000
"""Bytes of one file; a whole request has 2 MiB."""
MAX_PIXELS = 40_000_000
MAX_NAME = 60
FORBIDDEN_IN_NAMES = frozenset('/\\"<>:|?*;%')

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"})
JPEG_SIGNATURE = b"\xff\xd8\xff"
PDF_SIGNATURE = b"%PDF-"
PDF_END, PDF_TAIL = b"%%EOF", 1024
ORIENTATION = 0x0112


class FileKind(StrEnum):
    """Kinds of files that are taken."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
}
SUFFIXES = {FileKind.PDF: ".pdf", FileKind.JPEG: ".jpg", FileKind.PNG: ".png"}


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of a file."""

    kind: FileKind
    data: bytes


def read_content(data: bytes, field: str = "file") -> Content:
    """Return what is kept of a file that somebody handed in.

    Raises RuleViolation for nothing, too much, another kind, or a damaged file.
    """
    if not data:
        raise RuleViolation(field, N_("请选择文件"))
    if len(data) > MAX_BYTES:
        raise RuleViolation(field, N_("文件太大，每个最多 1.9 MB"))
    try:
        if data.startswith(PDF_SIGNATURE):
            return Content(FileKind.PDF, _checked_pdf(data))
        if data.startswith(PNG_SIGNATURE):
            return Content(FileKind.PNG, _clean_png(data))
        if data.startswith(JPEG_SIGNATURE):
            return Content(FileKind.JPEG, _clean_jpeg(data))
    except (ValueError, IndexError, struct.error) as error:
        if isinstance(error, RuleViolation):
            raise
        raise RuleViolation(field, N_("文件打不开，可能已损坏，请重新拍照或导出")) from error
    raise RuleViolation(field, N_("只收 PDF、JPG、PNG 文件"))


def shown_name(name: str, kind: FileKind) -> str:
    """Return the name under which a file is given out: one plain line with its true suffix."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    if "." in stem:
        stem = stem.rpartition(".")[0]
    kept = "".join(
        sign
        for sign in stem
        if sign.isprintable()
        and sign not in FORBIDDEN_IN_NAMES
        and unicodedata.category(sign) != "Cf"
    )
    plain = " ".join(kept.split()).strip(". ")[:MAX_NAME]
    return (plain or "file") + SUFFIXES[kind]


def _checked_pdf(data: bytes) -> bytes:
    if PDF_END not in data[-PDF_TAIL:]:
        message = "no end"
        raise ValueError(message)
    return blanked(data)


def _check_size(width: int, height: int) -> None:
    if not (width and height):
        message = "no picture"
        raise ValueError(message)
    if width * height > MAX_PIXELS:
        raise RuleViolation("file", N_("图片太大，最多 4000 万像素"))


# ------------------------------------------------------------------------------ PNG


def _clean_png(data: bytes) -> bytes:
    parts = [PNG_SIGNATURE]
    for kind, body in _png_chunks(data):
        if kind == b"IHDR":
            _check_size(*struct.unpack(">II", body[:8]))
        if kind in PNG_KEPT:
            sum_of_it = zlib.crc32(kind + body)
            parts.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sum_of_it))
    return b"".join(parts)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of every chunk up to the end. Raises ValueError for a damaged one."""
    place, number = len(PNG_SIGNATURE), 0
    while True:
        (length,) = struct.unpack_from(">I", data, place)
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        (told,) = struct.unpack_from(">I", data, place + 8 + length)
        if (number == 0) != (kind == b"IHDR") or told != zlib.crc32(kind + body):
            message = "damaged chunk"
            raise ValueError(message)
        yield kind, body
        if kind == b"IEND":
            return
        place, number = place + 12 + length, number + 1


# ------------------------------------------------------------------------------ JPEG

_SOI, _EOI, _SOS, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
#: Markers without a body: restarts, and the one that stands for nothing.
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
#: JFIF and Adobe tell how colours are meant, in so many bytes; what else stands there, small
#: pictures of the first one among it, and everything else beside the picture goes.
_KEPT_APPS = {0xE0: (b"JFIF\0", 12), 0xEE: (b"Adobe", 12)}
_APPS_AND_COMMENTS = frozenset({*range(0xE0, 0xF0), 0xFE})


def _clean_jpeg(data: bytes) -> bytes:
    parts, turned, has_frame = [b"\xff\xd8"], b"", False
    for marker, body, scan in _jpeg_segments(data):
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", body[1:5])
            _check_size(width, height)
            has_frame = True
        if marker == _APP1 and not turned:
            turned = _orientation_only(body)
            parts.append(turned)
        kept = _kept_of_app(marker, body) if marker in _APPS_AND_COMMENTS else body
        if kept is not None:
            head = struct.pack(">BBH", 0xFF, marker, len(kept) + 2)
            parts.append(head + kept + scan)
    if not has_frame:
        message = "no picture"
        raise ValueError(message)
    return b"".join([*parts, b"\xff\xd9"])


def _kept_of_app(marker: int, body: bytes) -> bytes | None:
    """Return what is kept of a segment beside the picture, None for nothing."""
    name, length = _KEPT_APPS.get(marker, (b"", 0))
    if not name or not body.startswith(name) or len(body) < length:
        return None
    return body[:length] + (b"\0\0" if name == b"JFIF\0" else b"")  # no thumbnail: 0 by 0


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield marker, body and, of a scan, its data, up to the end of the picture."""
    place = 2
    while True:
        if data[place] != 0xFF:  # noqa: PLR2004
            message = "no marker"
            raise ValueError(message)
        marker = data[place + 1]
        if marker == _EOI:
            return
        if marker == 0xFF or marker in _BARE:  # noqa: PLR2004
            place += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        end = place + 2 + length
        if length < 2 or end > len(data):  # noqa: PLR2004
            message = "damaged segment"
            raise ValueError(message)
        after = _end_of_scan(data, end) if marker == _SOS else end
        yield marker, data[place + 4 : end], data[end:after]
        place = after


def _end_of_scan(data: bytes, place: int) -> int:
    """Return where the data of a scan end: at the next marker that is no restart."""
    while True:
        place = data.index(b"\xff", place)
        follows = data[place + 1]
        if follows != 0 and follows not in _BARE:
            return place
        place += 2


def _orientation_only(body: bytes) -> bytes:
    """Return a segment that tells nothing but how the camera was turned; nothing where unknown."""
    if not body.startswith(b"Exif\0\0") or len(body) < 14:  # noqa: PLR2004
        return b""
    order = "<" if body[6:8] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", body, 10)
        (count,) = struct.unpack_from(f"{order}H", body, 6 + first)
        for number in range(count):
            place = 8 + first + 12 * number
            tag, _kind, _amount, value = struct.unpack_from(f"{order}HHIH", body, place)
            if tag == ORIENTATION and 1 < value <= 8:  # noqa: PLR2004
                return _exif(value)
    except struct.error:
        return b""
    return b""


def _exif(orientation: int) -> bytes:
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0)
    body = b"Exif\0\0MM\0\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body
