"""Reading the life of organizations: foundings, councils, terms, quality lists, member groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from core import settings
from core.access.permissions import Level
from core.access.scope import Place
from core.database import db
from core.paging import Page, page_of
from core.statements import Kept
from organizations.listing import Listed, in_state
from organizations.models import (
    CheckAnswer,
    CheckList,
    FoundingEvent,
    MemberGroup,
    Organization,
    OrganizationCouncil,
    OrganizationEvent,
    OrganizationFile,
    OrganizationFounding,
)
from organizations.queries import bounds_of, under, under_given
from organizations.rules import (
    OPEN_STATES,
    OrganizationKind,
    OrganizationStatus,
    ids_of_path,
    is_grassroots,
)
from organizations.rules.foundings import UNDER_WAY
from organizations.rules.life import (
    DEFAULT_ITEMS,
    SEATS,
    CouncilStatus,
    LifeState,
    TermState,
    due_until,
    life_state,
    term_state,
)

PAGE, MOST_EVENTS = 20, 30
#: Returns the names of those who keep an organization on a day; the accounts are kept elsewhere.
KEEPERS: list[Callable[[int, date], Sequence[str]]] = []


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organization is in its life on a day, and how many days its term has left."""

    state: LifeState
    term: TermState
    ends_on: date | None
    days: int


@dataclass(frozen=True, slots=True)
class Groups:
    """How many member groups there are, and how many people belong to them."""

    groups: int
    heads: int


def due_months(day: date) -> int:
    """Return how many months before its end a term is due."""
    return settings.value("organizations.due_months", on=day)


def stages(day: date) -> tuple[int, ...]:
    """Return how many months before the end of a term somebody is reminded."""
    names = ("due_months", "remind_again_months", "remind_last_months")
    return tuple(settings.value(f"organizations.{name}", on=day) for name in names)


class Lived(Protocol):
    """An organization as its place in its life sees it."""

    @property
    def status(self) -> OrganizationStatus: ...
    @property
    def term_ends_on(self) -> date | None: ...


#: What the list of organizations may be narrowed to.
NARROWED = (LifeState.OVERDUE, LifeState.DUE, LifeState.SUSPENDED)


def narrowed(place: Place, state: LifeState, day: date, after: str) -> Page[Listed]:
    """Return a page of the organizations under a place in a state of their life on a day."""
    bounds = {"day": day, "due_until": due_until(day, due_months(day))}
    return in_state(place, state, bounds, after)


def standing_of(organization: Lived, day: date) -> Standing:
    """Return where an organization is in its life on a day."""
    ends_on = organization.term_ends_on
    term = term_state(ends_on, day, due_months(day))
    days = (ends_on - day).days if ends_on else 0
    return Standing(life_state(organization.status, term), term, ends_on, days)


def founding_at(place: Place, code: str) -> OrganizationFounding | None:
    """Return a founding that a place entered or replies to; None for any other's."""
    return db.session.scalars(
        select(OrganizationFounding)
        .options(
            joinedload(OrganizationFounding.parent),
            joinedload(OrganizationFounding.decider),
            joinedload(OrganizationFounding.organization),
        )
        .where(OrganizationFounding.code == code, _handled_at(place))
    ).one_or_none()


def _handled_at(place: Place) -> ColumnElement[bool]:
    return or_(
        OrganizationFounding.maker_id == place.id, OrganizationFounding.decider_id == place.id
    )


