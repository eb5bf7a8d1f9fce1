"""Cells that no spreadsheet takes for a formula or a number (security.md EXP-02, EXP-03). Pure."""

from __future__ import annotations

import re
import unicodedata

QUOTE = "'"
_STARTS_FORMULA = "=+-@"
_BREAKS = "\t\r\n"
#: Digits that a spreadsheet would round or write as 3.3E+17: numbers of people and phones.
_LONG_NUMBER = re.compile(r"[0-9]{11,}[Xx]?")


def is_risky(text: str) -> bool:
    """Return whether a spreadsheet may run a text as a formula, or round it as a number.

    Full-width and small forms count like the plain ones, and what stands behind spaces or signs
    that no screen shows.
    """
    if text[:1] and text[0] in _BREAKS:
        return True
    seen = text.lstrip()
    while seen and unicodedata.category(seen[0]) in {"Cf", "Cc"}:
        seen = seen[1:].lstrip()
    first = unicodedata.normalize("NFKC", seen[:1])
    return first in _STARTS_FORMULA if first else False


def must_stay_text(text: str) -> bool:
    """Return whether a cell needs to be told that it is text.

    Asked of every cell: most begin with a letter, and then nothing can be wrong with them.
    """
    first = text[:1]
    if first.isalpha():
        return False
    if first.isdecimal():
        return _LONG_NUMBER.fullmatch(text.strip()) is not None
    return is_risky(text) or _LONG_NUMBER.fullmatch(text.strip()) is not None


def guarded(text: str) -> str:
    """Return a cell for a file without types (CSV): risky ones with an apostrophe before them."""
    return QUOTE + text if must_stay_text(text.lstrip(QUOTE)) else text


def unguarded(text: str) -> str:
    """Return what a cell said before ``guarded``: reading a file back restores every value."""
    if text.startswith(QUOTE) and must_stay_text(text.lstrip(QUOTE)):
        return text[1:]
    return text
