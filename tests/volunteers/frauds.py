"""Made-up services: what fraud looks like, seeded, and what honest service looks like (LED-15)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from core.clock import at
from volunteers.rules import ServiceField, ServiceMethod
from volunteers.rules.patterns import Pattern, Service

FIRST = date(2026, 3, 2)
Made = list[Service]
M = ServiceMethod


class Maker:
    """Makes services with one dice, so that a case is the same every time."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - the same cases every time
        self.keys = count(1)

    def day(self, span: int = 25) -> date:
        return FIRST + timedelta(days=self.dice.randrange(span))

    def service(
        self,
        person: int,
        day: date,
        start: time | None = None,
        minutes: int | None = None,
        **more: Any,
    ) -> Service:
        """Return one service; without a start it begins in the day, to the minute of a hand."""
        dice = self.dice
        begin = at(day, start or time(dice.randint(7, 17), dice.randrange(60)))
        length = minutes or dice.choice((60, 90, 120, 150, 180, 240)) + dice.randrange(5)
        facts: dict[str, Any] = {
            "place": 10,
            "city": 1,
            "title": dice.choice(("巡河", "急救演练", "探访老人", "献血站引导")),
            "method": dice.choice((M.SCANNED, M.ROLL_CALL, M.SELF_REPORTED)),
            "confirmed_by": 9_000 + dice.randrange(3),
            "confirmed_on": day + timedelta(days=1),
            **more,
        }
        return Service(
            record=next(self.keys),
            person=person,
            day=day,
            starts_at=begin,
            ends_at=begin + timedelta(minutes=length),
            minutes=length,
            **facts,
        )

    def people(self, number: int) -> list[int]:
        return self.dice.sample(range(1, 5_000), number)


def mutual(make: Maker) -> Made:
    """Two keepers sign for each other."""
    first, second = make.people(2)
    return [
        make.service(one, make.day(), confirmed_by=other)
        for one, other in ((first, second), (second, first))
        for _ in range(make.dice.randint(4, 9))
    ]


def ring(make: Maker) -> Made:
    first, second, third = make.people(3)
    return [
        make.service(one, make.day(), confirmed_by=by)
        for by, one in ((first, second), (second, third), (third, first))
        for _ in range(make.dice.randint(4, 8))
    ]


def same_second(make: Maker) -> Made:
    day = make.day()
    start = time(8, make.dice.randrange(60))
    return [
        make.service(
            one,
            day,
            start,
            120,
            method=M.SCANNED,
            title="义诊",
            device="d7",
            checked_in_at=at(day, start),
        )
        for one in make.people(make.dice.randint(6, 20))
    ]


def travel(make: Maker) -> Made:
    """The second service begins in another city before anybody can be there."""
    person, day = make.people(1)[0], make.day()
    first = make.service(person, day, time(9, 0), 120)
    gap = make.dice.randrange(0, 29)
    start = (datetime.combine(day, time(11, 0)) + timedelta(minutes=gap)).time()
    return [first, make.service(person, day, start, 90, city=2, place=20)]


def identical(make: Maker) -> Made:
    day, start = make.day(), time(13, make.dice.randrange(60))
    method = make.dice.choice((M.SELF_REPORTED, M.ENTERED_LATER, M.IMPORTED))
    return [
        make.service(one, day, start, 180, method=method, title=f"服务{number % 7}")
        for number, one in enumerate(make.people(make.dice.randint(30, 60)))
    ]


def nights(make: Maker) -> Made:
    person = make.people(1)[0]
    return [
        make.service(
            person, FIRST + timedelta(days=3 * number), time(make.dice.choice((0, 1, 2))), 240
        )
        for number in range(make.dice.randint(3, 7))
    ]


def week(make: Maker) -> Made:
    """Over sixty hours in a week, or just below them three weeks in a row."""
    person, over = make.people(1)[0], make.dice.random() < 0.5
    weeks, minutes = (1, 11 * 60) if over else (3, 9 * 60 + 45)
    days = 6
    return [
        make.service(person, FIRST + timedelta(days=7 * number + day), time(7, 0), minutes)
        for number in range(weeks)
        for day in range(days)
    ]


def operator(make: Maker) -> Made:
    """One account types in a crowd, or more hours than a day has."""
    many = make.dice.random() < 0.5
    people = make.people(make.dice.randint(21, 45) if many else make.dice.randint(6, 15))
    today = FIRST + timedelta(days=26)
    return [
        make.service(
            one,
            make.day(),
            minutes=120 if many else 470,
            method=M.ENTERED_LATER,
            entered_by=7_777,
            entered_on=today,
        )
        for one in people
    ]


def full_shift(make: Maker) -> Made:
    person = make.people(1)[0]
    made = []
    for number in range(make.dice.randint(8, 14)):
        one = make.service(
            person, FIRST + timedelta(days=2 * number), time(9, 0), 180, method=M.SCANNED
        )
        made.append(replace(one, planned=(one.starts_at, one.ends_at)))
    return made


