"""What a search text asks for among members and volunteers (ux.md 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from members.rules.memberships import is_member_number

MAX_SEARCH = 40
PHONE_TAIL = 4
MOBILE_DIGITS = 11


class SearchKind(StrEnum):
    """By what a member is looked for."""

    WORDS = "words"
    PHONE_TAIL = "phone_tail"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Search:
    """A search text in the form that its column is compared with."""

    kind: SearchKind
    text: str


def read_search(text: str) -> Search | None:
    """Return what a search text asks for; nothing for an empty one (ux.md 2.6)."""
    words = "".join(text.split()).casefold()[:MAX_SEARCH]
    if not words:
        return None
    if len(words) == PHONE_TAIL and words.isascii() and words.isdigit():
        return Search(SearchKind.PHONE_TAIL, words)
    if is_member_number(words.upper()):
        return Search(SearchKind.NUMBER, words.upper())
    return Search(SearchKind.WORDS, words)


def tells_too_much(text: str) -> bool:
    """Return whether a search text holds a whole phone or ID number: no address may keep it.

    A member number is told from an ID number by its year (security.md PRV-07).
    """
    digits = [char for char in text if char.isdigit()]
    if len(digits) < MOBILE_DIGITS:
        return False
    plain = "".join(text.split()).upper()
    return not (is_member_number(plain) and plain[7:9] in {"19", "20"})
