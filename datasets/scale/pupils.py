"""Classes of this school year, and the youth members as pupils on their rosters."""

from __future__ import annotations

from array import array
from collections.abc import Mapping

from datasets.scale.codes import long_codes
from datasets.scale.plan import Plan
from datasets.scale.rollup import Rollup
from datasets.scale.spots import Spot
from datasets.scale.writing import Days, Loader
from organizations.rules import Measure
from schools.rules.classes import GRADES, school_year_of
from schools.rules.pupils import ConsentState, PupilStatus
from schools.rules.register import SchoolStage

CLASSES = "id code organization_id year grade number name teacher follows_id version"
PUPILS = (
    "id code person_id organization_id class_id status consent request_id membership_id"
    " import_code entered_at entered_by_id due_on version"
)
CLASS_SIZE = 45


class Pupils:
    """Fills one class after the other of each school, every grade in turn."""

    def __init__(
        self,
        plan: Plan,
        loader: Loader,
        days: Days,
        stages: Mapping[int, SchoolStage],
        rollup: Rollup,
    ) -> None:
        self.counted = rollup.of(Measure.PUPILS)
        self.days, self.stages, self.null = days, stages, loader.spelling.null
        self.year = school_year_of(plan.today)
        self.codes = long_codes(plan.seed + 5)
        self.class_codes = long_codes(plan.seed + 6)
        self.seen = array("I", [0]) * len(plan.spots)
        self.open = array("I", [0]) * len(plan.spots)
        self.last_pupil = self.last_class = 0
        self.classes = loader.sheet("school_classes", CLASSES)
        self.pupils = loader.sheet("pupils", PUPILS)

    def add(self, person_id: int, spot: Spot, membership_id: int, days_ago: int) -> None:
        """Write a pupil into the class of the school that is being filled."""
        null, at = self.null, spot.index
        if self.seen[at] % CLASS_SIZE == 0:
            self._begin(spot, self.seen[at] // CLASS_SIZE)
        self.seen[at] += 1
        self.counted[at] += 1
        self.last_pupil += 1
        member, given = PupilStatus.MEMBER.value, ConsentState.GIVEN.value
        self.pupils.add(
            (
                self.last_pupil, next(self.codes), person_id, spot.id, self.open[at], member,
                given, null, membership_id, null, self.days.stamps[days_ago], null, null, 1,
            )
        )  # fmt: skip

    def _begin(self, spot: Spot, count: int) -> None:
        grades = GRADES[self.stages.get(spot.id, SchoolStage.NINE_YEAR)]
        grade, number = grades[count % len(grades)], count // len(grades) + 1
        self.last_class += 1
        self.open[spot.index] = self.last_class
        self.classes.add(
            (
                self.last_class, next(self.class_codes), spot.id, self.year, grade, number,
                "", "", self.null, 1,
            )
        )  # fmt: skip
