"""Service records in the order of time, with history, ledger, totals and figures.

Nobody serves twice on one day and nothing goes on past midnight, so intervals never overlap.
Rows are made table by table for a few thousand records at a time: ten million at the full size.
"""

from __future__ import annotations

from calendar import timegm
from datetime import timedelta
from random import Random

from datasets.scale.codes import long_codes
from datasets.scale.ledger import Chain, Totals
from datasets.scale.outcomes import Outcomes
from datasets.scale.plan import DAYS, Plan
from datasets.scale.rollup import Rollup
from datasets.scale.serving import Calendar, Helper, Pattern, helpers_of, patterns
from datasets.scale.writing import PIECE, Advance, Loader, send_all
from organizations.rules import Measure
from volunteers.rules import ServiceAction, ServiceMethod, ServiceStatus

RECORDS = (
    "id code person_id volunteer_id organization_id handler_id title field served_on starts_at"
    " ends_at minutes time_stated note method status doubts submitted_by_id submitted_at"
    " decided_at decided_by_id refusal refusal_note objected_at"
)
EVENTS = "id record_id action to_status minutes_before minutes_after at by_user_id by_post_id note"
TOTALS = "volunteer_id year confirmed_minutes pending_minutes"
FIGURES = "organization_id measure period value"
FIGURE_PARTS = "organization_id measure part period value"

IMPORTED_DAYS = 365  # the first year was brought in, the second was entered here
DECIDED_AFTER = 2
SUBMITTED, DECIDED = 14 * 60, 15 * 60  # ten and eleven in the evening; days begin at eight, 0 UTC
CLOCK = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(DECIDED)]
LUCK_BITS, PATTERN_BITS = 30, 10
PATTERN_MASK = (1 << PATTERN_BITS) - 1

CONFIRMED, PENDING = ServiceStatus.CONFIRMED.value, ServiceStatus.PENDING.value
CONFIRM = ServiceAction.CONFIRM.value
IMPORTED = ServiceMethod.IMPORTED.value

Served = tuple[int, int, Helper, Pattern]  # record id, number of the volunteer, he, what he did


class Day:
    """One day as the rows of its records need it: texts for the database, seconds for the chain."""

    def __init__(self, plan: Plan, number: int, zone: str) -> None:
        self.ago = DAYS - number
        self.imported = self.ago > IMPORTED_DAYS
        self.date = plan.today - timedelta(days=self.ago)
        self.text = text = self.date.isoformat()
        self.times = [
            f"{text} {minute // 60:02d}:{minute % 60:02d}:00{zone}" for minute in range(DECIDED)
        ]
        self.second = timegm(self.date.timetuple())
        self.submitted = self.times[SUBMITTED]
        decided = self.date + timedelta(days=min(DECIDED_AFTER, self.ago - 1))
        self.decided_on = decided
        self.decided = f"{decided.isoformat()} 15:00:00{zone}"
        self.decided_second = timegm(decided.timetuple()) + DECIDED * 60


