"""What stocks were at the ends of the last months, told back from what came and went since."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date, time

from core.clock import at
from datasets.scale.rollup import Rollup
from datasets.scale.writing import Spelling
from organizations.rules import Measure

RUNS = "name as_of finished_at"
STOCKS = "organization_id measure part month value"
MONTHS, CLOSED_AT = 12, 2
#: What brings a stock up, and what brings it down again.
MOVED: dict[Measure, tuple[tuple[Measure, ...], tuple[Measure, ...]]] = {
    Measure.ADULT_MEMBERS: ((Measure.NEW_ADULTS,), (Measure.LEFT_ADULTS,)),
    Measure.YOUTH_MEMBERS: ((Measure.NEW_YOUTH,), ()),
    Measure.VOLUNTEERS: ((Measure.NEW_VOLUNTEERS,), ()),
    Measure.REGISTERED_VOLUNTEERS: ((Measure.NEW_REGISTERED,), ()),
    Measure.PEOPLE: (
        (Measure.NEW_ADULTS, Measure.NEW_YOUTH, Measure.NEW_VOLUNTEERS),
        (Measure.LEFT_ADULTS,),
    ),
    Measure.PUPILS: ((Measure.NEW_YOUTH,), ()),
    # The tree of a load does not grow in its last year.
    Measure.ORGANIZATIONS: ((), ()),
    Measure.SCHOOLS: ((), ()),
    Measure.SCHOOL_BRANCHES: ((), ()),
    Measure.GROUP_MEMBERS: ((), ()),
    Measure.VENUES: ((), ()),
    Measure.TEAMS: ((), ()),
    Measure.STARS: ((), ()),
}


def month_ends(rollup: Rollup, today: date) -> Iterator[tuple[int, str, str, int, int]]:
    """Yield organization id, measure, no part, month and value at the end of each of the months.

    The newest is the month before the one of today. A volunteer who rests counts among the
    registered of the months before, and below nothing no stock goes.
    """
    for measure, (more, less) in MOVED.items():
        own = array("q", rollup.of(measure))
        month = today.year * 100 + today.month
        for _ in range(MONTHS):
            for sign, flows in ((-1, more), (1, less)):
                for flow in flows:
                    for place, value in enumerate(rollup.of(flow, month)):
                        own[place] = max(own[place] + sign * value, 0)
            month = _before(month)
            whole = rollup.summed(own)
            for spot in rollup.spots:
                if whole[spot.index]:
                    yield spot.id, measure.value, "", month, whole[spot.index]


def month_runs(today: date, spelling: Spelling) -> Iterator[tuple[str, str, str]]:
    """Yield that each of the months was closed in the night after it."""
    month = today.year * 100 + today.month
    for _ in range(MONTHS):
        day = date(month // 100, month % 100, 1)
        month = _before(month)
        yield f"month:{month}", day.isoformat(), spelling.stamp(at(day, time(CLOSED_AT)))


def _before(month: int) -> int:
    return month - 1 if month % 100 > 1 else month - 89
