"""Which numbers of few people are hidden, and what has to be hidden with them. Pure (AZ-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: One number missing in a table of which the sum is known is no secret.
FEWEST_HIDDEN = 2


@dataclass(frozen=True, slots=True)
class Veil:
    """What is hidden of one number in a table: rows of too few people, and rows to cover them."""

    rows: frozenset[int]
    zeros: bool = False
    all_rows: bool = False

    def hides(self, row: int, value: int) -> bool:
        """Return whether the number of a row must not be shown."""
        return self.all_rows or row in self.rows or (self.zeros and value == 0)


NOTHING = Veil(frozenset())


def veil(
    smallest: Mapping[int, int], few: Iterable[int], floor: int, *, is_sum_hidden: bool = False
) -> Veil:
    """Return what is hidden of one number among rows of which the sum is known.

    ``smallest`` maps the rows with the smallest numbers above zero, ``floor`` and one more of them
    where there are so many; ``few`` are those that must not be shown. Where one row alone is
    hidden, or all hidden together are still few, what the others leave of the sum would tell: the
    next smallest is hidden too, and where no other row has anything, all that have nothing are.
    A sum that is itself hidden would be told by its rows: then some are hidden too.
    """
    hidden = [row for row in few if row in smallest]
    others = sorted((value, row) for row, value in smallest.items() if row not in hidden)
    while (hidden or is_sum_hidden) and not _is_enough(hidden, smallest, floor):
        if not others:
            return Veil(frozenset(hidden), zeros=bool(hidden))
        hidden.append(others.pop(0)[1])
    return Veil(frozenset(hidden))


def _is_enough(hidden: list[int], smallest: Mapping[int, int], floor: int) -> bool:
    return len(hidden) >= FEWEST_HIDDEN and sum(smallest[row] for row in hidden) >= floor