class Hours:
    """Writes the records of one day after the other."""

    def __init__(self, plan: Plan, loader: Loader) -> None:
        self.plan, self.loader = plan, loader
        self.null = loader.spelling.null
        self.rollup, self.totals = Rollup(plan.spots), Totals(plan.size.volunteers)
        self.helpers = helpers_of(plan)
        self.patterns = patterns(plan.seed, loader.spelling)
        self.draw = Random(plan.seed).getrandbits  # noqa: S311 - made-up data
        self.codes = long_codes(plan.seed + 7)
        self.records = loader.sheet("service_records", RECORDS)
        self.events = loader.sheet("service_record_events", EVENTS)
        self.chain = Chain(loader)
        self.outcomes = Outcomes(self)
        self.last = self.last_event = 0

    def write(self, advance: Advance) -> None:
        """Write all records, then totals and figures."""
        calendar = Calendar(self.plan)
        for number in range(DAYS):
            served = calendar.serve(number)
            day = Day(self.plan, number, self.loader.spelling.zone)
            for start in range(0, len(served), PIECE):
                piece = served[start : start + PIECE]
                self._serve(day, piece)
                self.loader.flush()
                advance(len(piece))
        self._close()

    def _serve(self, day: Day, numbers: list[int]) -> None:
        """Write one record of each volunteer; what is not simply confirmed has its own way."""
        helpers, shapes, draw = self.helpers, self.patterns, self.draw
        ordinary: list[Served] = []
        record, is_special = self.last, self.outcomes.is_special(day)
        for number in numbers:
            record += 1
            luck = draw(LUCK_BITS)
            served = record, number, helpers[number], shapes[luck & PATTERN_MASK]
            if is_special is None or not is_special(number, luck >> PATTERN_BITS):
                ordinary.append(served)
            else:
                self.outcomes.write(day, served, luck >> PATTERN_BITS)
        self.last = record
        self._records(day, ordinary)
        self.ledger(day, ordinary)
        self._history(day, ordinary)
        self.count(day, ordinary)

    def _records(self, day: Day, ordinary: list[Served]) -> None:
        times, text, null, codes = day.times, day.text, self.null, self.codes
        submitted, decided, imported = day.submitted, day.decided, day.imported
        self.records.rows += [
            (
                record, next(codes), person, number + 1, organization, handler, title, field, text,
                times[start], times[start + minutes], minutes, stated, "",
                IMPORTED if imported else method, CONFIRMED, "",
                user if own and not imported else null, submitted, decided, keeper, null, "", null,
            )
            for record, number, (person, user, organization, handler, keeper, _, _),
            (title, field, start, minutes, stated, method, own) in ordinary
        ]  # fmt: skip

    def ledger(self, day: Day, ordinary: list[Served], reason: str = "") -> None:
        """Seal a credit for each record."""
        credit = self.chain.credit
        for record, _, helper, shape in ordinary:
            credit(record, helper, shape, day, reason)

    def _history(self, day: Day, ordinary: list[Served]) -> None:
        null, at, decided = self.null, day.submitted, day.decided
        first = self.last_event + 1
        if day.imported:
            self.last_event += len(ordinary)
            self.events.rows += [
                (event, record, null, CONFIRMED, null, shape[3], decided, keeper, keeper, "import")
                for event, (record, _, (_, _, _, _, keeper, _, _), shape) in enumerate(
                    ordinary, first
                )
            ]
            return
        self.last_event += 2 * len(ordinary)
        self.events.rows += [
            (first + 2 * place, record, null, PENDING, null, shape[3], at,
             helper[1] if shape[6] else null, null, "")
            for place, (record, _, helper, shape) in enumerate(ordinary)
        ]  # fmt: skip
        self.events.rows += [
            (first + 2 * place + 1, record, CONFIRM, CONFIRMED, null, shape[3], decided,
             helper[4], helper[4], "")
            for place, (record, _, helper, shape) in enumerate(ordinary)
        ]  # fmt: skip

    def count(self, day: Day, ordinary: list[Served]) -> None:
        """Add confirmed records to totals and figures."""
        confirmed, _ = self.totals.of(day.date.year)
        minutes_at = self.rollup.of_day(Measure.CONFIRMED_MINUTES, day.date)
        records_at = self.rollup.of_day(Measure.CONFIRMED_RECORDS, day.date)
        for _, number, helper, shape in ordinary:
            place, minutes = helper[6], shape[3]
            confirmed[number] += minutes
            minutes_at[place] += minutes
            records_at[place] += 1

    def _close(self) -> None:
        """Write what was counted."""
        for measure in (Measure.CONFIRMED_MINUTES, Measure.CONFIRMED_RECORDS):
            self.rollup.add_years(measure, stock=True)
        self.rollup.add_years(Measure.APPEALS_HANDLED)
        send_all(self.loader, "volunteer_totals", TOTALS, self.totals.rows())
        send_all(self.loader, "figures", FIGURES, self.rollup.rows())
        send_all(self.loader, "figure_parts", FIGURE_PARTS, self.rollup.part_rows())
