"""What a page of the levels shows of dues: maintained figures and sums, never a count of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core import clock
from core.access.scope import Scope
from core.paging import Page
from members.queries.dues_books import Book, books_of
from organizations.listing import children
from organizations.queries import discretion_of, numbers
from organizations.rules import Discretion, Measure, OrganizationKind

MEASURES = (
    Measure.DUES_CHARGED,
    Measure.DUES_PAID,
    Measure.DUES_CHARGES,
    Measure.DUES_SETTLED,
)


@dataclass(frozen=True, slots=True)
class DuesLine:
    """The dues of an organization and all below it; ``is_hidden`` where too few people pay."""

    code: str
    name: str
    kind: OrganizationKind | None
    is_leaf: bool
    charged: int
    paid: int
    charges: int
    settled: int
    is_hidden: bool
    book: Book

    @property
    def share(self) -> int | None:
        """Return how much of what was charged is paid, in ten-thousandths."""
        return self.paid * 10_000 // self.charged if self.charged else None


def own_line(scope: Scope, year: int) -> DuesLine:
    """Return the dues of the place of a scope: two statements."""
    place = scope.place
    found = numbers([place.id], MEASURES, (year,))[place.id]
    book = books_of([place.id], year).get(place.id, Book())
    shown = _discretion(scope)
    return _line(place.id, place.code, place.name, None, found, book, shown, year)


def lower_lines(scope: Scope, year: int, after: str) -> Page[DuesLine]:
    """Return a page of the organizations directly below with their dues: three statements."""
    if scope.place.level == "unit":
        return Page([])
    page = children(scope.place, after)
    ids = [row.id for row in page.rows]
    found, books, shown = numbers(ids, MEASURES, (year,)), books_of(ids, year), _discretion(scope)
    rows = [
        _line(
            row.id,
            row.code,
            row.short_name,
            row.kind,
            found[row.id],
            books.get(row.id, Book()),
            shown,
            year,
        )
        for row in page.rows
    ]
    return Page(rows, page.next_after)


def _discretion(scope: Scope) -> Discretion:
    return discretion_of(scope, clock.today())


def _line(
    organization_id: int,
    code: str,
    name: str,
    kind: OrganizationKind | None,
    found: Mapping[tuple[Measure, int], int],
    book: Book,
    discretion: Discretion,
    year: int,
) -> DuesLine:
    charged, paid, charges, settled = (found.get((measure, year), 0) for measure in MEASURES)
    return DuesLine(
        code,
        name,
        kind,
        kind not in {OrganizationKind.CITY, OrganizationKind.COUNTY, OrganizationKind.TOWNSHIP},
        charged,
        paid,
        charges,
        settled,
        discretion.hides(organization_id, Measure.DUES_CHARGES, charges),
        book,
    )
