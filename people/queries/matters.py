"""Cases: the own ones, those that lie at an organization, and the numbers of every level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select, text, tuple_, union_all

from core.crypto import is_same_secret
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from people.models import Matter, MatterFigure, RightsRequest
from people.rules.matters import (
    RUNNING,
    Figures,
    MatterFact,
    MatterKind,
    MatterState,
    day_number,
    secret_digest,
    serial_of,
)

PAGE = 20
#: What has no deadline stands behind everything that has one.
_LAST = date(9999, 12, 31)
_DUE = func.coalesce(Matter.due_on, _LAST)
_OPEN_FIGURES = text("matter_figures.fact = 'open' AND matter_figures.value > 0")


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list: its number and where it is; nothing of who asked."""

    code: str
    kind: MatterKind
    state: MatterState
    opened_at: datetime
    due_on: date | None
    ended_at: datetime | None
    answer: str
    holder: str
    subject_code: str


def _lines() -> Select[*tuple[Any, ...]]:
    return select(Matter, Organization.name).join(Organization, Organization.id == Matter.holder_id)


def _line(matter: Matter, holder: str) -> Line:
    return Line(
        matter.number,
        matter.kind,
        matter.state,
        matter.opened_at,
        matter.due_on,
        matter.ended_at,
        matter.answer,
        holder,
        matter.subject_code,
    )


def own_matters(person_id: int, after: str = "") -> Page[Line]:
    """Return a page of what a person asked for, the newest first: one statement."""
    statement = _lines().where(Matter.person_id == person_id)
    if after:
        statement = statement.where(Matter.id < (serial_of(after) or 0))
    rows = db.session.execute(statement.order_by(Matter.id.desc()).limit(PAGE + 1))
    return page_of([_line(*row) for row in rows], PAGE)


def own_matter(person_id: int, number: str) -> Matter | None:
    """Return a case of a person by its number."""
    found = matter_of_number(number)
    return found if found is not None and found.person_id == person_id else None


def matter_at(holder_id: int, number: str) -> Matter | None:
    """Return a case that an organization holds, by its number."""
    found = matter_of_number(number)
    return found if found is not None and found.holder_id == holder_id else None


def matter_of_number(number: str) -> Matter | None:
    """Return the case that a number names, None for one that is mistyped or made up."""
    serial = serial_of(number)
    found = db.session.get(Matter, serial) if serial and serial < 2**62 else None
    plain = "".join(sign for sign in number.upper() if sign.isalnum())
    return found if found is not None and found.number.replace("-", "") == plain else None


