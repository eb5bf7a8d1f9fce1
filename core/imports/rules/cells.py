"""Single cells: what they hold, and how a file holds them without running anything (EXP-02)."""

from __future__ import annotations

import re
import unicodedata

MAX_CELL = 400
ID_LIKE = re.compile(r"[0-9]{17}[0-9Xx]")
#: The number that schools know a pupil by holds the ID number: it is never kept (domain.md SCH-13).
PUPIL_NUMBER = re.compile(r"[GJLgjl][0-9]{17}[0-9Xx]")
PUPIL_LENGTH = 19
PHONE_LIKE = re.compile(r"1[3-9][0-9]{9}")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
NOT_IN_HEADER = re.compile(r"[\s*＊:：_\-./、]")
SAMPLE = "示例"


def clean_cell(text: str) -> str:
    """Return the text of a cell as it is kept: NFC, trimmed, unguarded, not endless.

    A pupil number leaves nothing behind.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    cell = text[: MAX_CELL + 1].strip()
    if cell.startswith(GUARD):
        cell = unguarded(cell)
    return "" if len(cell) == PUPIL_LENGTH and PUPIL_NUMBER.fullmatch(cell) else cell


def guarded(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (EXP-02)."""
    return GUARD + text if text.startswith((*DANGEROUS, GUARD)) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded: whatever goes out comes back as it was."""
    rest = text.removeprefix(GUARD)
    return rest if rest != text and rest.startswith((*DANGEROUS, GUARD)) else text


def bare_header(text: str) -> str:
    """Return a heading without what people decorate it with: stars, colons, bracketed remarks."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CELL]).casefold()
    return NOT_IN_HEADER.sub("", BRACKETS.sub("", folded))


def is_sample(name: str) -> bool:
    """Return whether a row is the sample of the template, left where it stood."""
    return name.startswith(SAMPLE)
