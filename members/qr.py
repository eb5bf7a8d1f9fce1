"""QR codes as one path of an SVG, drawn by the template itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_ZONE = 4


@dataclass(frozen=True, slots=True)
class QrPath:
    """The side of the square in modules, quiet zone included, and the dark modules as a path."""

    side: int
    d: str


@lru_cache(maxsize=256)
def qr_path(text: str) -> QrPath:
    """Return the code of a text at error correction M: a quarter may be covered or dirty."""
    rows = list(segno.make_qr(text, error="m").matrix)
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                parts.append(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z")
            x += length or 1
    return QrPath(len(rows) + 2 * QUIET_ZONE, "".join(parts))
