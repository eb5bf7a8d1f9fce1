"""Service records that are not simply confirmed: waiting, refused, objected to, corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from datasets.scale.serving import Helper
from organizations.rules import Measure
from volunteers.rules import Doubt, RefusalReason, ServiceAction, ServiceStatus

if TYPE_CHECKING:
    from datasets.scale.hours import Day, Hours, Served

BUSY_WAITING_DAYS = 28  # the busy unit is behind with everything of four weeks
WAITING_DAYS = 14
OBJECTION_DAYS = 30
LUCK = 1 << 20
WAITING = int(LUCK * 0.6)
CORRECTED = int(LUCK * 0.002)
REFUSED = CORRECTED + int(LUCK * 0.010)
WITHDRAWN = REFUSED + int(LUCK * 0.004)
OBJECTED = WITHDRAWN + int(LUCK * 0.002)
CORRECTED_BY = 30  # minutes
LONG_MINUTES = 540
LONG_EVERY = 33

_S, _A = ServiceStatus, ServiceAction
Special = Callable[[int, int], bool]
Step = tuple[ServiceAction | None, ServiceStatus, object, object, object, str]


class Outcomes:
    """Writes such records with their histories, and what they change in totals and figures."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.null = hours.null
        self.busy = hours.plan.size.busy

    def is_special(self, day: Day) -> Special | None:
        """Return what tells whether a volunteer's record has an outcome of its own that day."""
        if day.imported:
            return None
        if day.ago <= WAITING_DAYS:
            return lambda number, luck: luck < WAITING or number < self.busy
        if day.ago <= BUSY_WAITING_DAYS:
            return lambda number, luck: luck < OBJECTED or number < self.busy
        return lambda _, luck: luck < OBJECTED

    def write(self, day: Day, served: Served, luck: int) -> None:
        """Write one record whose luck is below the limits."""
        number = served[1]
        behind = BUSY_WAITING_DAYS if number < self.busy else 0
        if day.ago <= max(behind, WAITING_DAYS):
            self._waiting(day, served, luck)
        elif luck < CORRECTED:
            self._corrected(day, served)
        elif luck < REFUSED:
            self._refused(day, served)
        elif luck < WITHDRAWN:
            self._withdrawn(day, served)
        else:
            self._objected(day, served)

    def _waiting(self, day: Day, served: Served, luck: int) -> None:
        _, number, helper, shape = served
        doubts = ""
        if luck % LONG_EVERY == 0:
            shape = shape._replace(start=0, minutes=LONG_MINUTES)
            doubts = Doubt.LONG.value
        self._record(day, (*served[:3], shape), _S.PENDING, doubts=doubts)
        self._steps(day, served, [])
        self.hours.totals.of(day.date.year)[1][number] += shape.minutes
        handler = self.hours.plan.spots[self.hours.plan.spots[helper.place].handler]
        self.hours.rollup.of(Measure.HOURS_WAITING)[handler.index] += 1

    def _refused(self, day: Day, served: Served) -> None:
        self._record(day, served, _S.REFUSED, decider=served[2].keeper)
        self._steps(day, served, [self._refusal(day, served[2])])

    def _withdrawn(self, day: Day, served: Served) -> None:
        self._record(day, served, _S.WITHDRAWN)
        user = served[2].user
        self._steps(day, served, [(_A.WITHDRAW, _S.WITHDRAWN, day.decided, user, self.null, "")])

    def _objected(self, day: Day, served: Served) -> None:
        """Somebody objected; the county decided when it is long ago. Nobody decides twice."""
        helper, spots = served[2], self.hours.plan.spots
        spot = spots[helper.place]
        county = spots[spot.county]
        if spot.handler == county.index:
            self._refused(day, served)
            return
        refusal = self._refusal(day, helper)
        objection: Step = (_A.OBJECT, _S.OBJECTED, day.decided, helper.user, self.null, "时间属实")
        if day.ago <= OBJECTION_DAYS:
            self._record(day, served, _S.OBJECTED, decider=helper.keeper, handler=county.id)
            self._steps(day, served, [refusal, objection])
            self.hours.rollup.of(Measure.OBJECTIONS_WAITING)[county.index] += 1
            return
        officer = county.keeper
        answer: Step = (_A.UPHOLD, _S.UPHELD, day.decided, officer, officer, "没有到场记录")
        self._record(day, served, _S.UPHELD, decider=officer, handler=county.id)
        self.hours.rollup.add(Measure.APPEALS_HANDLED, helper.place, day.decided_on, "0")
        self._steps(day, served, [refusal, objection, answer])

    def _corrected(self, day: Day, served: Served) -> None:
        """Confirmed, then found too long: credit, reversal, new credit."""
        record, number, helper, shape = served
        shorter = shape._replace(minutes=shape.minutes - CORRECTED_BY)
        keeper = helper.keeper
        self._record(day, (record, number, helper, shorter), _S.CONFIRMED, decider=keeper)
        confirm: Step = (_A.CONFIRM, _S.CONFIRMED, day.decided, keeper, keeper, "")
        correct: Step = (_A.CORRECT, _S.CONFIRMED, day.decided, keeper, keeper, "提前离开")
        self._steps(day, served, [confirm, correct], after=shorter.minutes)
        hours = self.hours
        hours.ledger(day, [served])
        hours.chain.reverse_last("correct")
        hours.ledger(day, [(record, number, helper, shorter)], "correct")
        hours.count(day, [(record, number, helper, shorter)])

    def _refusal(self, day: Day, helper: Helper) -> Step:
        return (_A.REFUSE, _S.REFUSED, day.decided, helper.keeper, helper.keeper, "")

    def _record(
        self,
        day: Day,
        served: Served,
        status: ServiceStatus,
        *,
        decider: int = 0,
        handler: int = 0,
        doubts: str = "",
    ) -> None:
        record, number, helper, shape = served
        null, refused = self.null, status in {_S.REFUSED, _S.OBJECTED, _S.UPHELD}
        end = shape.start + shape.minutes
        self.hours.records.add(
            (
                record, next(self.hours.codes), helper.person, number + 1, helper.organization,
                handler or helper.handler, shape.title, shape.field, day.text,
                day.times[shape.start], day.times[end], shape.minutes, shape.stated, "",
                shape.method, status.value, doubts, helper.user if shape.own else null,
                day.submitted, day.decided if decider else null, decider or null,
                RefusalReason.NOT_THERE.value if refused else null, "",
                day.decided if status is _S.OBJECTED else null,
            )
        )  # fmt: skip

    def _steps(self, day: Day, served: Served, steps: list[Step], after: int = 0) -> None:
        """Write the history: handed in, then the steps; ``after`` are the minutes of the last."""
        record, _, helper, shape = served
        null, hours = self.null, self.hours
        user = helper.user if shape.own else null
        first: Step = (None, _S.PENDING, day.submitted, user, null, "")
        for action, state, at, by, post, note in [first, *steps]:
            hours.last_event += 1
            corrected = action is _A.CORRECT
            before, minutes = (shape.minutes, after) if corrected else (null, shape.minutes)
            code = action.value if action else null
            hours.events.add(
                (hours.last_event, record, code, state.value, before, minutes, at, by, post, note)
            )
