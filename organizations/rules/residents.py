"""Tables of how many people live in divisions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.rules import N_, RuleViolation

FIRST_YEAR, SOURCE_MAX = 1949, 200


@dataclass(frozen=True, slots=True)
class ResidentsRow:
    """How many people lived in a division in a year, and who published it."""

    code: str
    year: int
    people: int
    source: str


def read_residents(lines: Iterable[Mapping[str, str]], today: date) -> Iterator[ResidentsRow]:
    """Yield the rows of a table: ``code``, ``year``, ``people``, ``source``.

    Raises RuleViolation for a number that is none, a year to come, and without a source.
    """
    for line in lines:
        code, source = (line.get(name) or "" for name in ("code", "source"))
        year, people = (_number(line.get(name) or "", name, code) for name in ("year", "people"))
        if not FIRST_YEAR <= year <= today.year:
            raise RuleViolation("year", N_("年份不对：%(code)s"), code=code)
        if not 1 <= len(source.strip()) <= SOURCE_MAX:
            raise RuleViolation("source", N_("请写明来源，最多 200 字：%(code)s"), code=code)
        if not people:
            raise RuleViolation("people", N_("人口数要大于 0，没有数就不要填：%(code)s"), code=code)
        yield ResidentsRow(code, year, people, source.strip())


def _number(text: str, name: str, code: str) -> int:
    digits = text.replace(",", "").strip()
    if not (digits.isascii() and digits.isdigit()):
        raise RuleViolation(name, N_("要填整数：%(code)s"), code=code)
    return int(digits)
