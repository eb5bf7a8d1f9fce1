"""Codes, ID numbers and phones in bulk: no two equal, none of a real person, none looked up.

Equal steps through a range of numbers meet each number once when step and range have no common
divisor; a step near the golden section scatters them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from core.crypto import CODE_ALPHABET
from people.rules import Sex
from people.rules.documents import ID_CHECKS, ID_WEIGHTS

PAIRS = [one + other for one in CODE_ALPHABET for other in CODE_ALPHABET]
BASE = len(PAIRS)
HALF = BASE * BASE
GOLDEN = 0.6180339887
REGION = "339900"  # no county has this code
PHONE_PREFIX = "154"  # no network gives these numbers out
PHONES = 100_000_000
PHONE_STEP = 61_803_399


def codes(pairs: int, seed: int) -> Iterator[str]:
    """Yield different codes of twice as many characters, as opaque as `core.crypto.opaque_code`."""
    many = BASE**pairs
    step = int(many * GOLDEN)
    step += 1 if step % len(CODE_ALPHABET) == 0 else 0
    number = seed * 7_919 % many
    while True:
        number = (number + step) % many
        rest, text = number, ""
        for _ in range(pairs):
            rest, place = divmod(rest, BASE)
            text += PAIRS[place]
        yield text


def long_codes(seed: int) -> Iterator[str]:
    """Yield different codes of eight characters: as `codes(4, seed)`, faster."""
    many = HALF * HALF
    step = int(many * GOLDEN)
    step += 1 if step % len(CODE_ALPHABET) == 0 else 0
    number = seed * 7_919 % many
    pairs, base = PAIRS, BASE
    while True:
        number = (number + step) % many
        high, low = divmod(number, HALF)
        yield pairs[low % base] + pairs[low // base] + pairs[high % base] + pairs[high // base]


class ResidentIds:
    """Valid resident ID numbers of people born in a span of days; the n-th is always the same."""

    def __init__(self, first: date, last: date) -> None:
        days = (last - first).days + 1
        born = [first + timedelta(days=number) for number in range(days)]
        self.born = [day.isoformat() for day in born]
        self.heads = [f"{REGION}{day:%Y%m%d}" for day in born]
        self.sums = [_weighted(head, 0) for head in self.heads]
        self.tails = [f"{number:03d}" for number in range(1000)]
        self.tail_sums = [_weighted(tail, 14) for tail in self.tails]
        self.days = days
        self.step = next(step for step in (7919, 7907, 7901) if days % step)

    def __getitem__(self, number: int) -> tuple[str, str, Sex]:
        """Return ID number, birth day and sex of the n-th; IndexError beyond 500 a day."""
        block, place = divmod(number, self.days)
        day = place * self.step % self.days
        serial = 2 * block + (number & 1)
        check = ID_CHECKS[(self.sums[day] + self.tail_sums[serial]) % 11]
        text = f"{self.heads[day]}{self.tails[serial]}{check}"
        return text, self.born[day], Sex.MALE if serial & 1 else Sex.FEMALE


def _weighted(digits: str, offset: int) -> int:
    return sum(int(digit) * ID_WEIGHTS[offset + place] for place, digit in enumerate(digits))


def phone(number: int) -> str:
    """Return the n-th mobile number: valid in form, given out by no network."""
    return f"{PHONE_PREFIX}{number * PHONE_STEP % PHONES:08d}"


class Serials:
    """Member and volunteer numbers of one county, kind and year: serial 1 upwards.

    Equal to `members.rules.member_number`, with the check character worked out from parts.
    """

    def __init__(self, head: str) -> None:
        self.head = head
        self.last = 0
        self._sum = 0
        for digit in head:
            self._sum = (self._sum + int(digit)) * 2 % 11

    def take(self) -> str:
        """Return the next number."""
        self.last += 1
        high, low = divmod(self.last, 1000)
        weighted = self._sum * 64 + HIGH_WEIGHTED[high] + LOW_WEIGHTED[low]
        return f"{self.head}{self.last:06d}{NUMBER_CHECKS[weighted % 11]}"


NUMBER_CHECKS = "10X98765432"  # ISO 7064 MOD 11-2 by the weighted sum
LOW_WEIGHTED = [
    high * 8 + middle * 4 + low * 2
    for high in range(10)
    for middle in range(10)
    for low in range(10)
]
HIGH_WEIGHTED = [weighted * 8 for weighted in LOW_WEIGHTED]
