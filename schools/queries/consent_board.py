"""What the board of consents shows: numbers and names of who is missing, class by class (S41)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from people.models import Consent, Guardian
from people.rules.consent_text import VERSION
from schools.models import ConsentPaper, Pupil, SchoolClass
from schools.rules.pupils import ON_ROSTER, ConsentState, PupilStatus

PAGE, PUPILS_PAGE = 20, 60
_HAS_GUARDIAN = exists().where(Guardian.person_id == Pupil.person_id, Guardian.ended_on.is_(None))
_OUTDATED = and_(
    Pupil.consent == ConsentState.GIVEN,
    exists().where(Consent.request_id == Pupil.request_id, Consent.text_version != VERSION),
)
_ROSTER = Pupil.status.in_(ON_ROSTER)
_WAITS = and_(Pupil.status == PupilStatus.DRAFT, _ROSTER)
#: Whom a message may reach now: nobody who was asked twice, and nobody who said no. How often
#: somebody was asked is looked at when it is sent.
ASKABLE = and_(
    _ROSTER,
    or_(Pupil.consent.in_((ConsentState.UNASKED, ConsentState.LAPSED)), _OUTDATED),
    _HAS_GUARDIAN,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a class, or of a school, stand where."""

    pupils: int = 0
    given: int = 0
    asked: int = 0
    unasked: int = 0
    lapsed: int = 0
    refused: int = 0
    outdated: int = 0
    unreachable: int = 0
    askable: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class on the board."""

    code: str
    grade: int
    number: int
    name: str
    counted: Counted


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A pupil in the class, with what the coordinator may do now."""

    code: str
    name: str
    status: PupilStatus
    consent: ConsentState
    is_outdated: bool
    has_guardian: bool


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _numbers() -> Sequence[Any]:
    """Return the columns of ``Counted``, in their order."""
    state = Pupil.consent
    return (
        _sum(_ROSTER),
        _sum(and_(_ROSTER, state == ConsentState.GIVEN)),
        _sum(and_(_ROSTER, state == ConsentState.ASKED)),
        _sum(and_(_ROSTER, state == ConsentState.UNASKED)),
        _sum(and_(_ROSTER, state == ConsentState.LAPSED)),
        _sum(Pupil.status == PupilStatus.REFUSED),
        _sum(and_(_ROSTER, _OUTDATED)),
        _sum(and_(_WAITS, ~_HAS_GUARDIAN)),
        _sum(ASKABLE),
        _sum(_WAITS),
    )


def counted_at(organization_id: int) -> Counted:
    """Return the numbers of a whole school."""
    row = db.session.execute(select(*_numbers()).where(Pupil.organization_id == organization_id))
    return Counted(*row.one())


def missing_at(organization_id: int) -> int:
    """Return how many drafts of a school wait for a consent."""
    statement = select(func.count()).where(Pupil.organization_id == organization_id, _WAITS)
    return db.session.scalar(statement) or 0


def classes_at(organization_id: int, year: int, after: str = "") -> Page[ClassRow]:
    """Return a page of the classes of a school year with their numbers, by grade and number."""
    place = (SchoolClass.grade, SchoolClass.number, SchoolClass.id)
    statement = (
        select(SchoolClass.code, SchoolClass.grade, SchoolClass.number, SchoolClass.name)
        .add_columns(*_numbers())
        .join(Pupil, Pupil.class_id == SchoolClass.id, isouter=True)
        .where(SchoolClass.organization_id == organization_id, SchoolClass.year == year)
        .group_by(*place, SchoolClass.code, SchoolClass.name)
        .order_by(*place)
        .limit(PAGE + 1)
    )
    anchor = class_at(organization_id, after) if after else None
    if anchor is not None:
        here = (anchor.grade, anchor.number)
        later = or_(
            SchoolClass.grade > here[0],
            and_(SchoolClass.grade == here[0], SchoolClass.number > here[1]),
        )
        statement = statement.where(later)
    rows = [
        ClassRow(row[0], row[1], row[2], row[3], Counted(*row[4:]))
        for row in db.session.execute(statement)
    ]
    return page_of(rows, PAGE)


