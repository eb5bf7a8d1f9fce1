"""What an indicator is, and how its value comes from maintained numbers (domain.md 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.access.permissions import Level
from organizations.rules import (
    HANDLED_MEASURES,
    NIGHTLY,
    PEOPLE_MEASURES,
    REFERENCES,
    Measure,
)
from supervision.indicators.rules import (
    HUNDREDTHS,
    WHOLE,
    Better,
    Reading,
    Shape,
    Unit,
    median,
    ratio,
)

#: How long the code of an indicator may be, wherever it is kept.
CODE_MAX = 32


@dataclass(frozen=True, slots=True)
class Term:
    """A maintained number, or one part of it: ``organizations:village`` when written down."""

    measure: Measure
    part: str = ""

    def __str__(self) -> str:
        return f"{self.measure.value}:{self.part}" if self.part else self.measure.value


def term(text: str) -> Term:
    """Return the term that is written down. Raises ValueError for a number nobody keeps."""
    measure, _, part = text.partition(":")
    return Term(Measure(measure), part)


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator in one version.

    ``of`` is added up, each term a stock or a flow; ``out_of`` divides it where ``shape`` is SHARE
    (hundredths of a per cent, or of ``scale``) or AVERAGE (hundredths). ``split`` names the measure
    whose parts are shown one by one. Of a MEDIAN ``of`` names the measure whose parts are days.
    ``owner`` is who answers for the number, ``source`` the document that asks for it. A flow that
    is not ``by_month`` is kept by year only. Without terms the number is not counted here at all,
    only taken over (domain.md I23). ``valid_from`` is None for what the product brought.
    """

    code: str
    name: str
    unit: Unit
    shape: Shape
    of: tuple[Term, ...]
    source: str
    formula: str
    out_of: tuple[Term, ...] = ()
    is_flow: bool = False
    scale: int = WHOLE
    split: Measure | None = None
    better: Better = Better.NEITHER
    owner: Level = Level.COUNTY
    version: int = 1
    by_month: bool = True
    name_en: str = ""
    valid_from: date | None = None
    terms: tuple[Term, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", (*self.of, *self.out_of))

    @property
    def is_imported(self) -> bool:
        """Return whether nothing here counts it: it is only ever taken over."""
        return not self.of

    @property
    def is_of_people(self) -> bool:
        """Return whether a small value could tell who is meant (security.md AZ-07)."""
        return any(one.measure in PEOPLE_MEASURES | HANDLED_MEASURES for one in self.terms)

    @property
    def is_nightly(self) -> bool:
        """Return whether some number of it is counted at night only."""
        return any(one.measure in NIGHTLY for one in self.terms)

    @property
    def is_referred(self) -> bool:
        """Return whether some number of it is taken over from elsewhere."""
        return any(one.measure in REFERENCES for one in self.terms)


Number = Callable[[Term], int]


def read(definition: Definition, number: Number, days: Sequence[tuple[int, int]] = ()) -> Reading:
    """Return the value of an indicator from the numbers of one organization and period.

    Shares and averages are rounded half up to whole hundredths. ``days`` are the (days, cases) of
    a MEDIAN.
    """
    if definition.is_imported:
        return Reading(None, 0)
    top = sum(map(number, definition.of))
    if definition.shape is Shape.MEDIAN:
        return Reading(median(days), top)
    if not definition.out_of:
        return Reading(top, top)
    bottom = sum(map(number, definition.out_of))
    scale = HUNDREDTHS if definition.shape is Shape.AVERAGE else definition.scale
    return Reading(ratio(top, bottom, scale), top, bottom)
