"""Values of indicators for organizations and a period: two statements whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from organizations import figures
from organizations.figures import STOCK
from supervision.indicators.definitions import Definition, Term, read
from supervision.indicators.rules import Reading, Shape

Readings = Mapping[tuple[int, str], Reading]


def readings(
    organization_ids: Iterable[int], definitions: Iterable[Definition], period: int = STOCK
) -> Readings:
    """Return ``(organization id, code) -> reading`` as of now.

    A flow is of the period, a year or a month; stocks and shares of stocks are those of now.
    """
    ids, asked = list(organization_ids), list(definitions)
    measures = {one.measure for each in asked for one in each.terms if not one.part}
    split = {one.measure for each in asked for one in each.terms if one.part}
    split |= {one.measure for each in asked if each.shape is Shape.MEDIAN for one in each.of}
    periods = sorted({_period_of(each, period) for each in asked})
    whole = figures.values(ids, measures, periods) if measures else {}
    parts = figures.parts(ids, split, periods) if split else {}
    found = {}
    for each in asked:
        at = _period_of(each, period)
        days = _days(each, parts, at) if each.shape is Shape.MEDIAN else {}
        for one in ids:

            def number(of: Term, one: int = one, at: int = at) -> int:
                if of.part:
                    return parts.get((one, of.measure.value, of.part, at), 0)
                return whole.get((one, of.measure.value, at), 0)

            found[one, each.code] = read(each, number, days.get(one, ()))
    return found


def _period_of(definition: Definition, period: int) -> int:
    return period if definition.is_flow else STOCK


def _days(
    definition: Definition, parts: Mapping[figures.PartKey, int], period: int
) -> Mapping[int, Sequence[tuple[int, int]]]:
    """Return how many cases took how many days, by organization."""
    measure = definition.of[0].measure.value
    found: dict[int, list[tuple[int, int]]] = {}
    for (organization_id, name, part, at), count in parts.items():
        if name == measure and at == period:
            found.setdefault(organization_id, []).append((int(part), count))
    return found
