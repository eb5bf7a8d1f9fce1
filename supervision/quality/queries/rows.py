"""Doubtful data of organizations, from their own rows: adults who are members or volunteers.

Each counts once at each organization that keeps him: the desk of one tells its own rows, those
above the sum of the desks below, counted every night (security.md AZ-07 hides few).
Pupils and other minors are no part of it: nobody but their school sees them (decisions.md D10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union,
)

from core import clock, settings
from core.access.scope import Place
from core.paging import Page, page_of
from core.rules import AGE_OF_MAJORITY
from core.statements import Kept
from members.models import Application, Entry, Membership
from members.queries.papers import EXPECTED
from members.rules import MembershipKind
from members.rules.memberships import LIVE_STATES
from organizations.counting import Count, cells_of
from organizations.rules import Measure
from people.models import DataCheck, DataFlag, DuplicateCandidate, Person, opened_phone
from people.rules import mask_phone
from people.rules.checks import FlagField
from people.rules.duplicates import DuplicateStatus
from supervision.quality.rules import KINDS, Kind
from volunteers.models import Volunteer
from volunteers.queries.roster import latest_birth
from volunteers.rules import SERVING

PAGE = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """How many adults an organization has, of how many something is doubtful, the oldest of it."""

    people: int
    counts: Mapping[Kind, int]
    oldest: Mapping[Kind, date]


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a list: the phone masked, no number of a document (decisions.md D2)."""

    code: str
    name: str
    phone: str
    since: date
    member: str | None
    volunteer: str | None
    paper: str | None


_MEMBERS = select(Membership.organization_id.label("at"), Membership.person_id).where(
    Membership.kind == MembershipKind.ADULT,
    Membership.status.in_(LIVE_STATES),
)
_SERVING = select(Volunteer.organization_id, Volunteer.person_id).where(
    Volunteer.status.in_(SERVING),
    Volunteer.merged_into_id.is_(None),
)
_EVERYWHERE = union(_MEMBERS, _SERVING).subquery("kept")
_OF_PLACE = union(
    _MEMBERS.where(Membership.organization_id == bindparam("place")),
    _SERVING.where(Volunteer.organization_id == bindparam("place")),
).subquery("kept")


def _paper(at: Any) -> Select[str]:
    return (
        select(Application.code)
        .join(Entry, Entry.application_id == Application.id)
        .where(
            Application.person_id == Person.id,
            Application.organization_id == at,
            Application.status.in_(EXPECTED),
            Entry.paper_file_code.is_(None),
        )
    )


def _flagged(field: FlagField, index: Any) -> ColumnElement[bool]:
    return exists().where(
        DataFlag.person_id == Person.id, DataFlag.field == field, DataFlag.digest == index
    )


def _conditions(at: Any) -> Mapping[Kind, ColumnElement[bool]]:
    """Return what makes data doubtful at an organization."""
    return {
        Kind.MISSING_ID: Person.id_index.is_(None),
        Kind.MISSING_PHONE: Person.phone_index.is_(None),
        Kind.MISSING_BIRTH: Person.born_on.is_(None),
        Kind.MISSING_PAPER: _paper(at).exists(),
        Kind.INVALID_ID: _flagged(FlagField.ID_NUMBER, Person.id_index),
        Kind.INVALID_PHONE: _flagged(FlagField.PHONE, Person.phone_index),
        Kind.DUPLICATE: exists().where(
            DuplicateCandidate.status == DuplicateStatus.OPEN,
            or_(DuplicateCandidate.low_id == Person.id, DuplicateCandidate.high_id == Person.id),
        ),
        Kind.STALE: or_(
            DataCheck.checked_on < bindparam("checked_before"),
            and_(DataCheck.checked_on.is_(None), Person.created_at < bindparam("made_before")),
        ),
    }


CONDITIONS = _conditions(_OF_PLACE.c.at)


def _adults(*columns: Any, kept: Any = _OF_PLACE) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(kept)
        .join(Person, Person.id == kept.c.person_id)
        .outerjoin(DataCheck, DataCheck.person_id == Person.id)
        .where(
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
            or_(Person.born_on.is_(None), Person.born_on <= bindparam("adult_born")),
        )
    )


