"""A person's records, page by page: for himself, or for a post that may read some of them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, or_, select, tuple_

from core import clock
from core.paging import Page, page_of
from core.statements import Kept
from organizations.models import Organization
from volunteers.models import ServiceRecord
from volunteers.rules import Doubt, ServiceMethod, ServiceStatus, doubts_of

PAGE = 20


class Listed(NamedTuple):
    """What a person's list says of a record."""

    code: str
    title: str
    served_on: date
    minutes: int
    status: ServiceStatus
    method: ServiceMethod
    counts: bool
    doubts: str

    @property
    def is_held(self) -> bool:
        return Doubt.HELD in doubts_of(self.doubts)


_LISTED = select(
    ServiceRecord.code,
    ServiceRecord.title,
    ServiceRecord.served_on,
    ServiceRecord.minutes,
    ServiceRecord.status,
    ServiceRecord.method,
    ServiceRecord.counts,
    ServiceRecord.doubts,
)


class Reader(NamedTuple):
    """A post that reads records: those of its place, of a range of paths, and handled there."""

    place: int
    low: str
    high: str


_IN_REACH = select(Organization.id).where(
    or_(
        Organization.id == bindparam("place"),
        and_(Organization.path >= bindparam("low"), Organization.path < bindparam("high")),
    )
)
_READABLE = or_(
    ServiceRecord.organization_id.in_(_IN_REACH), ServiceRecord.handler_id == bindparam("place")
)


def records_of_person(
    person_id: int,
    reader: Reader | None = None,
    *,
    year: int | None = None,
    status: ServiceStatus | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page[Listed]:
    """Return a page of a person's records, latest service first: one statement.

    All of them for the person himself, else those that a reader's post shows him.
    """
    asked: dict[str, Any] = {"person": person_id, "after": after, "limit": limit + 1}
    asked |= {"status": status, **(reader._asdict() if reader else {})}
    if year is not None:
        bounds = clock.days_bounds(date(year, 1, 1), date(year, 12, 31))
        asked["first"], asked["last"] = bounds
    shape = year is not None, status is not None, bool(after), reader is not None
    rows = _kept_records(*shape).rows(asked)
    return page_of([Listed(*row) for row in rows], limit)


@cache
def _kept_records(*shape: bool) -> Kept:
    return Kept(_records(*shape))


def _records(
    of_year: bool,  # noqa: FBT001 - a shape
    of_status: bool,  # noqa: FBT001
    has_anchor: bool,  # noqa: FBT001
    has_reader: bool,  # noqa: FBT001
) -> Select[*tuple[Any, ...]]:
    record = ServiceRecord
    statement = _LISTED.where(record.person_id == bindparam("person"))
    if has_reader:
        statement = statement.where(_READABLE)
    if of_year:
        inside = record.starts_at >= bindparam("first"), record.starts_at < bindparam("last")
        statement = statement.where(*inside)
    if of_status:
        statement = statement.where(record.status == bindparam("status"))
    if has_anchor:
        anchor = select(record.starts_at, record.id).where(
            record.code == bindparam("after"), record.person_id == bindparam("person")
        )
        key = tuple_(record.starts_at, record.id)
        statement = statement.where(key < anchor.scalar_subquery())
    order = record.starts_at.desc(), record.id.desc()
    return statement.order_by(*order).limit(bindparam("limit"))