def class_at(organization_id: int, code: str) -> SchoolClass | None:
    """Return a class of a school by its code."""
    return db.session.scalars(
        select(SchoolClass).where(
            SchoolClass.code == code, SchoolClass.organization_id == organization_id
        )
    ).one_or_none()


def counted_in(class_id: int) -> Counted:
    """Return the numbers of one class."""
    row = db.session.execute(select(*_numbers()).where(Pupil.class_id == class_id))
    return Counted(*row.one())


def pupils_in(class_id: int, after: str = "") -> Page[PupilRow]:
    """Return a page of a class: who waits first, who belongs, and who said no, not chased."""
    shown = or_(_ROSTER, and_(Pupil.status == PupilStatus.REFUSED, Pupil.due_on.is_not(None)))
    rank = case(
        (Pupil.status == PupilStatus.DRAFT, 0), (Pupil.status == PupilStatus.MEMBER, 1), else_=2
    )
    statement = (
        select(Pupil, _OUTDATED, _HAS_GUARDIAN)
        .options(joinedload(Pupil.person, innerjoin=True))
        .where(Pupil.class_id == class_id, shown)
        .order_by(rank, Pupil.id)
        .limit(PUPILS_PAGE + 1)
    )
    if after:
        of_after = select(Pupil.id, rank.label("rank")).where(Pupil.code == after).subquery()
        key, ranked = select(of_after.c.id).scalar_subquery(), select(of_after.c.rank)
        place = ranked.scalar_subquery()
        statement = statement.where(or_(rank > place, and_(rank == place, Pupil.id > key)))
    rows = [
        PupilRow(
            pupil.code,
            pupil.person.name,
            pupil.status,
            pupil.consent,
            is_outdated=bool(outdated),
            has_guardian=bool(has),
        )
        for pupil, outdated, has in db.session.execute(statement)
    ]
    return page_of(rows, PUPILS_PAGE)


def pupil_at(organization_id: int, code: str) -> Pupil | None:
    """Return a pupil of a school by the code of the row."""
    return db.session.scalars(
        select(Pupil).where(Pupil.code == code, Pupil.organization_id == organization_id)
    ).one_or_none()


def waiting_in(class_id: int) -> Sequence[Pupil]:
    """Return the drafts of a class whose guardians may still sign on paper, by name."""
    statement = (
        select(Pupil)
        .options(joinedload(Pupil.person, innerjoin=True))
        .where(Pupil.class_id == class_id, _WAITS)
        .order_by(Pupil.id)
    )
    return db.session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A bundle of papers that was brought."""

    code: str
    count: int
    recorded_at: datetime
    has_scan: bool


def papers_of(class_id: int) -> list[PaperRow]:
    """Return the last bundles of papers of a class."""
    statement = (
        select(
            ConsentPaper.code,
            ConsentPaper.count,
            ConsentPaper.recorded_at,
            ConsentPaper.file_code.is_not(None),
        )
        .where(ConsentPaper.class_id == class_id)
        .order_by(ConsentPaper.id.desc())
        .limit(PAGE)
    )
    return [PaperRow(*row) for row in db.session.execute(statement)]


def paper_at(organization_id: int, code: str) -> ConsentPaper | None:
    """Return a bundle of papers of a school, with its scan."""
    return db.session.scalars(
        select(ConsentPaper)
        .join(SchoolClass, SchoolClass.id == ConsentPaper.class_id)
        .where(
            ConsentPaper.code == code,
            ConsentPaper.file_code.is_not(None),
            SchoolClass.organization_id == organization_id,
        )
    ).one_or_none()


def class_of_paper(paper: ConsentPaper) -> SchoolClass:
    """Return the class whose guardians signed a bundle."""
    return db.session.get_one(SchoolClass, paper.class_id)