@cache
def _counting() -> Kept:
    cells: list[Any] = [func.count().label("people")]
    for kind, condition in CONDITIONS.items():
        cells.append(func.sum(case((condition, 1), else_=0)).label(f"{kind}_count"))
        cells.append(func.min(case((condition, Person.created_at))).label(f"{kind}_oldest"))
    return Kept(_adults(*cells))


@cache
def _listing(kind: Kind, *, has_anchor: bool) -> Kept:
    member = select(Membership.code).where(
        Membership.person_id == Person.id,
        Membership.organization_id == bindparam("place"),
        Membership.kind == MembershipKind.ADULT,
        Membership.status.in_(LIVE_STATES),
    )
    volunteer = select(Volunteer.code).where(
        Volunteer.person_id == Person.id, Volunteer.organization_id == bindparam("place")
    )
    statement = _adults(
        Person.code,
        Person.name,
        Person.phone,
        Person.created_at,
        member.limit(1).scalar_subquery().label("member"),
        volunteer.limit(1).scalar_subquery().label("volunteer"),
        _paper(_OF_PLACE.c.at).limit(1).scalar_subquery().label("paper"),
    ).where(CONDITIONS[kind])
    if has_anchor:
        anchor = select(Person.id).where(Person.code == bindparam("after")).scalar_subquery()
        statement = statement.where(Person.id > anchor)
    return Kept(statement.order_by(Person.id).limit(bindparam("limit")))


def desk_counts() -> Iterator[Count]:
    """Yield how the numbers of all desks are counted: adults, and of how many what is doubtful."""
    at = _EVERYWHERE.c.at
    cells = _adults(*cells_of(at, None, None, func.count()), kept=_EVERYWHERE).group_by(at)
    yield Count(Measure.DESK_PEOPLE, cells)
    for kind, condition in _conditions(at).items():
        yield Count(Measure(KINDS[kind].measure), cells.where(condition))


def counted(place: Place, today: date) -> Counted:
    """Return how many rows of an organization itself are doubtful, by kind: one statement."""
    row = _counting().row(values(place, today))
    people, *cells = row or (0,)
    counts, oldest = {}, {}
    for at, kind in enumerate(CONDITIONS):
        counts[kind] = int(cells[2 * at] or 0)
        if cells[2 * at + 1] is not None:
            oldest[kind] = _day(cells[2 * at + 1])
    return Counted(int(people), counts, oldest)


def rows_of(place: Place, kind: Kind, today: date, after: str = "") -> Page[Row]:
    """Return a page of the rows of an organization itself that are doubtful: one statement."""
    asked: dict[str, Any] = {**values(place, today), "limit": PAGE + 1}
    if after:
        asked["after"] = after
    rows = _listing(kind, has_anchor=bool(after)).rows(asked)
    return page_of([_row(*row) for row in rows], PAGE)


def one_with_kinds() -> Select[*tuple[Any, ...]]:
    """Return the statement for one person of an organization, with what is doubtful about it."""
    return _adults(
        Person.code,
        Person.name,
        Person.phone,
        Person.id_index.is_not(None).label("has_document"),
        Person.born_on.is_not(None).label("has_birth"),
        DataCheck.checked_on,
        DataCheck.way,
        *(condition.label(str(kind)) for kind, condition in CONDITIONS.items()),
    ).where(Person.code == bindparam("code"))


def has_row(place: Place, code: str, today: date) -> bool:
    """Return whether somebody is an adult member or volunteer of an organization itself."""
    return _ONE.row({**values(place, today), "code": code}) is not None


_ONE = Kept(_adults(Person.id).where(Person.code == bindparam("code")))


def _row(
    code: str,
    name: str,
    phone: str | None,
    created_at: datetime,
    member: str | None,
    volunteer: str | None,
    paper: str | None,
) -> Row:
    shown = mask_phone(opened_phone(code, phone)) if phone else ""
    return Row(code, name, shown, clock.local(created_at).date(), member, volunteer, paper)


def values(place: Place, today: date) -> dict[str, Any]:
    """Return what every statement about one organization is asked by."""
    return {"place": place.id, **day_values(today)}


def day_values(today: date) -> dict[str, Any]:
    """Return what a day decides: who is an adult on it, and whose data are old."""
    before = today - timedelta(days=settings.value("quality.stale_days", on=today))
    return {
        "adult_born": latest_birth(today, AGE_OF_MAJORITY),
        "checked_before": before,
        "made_before": clock.at(before, time.min),
    }


def _day(value: Any) -> date:
    return clock.local(value).date()
