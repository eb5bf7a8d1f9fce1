"""The numbers of a home, read in one statement: maintained numbers, targets, lines over a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.access.permissions import Level
from core.access.scope import Place, Scope
from core.paging import Page
from organizations.figures import STOCK
from organizations.listing import Listed, children
from organizations.queries import discretion_of
from organizations.queries.covering import asked_of, with_line, with_lower
from organizations.rules import Measure
from supervision.entries import OFFICES
from supervision.indicators import counting
from supervision.indicators.book import Book, Wanted
from supervision.indicators.definitions import Definition
from supervision.indicators.queries import book_of
from supervision.indicators.tables import QUALITY
from supervision.rules import month_of, months_before

Values = Mapping[tuple[Measure, int], int]

#: Indicators of the tiles of an office and of a grassroots organization (ux.md S22, S42).
OFFICE_CODES = ("I01", "I15", "I05", "I09-registered", "I12")
BRANCH_CODES = ("I05", "I06", "I09", "I09-registered", "I12")
QUALITY_CODES = ("I21", "I21-phone", "I21-duplicates", "I12-manual")
#: What the table of lower organizations shows beside what the tiles need.
OFFICE_COLUMNS = (
    Measure.ORGANIZATIONS,
    Measure.SCHOOLS,
    Measure.SCHOOL_BRANCHES,
    Measure.ADULT_MEMBERS,
    Measure.YOUTH_MEMBERS,
    Measure.GROUP_MEMBERS,
    Measure.REGISTERED_VOLUNTEERS,
    Measure.FILINGS_WAITING,
    Measure.CONFIRMED_MINUTES,
)
BRANCH_COLUMNS = (
    Measure.ADULT_MEMBERS,
    Measure.YOUTH_MEMBERS,
    Measure.VOLUNTEERS,
    Measure.APPLICATIONS_WAITING,
    Measure.HOURS_WAITING,
    Measure.CONFIRMED_MINUTES,
)
MORE = (Measure.NEW_MEMBERS, Measure.SCHOOLS, Measure.SCHOOL_BRANCHES, *QUALITY)
#: Where what a place has itself is a line: a county's own would cost a sum over all below it.
WITH_OWN = frozenset({Level.PROVINCE, Level.CITY, Level.TOWNSHIP})


_MEASURES = {one.value: one for one in Measure}


@dataclass(frozen=True, slots=True)
class HomeNumbers:
    """What was read for a home, and who may see what of it."""

    scope: Scope
    today: date
    page: Page[Listed]
    book: Book
    known: Mapping[str, Definition]
    by_place: Mapping[int, Values]

    @property
    def place(self) -> Place:
        return self.scope.place

    def values(self, one: int) -> Values:
        """Return ``(measure, period) -> value`` of an organization, negative: of its own alone."""
        return self.by_place.get(one, {})


def home_numbers(scope: Scope, after: str, today: date) -> HomeNumbers:
    """Return the numbers of a home and a page of those below it: three statements and settings."""
    place = scope.place
    page: Page[Listed] = Page([])
    if place.level is not Level.UNIT:
        page = children(place, after)
    codes = [*(OFFICE_CODES if place.level in OFFICES else BRANCH_CODES), *QUALITY_CODES]

    is_whole = bool(page.rows) and not after and page.next_after is None

    def wanted(known: Sequence[Definition]) -> Wanted:
        return _wanted(known, scope, page.rows, today, is_whole=is_whole)

    book, known = book_of(codes, today, wanted)
    by_code = dict(zip(codes, known, strict=True))
    by_place: dict[int, dict[tuple[Measure, int], int]] = {}
    for (one, name, _part, period), value in book.numbers.items():
        by_place.setdefault(one, {})[_MEASURES[name], period] = value
    return HomeNumbers(scope, today, page, book, by_code, by_place)


def columns_of(place: Place) -> tuple[Measure, ...]:
    """Return the numbers that the table below a place shows."""
    return OFFICE_COLUMNS if place.level in {Level.PROVINCE, Level.CITY} else BRANCH_COLUMNS


def _wanted(
    known: Sequence[Definition],
    scope: Scope,
    rows: Sequence[Listed],
    today: date,
    *,
    is_whole: bool,
) -> Wanted:
    place = scope.place
    whole, _ = counting.measures_of(known)
    drawn = [one for one in known if one.code not in QUALITY_CODES]
    flows, _ = counting.measures_of(one for one in drawn if one.is_flow)
    stocks, _ = counting.measures_of(one for one in drawn if not one.is_flow)
    columns = columns_of(place)
    shown = {*columns, *QUALITY} if rows else set()
    own = {*whole, *columns, *MORE}
    periods = (STOCK, today.year)
    months = months_before(today.year, today.month)
    # of each of those below only what the table shows
    asked = with_line(
        asked_of([place.path], own, discretion_of(scope, today), periods),
        place.path,
        [Measure.CONFIRMED_MINUTES],
        [month_of(today)],
    )
    return Wanted(
        place.id,
        [place.id, *(row.id for row in rows)],
        sorted(shown or own),
        more=sorted(own - shown) if shown else (),
        periods=periods,
        line=months if flows else (),
        line_measures=flows,
        series=months[:-1] if stocks else (),
        series_measures=stocks,
        own=columns if rows and place.level in WITH_OWN else (),
        below=periods if rows else (),
        years=[today.year],
        cover=with_lower(asked, place.path, shown, periods) if rows else asked,
        is_whole=is_whole,
    )
