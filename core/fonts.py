"""Fonts for paper: a Chinese face, faces for rare characters, and what none of them has (CERT-05).

Nothing is dropped: a character that no face has is written as its number, ``[U+20BB7]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
#: Installed by name through package.json.
MAIN = ROOT / "node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"
#: Debian's fonts-hanazono: characters of Extension B and later.
RARE = (
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
)
#: A deployment may put further faces here, inside its instance folder.
OWN = "fonts"


def faces(instance: Path) -> list[Path]:
    """Return the faces that exist, the main one first. Raises FileNotFoundError without that."""
    if not MAIN.is_file():
        message = f"{MAIN.name} is missing: run make setup"
        raise FileNotFoundError(message)
    own = sorted((instance / OWN).glob("*.[to]tf"))
    return [MAIN, *(path for path in (*own, *RARE) if path.is_file())]


@lru_cache(maxsize=16)
def coverage(face: Path) -> frozenset[int]:
    """Return the code points that a face has a sign for."""
    with TTFont(face, lazy=True, fontNumber=0) as font:
        return frozenset(font.getBestCmap() or ())


def needed(texts: Iterable[str], known: Sequence[Path]) -> list[Path]:
    """Return the main face, and of the others those without which a character would be missing."""
    left = {ord(sign) for text in texts for sign in text} - coverage(known[0])
    chosen = [known[0]]
    for face in known[1:]:
        if found := left & coverage(face):
            chosen.append(face)
            left -= found
    return chosen


def shown(text: str, known: Sequence[Path]) -> str:
    """Return the text with each character that no face has written as its number."""
    return "".join(
        sign if any(ord(sign) in coverage(face) for face in known) else f"[U+{ord(sign):04X}]"
        for sign in text
    )


def runs(text: str, known: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield a text in pieces, each with the first face that has all its characters."""
    for face, signs in groupby(shown(text, known), lambda sign: _face_of(sign, known)):
        yield face, "".join(signs)


def _face_of(sign: str, known: Sequence[Path]) -> Path:
    return next((face for face in known if ord(sign) in coverage(face)), known[0])
