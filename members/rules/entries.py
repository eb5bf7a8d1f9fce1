"""The paper on which somebody agreed who is entered by another (domain.md MEM-10, scenario 44)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown

MAX_PAPER_NUMBER = 40


class EntryWay(StrEnum):
    """How somebody was entered by another: typed one by one, or out of a list."""

    TYPED = "typed"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Paper:
    """When somebody signed, who saw it, and the number under which the paper is kept."""

    signed_on: date | None = None
    witness: str = ""
    number: str = ""


def check_paper_number(text: str, field: str = "paper_number") -> str:
    """Return the number of a paper, which may be missing. Raises RuleViolation."""
    number = check_shown(text.strip(), field)
    if len(number) > MAX_PAPER_NUMBER:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=MAX_PAPER_NUMBER)
    return number
