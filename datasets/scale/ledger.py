"""The chained ledger and the yearly totals beside it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from core.chain import GENESIS
from datasets.scale.serving import Helper, Pattern
from datasets.scale.writing import Loader
from volunteers.rules import ServiceMethod

if TYPE_CHECKING:
    from datasets.scale.hours import Day

LEDGER = (
    "id kind record_id reverses_id pseudonym organization_id starts_at ends_at minutes method"
    " entered_by_id entered_at reason sequence digest"
)
CREDIT, REVERSAL = "credit", "reversal"
IMPORTED = ServiceMethod.IMPORTED.value


class Chain:
    """Ledger entries one after the other, each sealed onto the one before.

    The sealed text is the one of `core.chain.link` over `LedgerEntry.facts`, written directly:
    ten million times at the full size.
    """

    def __init__(self, loader: Loader) -> None:
        self.sheet = loader.sheet("ledger_entries", LEDGER)
        self.blob, self.null = loader.spelling.blob, loader.spelling.null
        self.sequence = 0
        self.digest = GENESIS
        self.seconds = (0, 0, 0)

    def credit(
        self, record: int, helper: Helper, shape: Pattern, day: Day, reason: str = ""
    ) -> None:
        """Seal the credit of a record."""
        _, _, organization, _, keeper, pseudonym, _ = helper
        _, _, start, minutes, _, method, _ = shape
        method = IMPORTED if day.imported else method
        end, entered = start + minutes, day.decided_second
        first, last = day.second + start * 60, day.second + end * 60
        self.sequence = number = self.sequence + 1
        self.seconds = (first, last, entered)
        text = (
            f'[{number},"credit",{record},null,"{pseudonym}",{organization},{first},{last},'
            f'{minutes},"{method}",{keeper},{entered},"{reason}"]'
        )
        self.digest = digest = sha256(self.digest + text.encode()).digest()
        self.sheet.add(
            (
                number, CREDIT, record, self.null, pseudonym, organization, day.times[start],
                day.times[end], minutes, method, keeper, day.decided, reason, number,
                self.blob(digest),
            )
        )  # fmt: skip

    def reverse_last(self, reason: str) -> None:
        """Seal the reversal of the entry before."""
        credit, start, end, entered = self.sequence, *self.seconds
        (
            _, _, record, _, pseudonym, organization, starts_at, ends_at,
            minutes, method, by, entered_at, _, _, _,
        ) = self.sheet.rows[-1]  # fmt: skip
        self.sequence = number = credit + 1
        text = (
            f'[{number},"reversal",{record},{credit},"{pseudonym}",{organization},{start},{end},'
            f'{-minutes},"{method}",{by},{entered},"{reason}"]'
        )
        self.digest = digest = sha256(self.digest + text.encode()).digest()
        self.sheet.add(
            (
                number, REVERSAL, record, credit, pseudonym, organization, starts_at, ends_at,
                -minutes, method, by, entered_at, reason, number, self.blob(digest),
            )
        )  # fmt: skip


class Totals:
    """Confirmed and waiting minutes of every volunteer by year."""

    def __init__(self, volunteers: int) -> None:
        self.volunteers = volunteers
        self.years: dict[int, tuple[array[int], array[int]]] = {}

    def of(self, year: int) -> tuple[array[int], array[int]]:
        """Return the confirmed and the waiting minutes of a year, to be changed in place."""
        if year not in self.years:
            empty = bytes(4 * self.volunteers)
            self.years[year] = array("I", empty), array("I", empty)
        return self.years[year]

    def rows(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield volunteer id, year, confirmed and waiting minutes."""
        for number in range(self.volunteers):
            for year, (confirmed, waiting) in sorted(self.years.items()):
                if confirmed[number] or waiting[number]:
                    yield number + 1, year, confirmed[number], waiting[number]
