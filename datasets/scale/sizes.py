"""How many of everything: L is the whole province, S and M are smaller in proportion."""

from __future__ import annotations

from dataclasses import dataclass

ADULTS = 680_500  # domain.md 6.3: adult members
VOLUNTEERS = 275_500  # domain.md 6.3: registered volunteers
YOUTH = 1_748_800  # domain.md 6.3: youth members
RECORDS = 10_000_000
GRASSROOTS = 20_700  # domain.md 6.3: grassroots organizations
SCHOOLS = 4_935  # 4,685 branches are 94.93 % of them (domain.md 6.3)
BRANCHES = 4_685
WAITING = 4_000
PEOPLE = ADULTS + VOLUNTEERS + YOUTH
BUSY = 600


@dataclass(frozen=True, slots=True)
class Size:
    """The numbers of one size; nobody is both a member and a volunteer.

    ``busy`` is the number of adult members and again of volunteers at the one unit where pages
    are measured, the same at every size so that its pages hold the same rows.
    """

    adults: int
    volunteers: int
    youth: int
    records: int
    grassroots: int
    schools: int
    branches: int
    waiting: int
    busy: int

    @property
    def people(self) -> int:
        return self.adults + self.volunteers + self.youth


def scaled(people: int, records: int, busy: int = BUSY) -> Size:
    """Return the size of so many people, everything but the hour records in proportion."""

    def part(number: int) -> int:
        return (number * people + PEOPLE // 2) // PEOPLE

    adults, volunteers = part(ADULTS), part(VOLUNTEERS)
    schools = max(part(SCHOOLS), 20)
    return Size(
        adults=adults,
        volunteers=volunteers,
        youth=people - adults - volunteers,
        records=records,
        grassroots=part(GRASSROOTS),
        schools=schools,
        branches=schools * BRANCHES // SCHOOLS,
        waiting=max(part(WAITING), 20),
        busy=busy,
    )


SIZES = {
    "S": scaled(10_000, 100_000),
    "M": scaled(270_000, 1_000_000),
    "L": scaled(PEOPLE, RECORDS),
}