def short_lived(make: Maker) -> Made:
    day = make.day()
    return [
        make.service(one, day, activity=5, activity_open_minutes=make.dice.randrange(2, 59))
        for one in make.people(make.dice.randint(3, 12))
    ]


def no_check_in(make: Maker) -> Made:
    day = make.day()
    return [
        make.service(one, day, title="文明劝导", method=M.ENTERED_LATER)
        for one in make.people(make.dice.randint(50, 500))
    ]


def expired_post(make: Maker) -> Made:
    day = make.day()
    return [
        make.service(one, day, by_expired_post=True) for one in make.people(make.dice.randint(1, 6))
    ]


def same_photo(make: Maker) -> Made:
    person = make.people(1)[0]
    return [
        make.service(
            person, FIRST + timedelta(days=number), method=M.ENTERED_LATER, evidence=("ab12",)
        )
        for number in range(make.dice.randint(2, 5))
    ]


#: Every pattern that a machine finds in the facts there are. Left out, because no fact tells it:
#: the province that an account is used from (no address of a network is kept).
FRAUDS: dict[Pattern, Callable[[Maker], Made]] = {
    Pattern.MUTUAL: mutual,
    Pattern.RING: ring,
    Pattern.SAME_SECOND: same_second,
    Pattern.TRAVEL: travel,
    Pattern.IDENTICAL: identical,
    Pattern.NIGHTS: nights,
    Pattern.WEEK: week,
    Pattern.OPERATOR: operator,
    Pattern.FULL_SHIFT: full_shift,
    Pattern.SHORT_LIVED: short_lived,
    Pattern.NO_CHECK_IN: no_check_in,
    Pattern.EXPIRED_POST: expired_post,
    Pattern.SAME_PHOTO: same_photo,
}


def clean_month(make: Maker) -> Made:
    """A volunteer's month: some services a week, a late evening, now and then a long day."""
    person, dice = make.people(1)[0], make.dice
    days = dice.sample(range(28), dice.randint(1, 16))
    made = []
    for number in sorted(days):
        one = make.service(person, FIRST + timedelta(days=number))
        if one.method is M.SCANNED:
            early, late = dice.randrange(-9, 6), dice.randrange(-5, 12)
            begin = one.starts_at - timedelta(minutes=early)
            one = replace(one, planned=(begin, one.ends_at - timedelta(minutes=late)))
        made.append(one)
    if dice.random() < 0.1:
        made.append(make.service(person, FIRST + timedelta(days=29), time(22, 0), 240))
    return made


def clean_event(make: Maker) -> Made:
    """An event of a branch: counted by scanning or by roll call, one phone for two or three."""
    day, dice = make.day(), make.dice
    method = dice.choice((M.SCANNED, M.ROLL_CALL))
    made = []
    for number, one in enumerate(make.people(dice.randint(5, 80))):
        start = time(8, 0) if method is M.ROLL_CALL else time(8, dice.randrange(40))
        seconds = timedelta(seconds=dice.randrange(1_800))
        seen = {"device": f"d{number // 3}", "checked_in_at": at(day, time(8)) + seconds}
        more: dict[str, Any] = seen if method is M.SCANNED else {}
        length = 120 if method is M.ROLL_CALL else 110 + dice.randrange(20)
        made.append(
            make.service(
                one,
                day,
                start,
                length,
                method=method,
                title="健步走",
                activity=3,
                activity_open_minutes=5_000,
                **more,
            )
        )
    return made


def clean_village(make: Maker) -> Made:
    """A keeper who confirms all of a village, and whose own hours another one confirms."""
    keeper, other, *people = make.people(make.dice.randint(4, 14))
    made = [make.service(one, make.day(), confirmed_by=keeper) for one in people]
    made += [
        make.service(keeper, make.day(), confirmed_by=other) for _ in range(make.dice.randint(0, 3))
    ]
    made += [make.service(other, make.day(), confirmed_by=keeper) for _ in range(3)]
    return made


def clean_entries(make: Maker) -> Made:
    """A keeper who types in what some old people did this week, with a picture of each day."""
    dice, entered = make.dice, FIRST + timedelta(days=26)
    return [
        make.service(
            one,
            make.day(),
            minutes=dice.choice((60, 90, 120)),
            method=M.ENTERED_FOR,
            entered_by=8_888,
            entered_on=entered,
            evidence=(f"p{one}",),
        )
        for one in make.people(dice.randint(1, 12))
    ]


def clean_rescue(make: Maker) -> Made:
    """A rescuer in flood week: nights, and two cities in a day with a drive between."""
    person = make.people(1)[0]
    made = [
        make.service(
            person, FIRST + timedelta(days=day), time(0, 30), 300, field=ServiceField.RESCUE
        )
        for day in range(make.dice.randint(3, 5))
    ]
    gap = make.dice.randint(60, 200)
    begin = datetime.combine(FIRST, time(5, 30), tzinfo=UTC) + timedelta(minutes=gap)
    made.append(make.service(person, FIRST, begin.time(), 120, city=2, place=20))
    return made


CLEAN = (clean_month, clean_month, clean_event, clean_village, clean_entries, clean_rescue)
