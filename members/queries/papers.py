"""Signed papers of people who were entered: one of them, and those that are still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import contains_eager

from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from members.models import Application, Entry
from members.rules import OPEN_STATES, ApplicationKind, ApplicationStatus
from members.rules.entries import EntryWay
from organizations.models import PLACE_COLUMNS
from people import presence
from people.models import Person

PAGE = 20
COUNTED = 100
#: Of whom a paper is expected: who waits and who was admitted.
EXPECTED = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.APPROVED)


@dataclass(frozen=True, slots=True)
class MissingPaper:
    """What the list of missing papers says of somebody who was entered."""

    code: str
    name: str
    kind: ApplicationKind
    entered_at: datetime
    signed_on: date | None
    number: str
    born_on: date | None
    organization_id: int


def entry_at(scope: Scope, code: str) -> Entry | None:
    """Return the entry behind an application that an organization may bring a paper to.

    The organization that took the paper in, who handles the application, and whoever has the
    person in reach; nobody else learns that there is one.
    """
    statement = (
        select(Entry)
        .join(Entry.application)
        .options(
            contains_eager(Entry.application).joinedload(Application.person, innerjoin=True),
            contains_eager(Entry.application)
            .joinedload(Application.organization, innerjoin=True)
            .load_only(*PLACE_COLUMNS),
        )
        .where(Application.code == code)
    )
    entry = db.session.scalars(statement).one_or_none()
    if entry is None:
        return None
    desks = {entry.application.organization_id, entry.application.handler_id}
    return entry if scope.place.id in desks or _is_present(scope, entry) else None


def may_read(scope: Scope, entry: Entry) -> bool:
    """Return whether the paper may be looked at here: who moved away took the right along."""
    is_open = entry.application.status in OPEN_STATES
    return is_open or _is_present(scope, entry)


def _is_present(scope: Scope, entry: Entry) -> bool:
    return presence.is_present(scope, entry.application.person_id)


_WAY = {
    EntryWay.TYPED: (Entry.import_code.is_(None),),
    EntryWay.LISTED: (Entry.import_code.is_not(None),),
    None: (),
}
_LACKING = Application.status.in_(EXPECTED), Entry.paper_file_code.is_(None)


def _missing(organization_id: int, way: EntryWay | None = None) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for entries whose paper nobody has brought yet."""
    return (Application.organization_id == organization_id, *_LACKING, *_WAY[way])


def missing_papers(
    organization_id: int, way: EntryWay | None = None, after: str = ""
) -> Page[MissingPaper]:
    """Return a page of those whose paper is missing, longest first: one statement."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Application.code,
            Person.name,
            Application.kind,
            Entry.entered_at,
            Entry.signed_on,
            Entry.paper_number,
            Person.born_on,
            Application.organization_id,
        )
        .join(Entry.application)
        .join(Application.person)
        .where(*_missing(organization_id, way))
        .order_by(Entry.id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(Entry.id).join(Entry.application).where(Application.code == after)
        statement = statement.where(Entry.id > anchor.scalar_subquery())
    return page_of([MissingPaper(*row) for row in db.session.execute(statement)], PAGE)


def counts_of_missing(organization_id: int) -> dict[EntryWay | None, int]:
    """Return how many papers are missing by way, a hundred at most of each: one statement."""
    row = db.session.execute(select(*(count_of_missing(organization_id, way) for way in _WAY)))
    return dict(zip(_WAY, row.one(), strict=True))


def lacking_for_long(before: datetime, after: int, limit: int) -> Sequence[tuple[int, int]]:
    """Return the next organizations by id, and how many papers they lack since then or longer."""
    rows = db.session.execute(
        select(Application.organization_id, func.count())
        .select_from(Entry)
        .join(Entry.application)
        .where(*_LACKING, Entry.entered_at < before, Application.organization_id > after)
        .group_by(Application.organization_id)
        .order_by(Application.organization_id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def count_of_missing(organization_id: Any, way: EntryWay | None = None) -> ScalarSelect[int]:
    """Return the number of missing papers as a part of a statement, a hundred at most."""
    found = select(Entry.id).join(Entry.application).where(*_missing(organization_id, way))
    return select(func.count()).select_from(found.limit(COUNTED).subquery()).scalar_subquery()