def foundings_at(place: Place, after: str = "") -> Page[OrganizationFounding]:
    """Return a page of the foundings of a place, newest first; schools have their own register."""
    row = OrganizationFounding
    statement = (
        select(row)
        .options(joinedload(row.parent))
        .where(_handled_at(place), row.school_id.is_(None))
        .order_by(row.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(row.id).where(row.code == after).scalar_subquery()
        statement = statement.where(row.id < anchor)
    return page_of(db.session.scalars(statement).all(), PAGE)


def steps_of(founding_id: int) -> Sequence[FoundingEvent]:
    """Return the steps of a founding, the newest first."""
    statement = select(FoundingEvent).where(FoundingEvent.founding_id == founding_id)
    return db.session.scalars(statement.order_by(FoundingEvent.id.desc())).all()


def parents_for(place: Place) -> list[Organization]:
    """Return where a place may let an organization be founded: itself, and its townships."""
    towns = (Organization.parent_id == place.id) & (Organization.level == Level.TOWNSHIP)
    found = db.session.scalars(
        select(Organization)
        .where(or_(Organization.id == place.id, towns), Organization.status.in_(OPEN_STATES))
        .order_by(func.length(Organization.path), Organization.search_text)
    ).all()
    return list(found)


def organization_under(place: Place, code: str) -> Organization | None:
    """Return an organization at or under a place by its code; None for one elsewhere."""
    return db.session.scalars(
        select(Organization).where(Organization.code == code, under(place.path))
    ).one_or_none()


def deciders_for(place: Place) -> list[Organization]:
    """Return who may reply to what a place enters: itself, and above a township its county."""
    ids = ids_of_path(place.path)
    wanted = ids[-2:] if place.level is Level.TOWNSHIP else ids[-1:]
    rows = db.session.scalars(select(Organization).where(Organization.id.in_(wanted))).all()
    return sorted(rows, key=lambda row: -len(row.path))


def kinds_for(place: Place) -> list[OrganizationKind]:
    """Return the kinds of which a place may enter foundings; a county's schools have a register."""
    kinds = [kind for kind in OrganizationKind if is_grassroots(kind)]
    if place.level in {Level.COUNTY, Level.TOWNSHIP}:
        kinds.remove(OrganizationKind.SCHOOL)
    if place.level is not Level.COUNTY:
        kinds.remove(OrganizationKind.TOWNSHIP)
    if place.level not in {Level.COUNTY, Level.TOWNSHIP}:
        kinds.remove(OrganizationKind.VILLAGE)
    return kinds


def councils_of(organization_id: int | None) -> Sequence[OrganizationCouncil]:
    """Return the councils of an organization, the newest term first."""
    if organization_id is None:
        return []
    statement = select(OrganizationCouncil).where(
        OrganizationCouncil.organization_id == organization_id
    )
    newest = OrganizationCouncil.starts_on.desc(), OrganizationCouncil.id.desc()
    return db.session.scalars(statement.order_by(*newest)).all()


def council_on(organization_id: int, day: date) -> Mapping[str, str] | None:
    """Return the names by office of the council in office on a day, None without one."""
    council = OrganizationCouncil
    row = db.session.scalars(
        select(council)
        .where(
            council.organization_id == organization_id,
            council.starts_on <= day,
            council.status == CouncilStatus.SEATED,
        )
        .order_by(council.starts_on.desc(), council.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else {office: getattr(row, office) for office in SEATS}


def council_at(organization_id: int, code: str) -> OrganizationCouncil | None:
    """Return a council of an organization by its code."""
    return db.session.scalars(
        select(OrganizationCouncil).where(
            OrganizationCouncil.organization_id == organization_id,
            OrganizationCouncil.code == code,
        )
    ).one_or_none()


def events_of(organization_id: int) -> Sequence[OrganizationEvent]:
    """Return the last steps in the life of an organization, the newest first."""
    statement = select(OrganizationEvent).where(
        OrganizationEvent.organization_id == organization_id
    )
    return db.session.scalars(
        statement.order_by(OrganizationEvent.id.desc()).limit(MOST_EVENTS)
    ).all()


def file_of(organization_id: int) -> OrganizationFile | None:
    """Return what an organization tells of itself."""
    return db.session.get(OrganizationFile, organization_id)


def keepers_of(organization_id: int, day: date) -> list[str]:
    """Return the names of those who keep an organization on a day."""
    return [name for names in KEEPERS for name in names(organization_id, day)]


def items_of(year: int) -> tuple[str, ...]:
    """Return the quality list of a year; its default where the province entered none (ORG-04)."""
    statement = select(CheckList.items).where(CheckList.from_year <= year)
    told = db.session.scalar(statement.order_by(CheckList.from_year.desc()).limit(1))
    return tuple(told.split("\n")) if told else DEFAULT_ITEMS


def checklists() -> Sequence[CheckList]:
    """Return the quality lists that the province entered, the newest first."""
    return db.session.scalars(select(CheckList).order_by(CheckList.from_year.desc())).all()


def answers_of(organization_id: int, year: int) -> dict[str, CheckAnswer]:
    """Return what an organization answered of a year, by item."""
    statement = select(CheckAnswer).where(
        CheckAnswer.organization_id == organization_id, CheckAnswer.year == year
    )
    return {row.item: row for row in db.session.scalars(statement)}


def groups_of(organization_id: int) -> Sequence[MemberGroup]:
    """Return the member groups of an organization that go on."""
    statement = select(MemberGroup).where(
        MemberGroup.organization_id == organization_id, MemberGroup.ended_on.is_(None)
    )
    return db.session.scalars(statement.order_by(MemberGroup.id)).all()


def groups_under(path: str) -> Groups:
    """Return how many member groups stand at and under a path; they are no organizations."""
    row = db.session.execute(_grouped(under(path))).one()
    return Groups(row[0], int(row[1]))


def _grouped(inside: ColumnElement[bool]) -> Select[int, int]:
    heads = func.coalesce(func.sum(MemberGroup.heads), 0)
    return (
        select(func.count().label("groups"), heads.label("heads"))
        .select_from(MemberGroup)
        .join(Organization, Organization.id == MemberGroup.organization_id)
        .where(inside, MemberGroup.ended_on.is_(None))
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What the list of organizations tells beside its rows."""

    overdue: int
    waiting: int
    groups: Groups


def counts_at(place: Place, day: date) -> Counts:
    """Return what is overdue at and under a place, waits there, and is grouped: one statement."""
    row = _counts().rows({**bounds_of(place.path), "place": place.id, "day": day})[0]
    return Counts(row[0], row[1], Groups(row[2], int(row[3])))


@cache
def _counts() -> Kept:
    """Return the statement of every list of organizations, put together once per process."""
    overdue = select(func.count()).where(
        under_given(),
        Organization.term_ends_on < bindparam("day"),
        Organization.status.in_(OPEN_STATES),
    )
    waiting = select(func.count()).where(
        OrganizationFounding.decider_id == bindparam("place"),
        OrganizationFounding.school_id.is_(None),
        OrganizationFounding.status.in_(UNDER_WAY),
    )
    groups = _grouped(under_given()).subquery()
    return Kept(
        select(
            overdue.scalar_subquery(), waiting.scalar_subquery(), groups.c.groups, groups.c.heads
        )
    )


def terms_ending(day: date, after: int, limit: int) -> Sequence[Organization]:
    """Return open organizations whose term is due or overdue on a day, in the order of ids."""
    return db.session.scalars(
        select(Organization)
        .where(
            Organization.id > after,
            Organization.term_ends_on <= due_until(day, due_months(day)),
            Organization.status.in_(OPEN_STATES),
        )
        .order_by(Organization.id)
        .limit(limit)
    ).all()
