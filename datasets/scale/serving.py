"""Who serves when and what he does: the days of every volunteer over two years."""

from __future__ import annotations

from array import array
from random import Random
from typing import NamedTuple

from datasets.scale.people import entered_ago, pseudonyms
from datasets.scale.plan import DAYS, Plan
from datasets.scale.tree import shares
from datasets.scale.writing import Spelling
from volunteers.rules import ServiceField, ServiceMethod

BUSY_RECORDS = 40  # of each volunteer of the busy unit
BENCH_RECORDS = 160  # of the volunteers who sign in for measurements
BENCH_VOLUNTEERS = 3
WEIGHTS = (1, 2, 3, 4, 6, 8, 12, 20, 40)
PATTERNS = 1024
STATED_SHARE = 0.6
STARTS = 28  # quarters of an hour after eight in the morning; the last one ends before ten at night
PSEUDONYM_BITS = 128

TITLES = (
    ("社区义诊", ServiceField.HEALTH),
    ("急救演练", ServiceField.FIRST_AID),
    ("探访老人", ServiceField.AID),
    ("献血服务", ServiceField.BLOOD),
    ("防溺水巡查", ServiceField.DROWNING),
    ("物资整理", ServiceField.RELIEF_GOODS),
    ("生命教育讲解", ServiceField.LIFE_EDUCATION),
    ("救援备勤", ServiceField.RESCUE),
    ("造血干细胞宣传", ServiceField.STEM_CELLS),
    ("募捐现场服务", ServiceField.FUNDRAISING),
)
LENGTHS = (60, 90, 90, 120, 120, 120, 150, 180, 180, 240, 240, 300, 420)
METHODS = (
    *[ServiceMethod.SELF_REPORTED] * 6,
    *[ServiceMethod.SCANNED] * 3,
    ServiceMethod.ROLL_CALL,
)


class Pattern(NamedTuple):
    """What somebody did and when in the day, in minutes after eight o'clock."""

    title: str
    field: str
    start: int
    minutes: int
    stated: object
    method: str
    own: bool


def patterns(seed: int, spelling: Spelling) -> list[Pattern]:
    """Return the patterns from which records are drawn."""
    random = Random(seed)  # noqa: S311 - made-up data
    found = []
    for _ in range(PATTERNS):
        title, field = random.choice(TITLES)
        method = random.choice(METHODS)
        stated = method is ServiceMethod.SCANNED or random.random() < STATED_SHARE
        start = 15 * random.randrange(STARTS) if stated else 0
        own = method is not ServiceMethod.ROLL_CALL
        truth = spelling.true if stated else spelling.false
        minutes = random.choice(LENGTHS)
        found.append(Pattern(title, field.value, start, minutes, truth, method.value, own))
    return found


class Helper(NamedTuple):
    """A volunteer as the records need him; the places are positions in the list of spots."""

    person: int
    user: int
    organization: int
    handler: int
    keeper: int
    pseudonym: str
    place: int


def helpers_of(plan: Plan) -> list[Helper]:
    """Return every volunteer, in the order of the ids."""
    draw, found = pseudonyms(plan.seed), []
    for number in range(plan.size.volunteers):
        spot = plan.spots[plan.volunteer_at[number]]
        handler = plan.spots[spot.handler]
        found.append(
            Helper(
                person=plan.person_of_volunteer(number),
                user=plan.user_of_volunteer(number),
                organization=spot.id,
                handler=handler.id,
                keeper=handler.keeper,
                pseudonym=f"{draw.getrandbits(PSEUDONYM_BITS):032x}",
                place=spot.index,
            )
        )
    return found


def room_of(plan: Plan, number: int) -> int:
    """Return the days on which a volunteer may have served: entered, and over."""
    return min(entered_ago(plan, number), DAYS) - 1


def counts_of(plan: Plan) -> list[int]:
    """Return how many records each volunteer has: they add up to the size, a few have most."""
    size = plan.size
    bench = min(BENCH_VOLUNTEERS, size.busy)
    fixed = [BENCH_RECORDS] * bench + [BUSY_RECORDS] * (size.busy - bench)
    if sum(fixed) > size.records // 2:
        fixed = [size.records // 2 // size.busy] * size.busy
    rest = [WEIGHTS[number * 7 % 9] for number in range(size.volunteers - size.busy)]
    counts = fixed + shares(size.records - sum(fixed), rest)
    return _within(counts, [room_of(plan, number) for number in range(size.volunteers)])


def _within(counts: list[int], rooms: list[int]) -> list[int]:
    """Return the counts with what has no room given to the last ones who have some."""
    over = 0
    for number, room in enumerate(rooms):
        over += max(counts[number] - room, 0)
        counts[number] = min(counts[number], room)
    for number in range(len(counts) - 1, -1, -1):
        more = min(over, (rooms[number] - counts[number]) // 2)
        counts[number] += more
        over -= more
    if over:
        message = "too many records for so few volunteers"
        raise ValueError(message)
    return counts


class Calendar:
    """On which day who serves: everybody's days lie evenly in his time as a volunteer."""

    def __init__(self, plan: Plan) -> None:
        self.counts = counts_of(plan)
        self.rooms = [room_of(plan, number) for number in range(plan.size.volunteers)]
        self.first = array("I")
        self.done = array("I", bytes(4 * len(self.counts)))
        self.days: list[list[int]] = [[] for _ in range(DAYS)]
        for number, (count, room) in enumerate(zip(self.counts, self.rooms, strict=True)):
            late = number * 13 % max(room // max(count, 1), 1)
            self.first.append(DAYS - room + late)
            if count:
                self.days[self.first[number]].append(number)

    def serve(self, day: int) -> list[int]:
        """Return who serves on a day, counted from the first, and plan their next days."""
        today, self.days[day] = self.days[day], []
        counts, rooms, first, done, days = (
            self.counts, self.rooms, self.first, self.done, self.days,
        )  # fmt: skip
        for number in today:
            done[number] = turn = done[number] + 1
            if turn < counts[number]:
                days[first[number] + turn * rooms[number] // counts[number]].append(number)
        return today
