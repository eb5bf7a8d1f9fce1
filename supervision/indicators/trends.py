"""Lines over a year and distributions of an indicator at one place, for the charts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from core.access.scope import Place
from core.i18n import gettext as _
from core.i18n import pgettext
from organizations.figures import STOCK
from organizations.rules.veil import veil
from supervision.indicators import counting, labels
from supervision.indicators.book import Book
from supervision.indicators.counting import At
from supervision.indicators.definitions import Definition
from supervision.indicators.pace import is_month
from supervision.rules import MONTHS_SHOWN, months_before

Points = Sequence[Mapping[str, object]]
YEARS_SHOWN = 5
#: A bar of parts has four at most; the rest is one of them (ux.md 4.7).
STATES = 4


def line_of(definition: Definition, at: At, today: date) -> list[int]:
    """Return the periods of the line: twelve months, or five years of what has no months."""
    if definition.is_flow and not definition.by_month:
        return list(range(today.year - YEARS_SHOWN + 1, today.year + 1))
    last = at.month or (at.period if is_month(at.period) else 0)
    year, month = divmod(last, 100) if last else (today.year, today.month)
    return months_before(year, month)


def trend_of(
    definition: Definition, at: At, book: Book, place: Place, today: date, *, has_words: bool = True
) -> Points:
    """Return the points of the line, none where one must not be told or fewer than two are.

    A small chart needs no words beside its points.
    """
    points: list[dict[str, object]] = []
    for period in line_of(definition, at, today):
        where = At(period) if definition.is_flow else At(period, period)
        if not definition.is_flow:
            if period == today.year * 100 + today.month:
                where = At(STOCK)
            if not counting.is_known(definition, book, place.id, where):
                continue
        if counting.is_hidden(definition, book, place.id, place.path, where):
            return ()
        value = counting.reading(definition, book, place.id, where).value
        if value is not None:
            words = (
                (_label(period), labels.value_text(definition, value)) if has_words else ("", "")
            )
            points.append({"label": words[0], "value": value, "text": words[1]})
    return points if len(points) > 1 and any(one["value"] for one in points) else ()


def distribution(definition: Definition, at: At, book: Book, place: int) -> Points:
    """Return the parts of a number, the largest first; hidden ones say so and are not drawn."""
    if definition.split is None or not counting.is_known(definition, book, place, at):
        return ()
    named = counting.named_parts(book, definition.split, place, at)
    named = {part: value for part, value in named.items() if value > 0}
    order = sorted(named, key=lambda part: (-named[part], part))
    smallest = {place_in: named[part] for place_in, part in enumerate(order)}
    discretion = book.cover.discretion
    few = [
        one for one, value in smallest.items() if discretion.hides(place, definition.split, value)
    ]
    hidden = veil(smallest, few, discretion.floor) if few else None
    return [
        {
            "part": part,
            "measure": definition.split,
            "value": 0 if hidden and hidden.hides(one, named[part]) else named[part],
            "text": labels.few()
            if hidden and hidden.hides(one, named[part])
            else labels.value_text(definition, named[part]),
        }
        for one, part in enumerate(order)
    ]


def _label(period: int) -> str:
    if is_month(period):
        return str(_("%(month)d月", month=period % 100))
    return str(_("%(year)s年", year=period))


def periods_of(definition: Definition, today: date) -> list[tuple[str, str]]:
    """Return the periods to choose from, as address and words, the newest first."""
    months = months_before(today.year, today.month)[::-1]
    if not definition.is_flow:
        ends = [(str(one), labels.month_end_text(one)) for one in months[1:]]
        return [("", str(pgettext("period", "现在"))), *ends]
    years = [str(today.year - back) for back in range(YEARS_SHOWN)]
    found = [(one, str(_("%(year)s年", year=one))) for one in years]
    if definition.by_month:
        found += [(str(one), labels.month_text(one)) for one in months[:MONTHS_SHOWN]]
    return found