def public_matter(number: str, secret: str) -> Line | None:
    """Return what the public page shows of a case; one answer for all that does not fit."""
    found = matter_of_number(number)
    kept = found.secret_digest if found is not None else None
    fits = is_same_secret((kept or bytes(32)).hex(), secret_digest(secret).hex())
    if found is None or kept is None or not fits:
        return None
    return replace(_line(found, found.holder.name), answer="", subject_code="")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list of cases is narrowed to; ended ones are shown where ``is_ended``."""

    kind: MatterKind | None = None
    is_ended: bool = False
    is_overdue: bool = False


def matters_at(place_id: int, narrowed: Narrowed, today: date, after: str = "") -> Page[Line]:
    """Return a page of the cases that an organization holds: one statement.

    Open ones by deadline, so those overdue come first; ended ones the latest first.
    """
    statement = _lines().where(Matter.holder_id == place_id)
    running = Matter.state.in_(RUNNING)
    if narrowed.kind is not None:
        statement = statement.where(Matter.kind == narrowed.kind)
    if narrowed.is_ended:
        statement = statement.where(~running).order_by(Matter.id.desc())
        if after:
            statement = statement.where(Matter.id < (serial_of(after) or 0))
    else:
        statement = statement.where(running).order_by(_DUE, Matter.id)
        if narrowed.is_overdue:
            statement = statement.where(Matter.due_on < today)
        if after:
            anchor = select(_DUE.label("due"), Matter.id).where(
                Matter.id == (serial_of(after) or 0)
            )
            place = anchor.subquery()
            statement = statement.join(
                place, tuple_(_DUE, Matter.id) > tuple_(place.c.due, place.c.id)
            )
    rows = db.session.execute(statement.limit(PAGE + 1))
    return page_of([_line(*row) for row in rows], PAGE)


@dataclass(slots=True)
class _Sums:
    facts: dict[MatterFact, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    overdue: int = 0

    def add(self, fact: MatterFact, days: int, value: int, *, is_overdue: bool) -> None:
        """Add one sum of the database."""
        self.facts[fact] += value
        if fact in {MatterFact.IN_TIME, MatterFact.LATE}:
            self.days[days] += value
        self.overdue += value if is_overdue else 0

    def figures(self) -> Figures:
        """Return the numbers."""
        found = self.facts
        return Figures(
            received=found[MatterFact.RECEIVED],
            in_time=found[MatterFact.IN_TIME],
            late=found[MatterFact.LATE],
            dropped=found[MatterFact.DROPPED],
            open=found[MatterFact.OPEN],
            overdue=self.overdue,
            days=tuple(sorted(self.days.items())),
        )


def figures_of_places(
    place_ids: Collection[int], period: int, today: date, kind: MatterKind | None = None
) -> Mapping[int, Figures]:
    """Return the numbers of organizations and all below each, of a year or a month."""
    narrowed = [MatterFigure.kind == kind] if kind is not None else []
    column = MatterFigure.organization_id
    rows = _sums(column, place_ids, period, today, narrowed)
    return {one: found.figures() for one, found in rows.items()}


def figures_by_kind(place_id: int, period: int, today: date) -> Mapping[MatterKind, Figures]:
    """Return the numbers of an organization and all below it, of every kind."""
    rows = _sums(MatterFigure.kind, [place_id], period, today, [])
    return {MatterKind(one): found.figures() for one, found in rows.items()}


def _sums(
    by: Any, place_ids: Collection[int], period: int, today: date, narrowed: Sequence[Any]
) -> Mapping[Any, _Sums]:
    """Return sums grouped by a column: one statement, whatever stands behind the numbers."""
    row = MatterFigure
    here = and_(row.organization_id.in_(place_ids), *narrowed)
    ended = select(by.label("by"), row.fact, row.days, func.sum(row.value), literal(0)).where(
        here, row.fact != MatterFact.OPEN, row.period == period
    )
    is_late = case((row.period < day_number(today), 1), else_=0)
    still = select(by.label("by"), row.fact, row.days, func.sum(row.value), is_late).where(
        here, _OPEN_FIGURES
    )
    united = union_all(
        ended.group_by(by, row.fact, row.days), still.group_by(by, row.fact, row.days, is_late)
    )
    found: dict[Any, _Sums] = defaultdict(_Sums)
    for key, fact, days, value, late in db.session.execute(united):
        found[key].add(MatterFact(fact), days, int(value), is_overdue=bool(late))
    return found


def total_of(figures: Iterable[Figures]) -> Figures:
    """Return the sum of numbers."""
    sums = _Sums()
    for one in figures:
        for fact, value in (
            (MatterFact.RECEIVED, one.received),
            (MatterFact.DROPPED, one.dropped),
            (MatterFact.OPEN, one.open),
        ):
            sums.facts[fact] += value
        sums.facts[MatterFact.IN_TIME] += one.in_time
        sums.facts[MatterFact.LATE] += one.late
        sums.overdue += one.overdue
        for days, value in one.days:
            sums.days[days] += value
    return sums.figures()


def requests_at(handler_id: int, statuses: Collection[Any], after: str = "") -> Page[RightsRequest]:
    """Return a page of requests that an organization has to answer, the nearest deadline first."""
    statement = select(RightsRequest).where(
        RightsRequest.handler_id == handler_id, RightsRequest.status.in_(statuses)
    )
    key = tuple_(RightsRequest.due_on, RightsRequest.id)
    if after:
        place = (
            select(RightsRequest.due_on, RightsRequest.id)
            .where(RightsRequest.code == after, RightsRequest.handler_id == handler_id)
            .subquery()
        )
        statement = statement.join(place, key > tuple_(place.c.due_on, place.c.id))
    ordered = statement.order_by(RightsRequest.due_on, RightsRequest.id).limit(PAGE + 1)
    return page_of(db.session.scalars(ordered).all(), PAGE)


def request_at(handler_id: int, code: str) -> RightsRequest | None:
    """Return a request that an organization has or had to answer."""
    asked = RightsRequest.code == code, RightsRequest.handler_id == handler_id
    return db.session.scalars(select(RightsRequest).where(*asked)).one_or_none()


def own_request(person_id: int, code: str) -> RightsRequest | None:
    """Return a request of a person."""
    asked = RightsRequest.code == code, RightsRequest.person_id == person_id
    return db.session.scalars(select(RightsRequest).where(*asked)).one_or_none()
