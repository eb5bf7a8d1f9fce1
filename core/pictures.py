"""Pictures of papers for phones: text in faces that have its characters, tables, codes (S17).

Few shades of grey keep them small enough for a slow network (ux.md UX-P9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import segno
import structlog
from PIL import Image, ImageDraw, ImageFont

from core import fonts

WIDTH, MARGIN, GAP = 720, 40, 8
WHITE, GREY, BLACK = 255, 170, 0
SHADES = 4
QUIET = 4
LEADING = 1.45
log = structlog.get_logger("pictures")


class Picture:
    """A white sheet that is written from top to bottom and grows as it must."""

    def __init__(self, instance: Path, texts: Iterable[str]) -> None:
        """Raises FileNotFoundError where the fonts were not installed."""
        self.known = fonts.needed(texts, fonts.faces(instance))
        self.place = MARGIN
        self._image = Image.new("L", (WIDTH, 2 * WIDTH), WHITE)

    def line(self, text: str, size: int, *, centred: bool = False, shade: int = BLACK) -> None:
        """Write a paragraph over the whole width."""
        width = WIDTH - 2 * MARGIN
        for part in self._wrapped(text, size, width):
            left = MARGIN + ((width - self._length(part, size)) // 2 if centred else 0)
            self._write(part, size, left, self.place, shade)
            self.place += int(size * LEADING)

    def space(self, height: int) -> None:
        """Leave room."""
        self.place += height

    def rows(self, rows: Sequence[Sequence[str]], widths: Sequence[int], size: int) -> None:
        """Write a table; widths are shares of the whole width."""
        whole, step = WIDTH - 2 * MARGIN, int(size * LEADING)
        sides = [whole * share // sum(widths) for share in widths]
        for cells in rows:
            parts = [
                list(self._wrapped(cell, size, side - GAP))
                for cell, side in zip(cells, sides, strict=True)
            ]
            self._rule(self.place)
            left, top = MARGIN, self.place + GAP
            for lines, side in zip(parts, sides, strict=True):
                for number, part in enumerate(lines):
                    self._write(part, size, left, top + number * step, BLACK)
                left += side
            self.place = top + step * max(map(len, parts)) + GAP
        self._rule(self.place)
        self.place += 2 * GAP

    def qr(self, text: str, least: int) -> None:
        """Draw the code of a text at error correction M, in whole points and its quiet zone."""
        rows = list(segno.make_qr(text, error="m").matrix)
        count = len(rows) + 2 * QUIET
        unit = -(-least // count)
        left, top = (WIDTH - unit * count) // 2 + unit * QUIET, self.place + unit * QUIET
        draw = self._draw(self.place + unit * count)
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    corner = (left + x * unit, top + y * unit)
                    draw.rectangle((*corner, corner[0] + unit - 1, corner[1] + unit - 1), BLACK)
        self.place += unit * count

    def png(self) -> bytes:
        """Return the picture as far as it was written."""
        self._draw(self.place + MARGIN)
        whole = self._image.crop((0, 0, WIDTH, self.place + MARGIN))
        kept = BytesIO()
        whole.quantize(SHADES).save(kept, "PNG", optimize=True)
        return kept.getvalue()

    def _wrapped(self, text: str, size: int, width: int) -> Iterator[str]:
        """Yield the lines of a text: broken anywhere, as Chinese is, but for words of letters."""
        line, reached = "", 0.0
        for face, run in fonts.runs(text, self.known):
            font = _font(face, size)
            for sign in run:
                step = font.getlength(sign)
                if line and reached + step > width:
                    cut = line.rfind(" ") + 1 if sign.isascii() and sign.isalnum() else 0
                    kept = line[cut:] if cut and line[cut:].isascii() else ""
                    yield line.removesuffix(kept)
                    line, reached = kept, float(self._length(kept, size))
                line, reached = line + sign, reached + step
        yield line

    def _length(self, text: str, size: int) -> int:
        pieces = fonts.runs(text, self.known)
        return int(sum(_font(face, size).getlength(run) for face, run in pieces))

    def _write(self, text: str, size: int, left: int, top: int, shade: int) -> None:
        draw, reached = self._draw(top + 2 * size), float(left)
        for face, run in fonts.runs(text, self.known):
            font = _font(face, size)
            draw.text((reached, top + size), run, fill=shade, font=font, anchor="ls")
            reached += font.getlength(run)

    def _rule(self, top: int) -> None:
        self._draw(top + 1).line((MARGIN, top, WIDTH - MARGIN, top), GREY)

    def _draw(self, bottom: int) -> ImageDraw.ImageDraw:
        if bottom > self._image.height:
            taller = Image.new("L", (WIDTH, bottom + 2 * WIDTH), WHITE)
            taller.paste(self._image)
            self._image = taller
        return ImageDraw.Draw(self._image)


def drawn(make: Callable[[], bytes]) -> bytes | None:
    """Return a picture, or None where it cannot be drawn now: the screen says the same (S17)."""
    try:
        return make()
    except OSError as error:  # fonts that are missing or damaged
        log.warning("picture_failed", error=type(error).__name__)
        return None


def size_of(png: bytes | None) -> tuple[int, int] | None:
    """Return width and height as the head of a PNG tells them."""
    if png is None:
        return None
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


@lru_cache(maxsize=24)
def _font(face: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face), size)
