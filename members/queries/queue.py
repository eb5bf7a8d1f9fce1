"""The queue of an organization: what is approved at once, what needs a look, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from core.statements import Kept
from members.models import Application, Decision, Membership
from members.queries.dues import count_of_proposals
from members.queries.expulsions import count_of_expulsions
from members.queries.papers import count_of_missing
from members.queries.transfers import count_of_transfers
from members.queries.withdrawals import count_of_leavers
from members.rules import (
    ApplicationKind,
    ApplicationStatus,
    Flag,
    MembershipKind,
    MembershipStatus,
    flags_of,
)
from organizations.models import PLACE_COLUMNS, Organization
from people.models import Person
from people.queries import possible_duplicates

MoreCounts = Callable[[Any], Sequence[ScalarSelect[int]]]
NO_VALUES: Mapping[str, Any] = {}
PAGE = 20
#: Those to look at are opened one by one; fewer of them stand below what is approved at once.
SHORT_PAGE = 5
#: So much of what waits is the queue's own; what a home asks for besides stands behind it.
OWN_COUNTS = 8


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the queue says of an application."""

    code: str
    kind: ApplicationKind
    flags: str
    submitted_at: datetime
    nudged_at: datetime | None
    name: str
    organization: str
    born_on: date | None
    organization_id: int

    @property
    def flag_list(self) -> list[Flag]:
        return flags_of(self.flags)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when the oldest of each group waits at an organization, and what came back.

    ``more`` are the counts that the caller asked for besides, for an organization to be named.
    """

    safe_since: datetime | None
    doubtful_since: datetime | None
    returned_filings: int
    leavers: int
    transfers: int
    unpaid: int
    expulsions: int
    papers: int
    more: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Possible duplicates inside the reach of the handler, and whether others lie outside it."""

    shown: Sequence[Person]
    elsewhere: bool


def no_more(_place: Any) -> Sequence[ScalarSelect[int]]:
    """Return no counts besides."""
    return ()


def waiting_at(handler_id: Any, *, doubtful: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a group of the queue of an organization."""
    return (
        Application.handler_id == handler_id,
        Application.status == ApplicationStatus.SUBMITTED,
        Application.is_doubtful == doubtful,
    )


def _position() -> ColumnElement[tuple[datetime, int]]:
    return tuple_(Application.submitted_at, Application.id)


_QUEUE: Select[*tuple[Any, ...]] = (
    select(
        Application.code,
        Application.kind,
        Application.flags,
        Application.submitted_at,
        Application.nudged_at,
        Person.name,
        Organization.short_name,
        Person.born_on,
        Application.organization_id,
    )
    .join(Application.person)
    .join(Application.organization)
    .where(*waiting_at(bindparam("handler"), doubtful=bindparam("doubtful")))
    .order_by(Application.submitted_at, Application.id)
    .limit(bindparam("limit"))
)
_ANCHOR = (
    select(Application.submitted_at, Application.id)
    .where(Application.code == bindparam("after"), Application.handler_id == bindparam("handler"))
    .subquery()
)
_PAGE = Kept(_QUEUE)
_NEXT_PAGE = Kept(_QUEUE.join(_ANCHOR, _position() > tuple_(_ANCHOR.c.submitted_at, _ANCHOR.c.id)))


def queue_page(
    handler_id: int, *, doubtful: bool, after: str = "", limit: int = PAGE
) -> Page[Applicant]:
    """Return a group of the queue, longest waiting first."""
    asked = {"handler": handler_id, "doubtful": doubtful, "after": after, "limit": limit + 1}
    rows = (_NEXT_PAGE if after else _PAGE).rows(asked)
    return page_of([Applicant(*row) for row in rows], limit)


_APPLICATION = (
    select(Application)
    .options(
        joinedload(Application.person, innerjoin=True),
        joinedload(Application.organization, innerjoin=True).load_only(*PLACE_COLUMNS),
    )
    .where(Application.code == bindparam("code"), Application.handler_id == bindparam("handler"))
)


def application_at(handler_id: int, code: str) -> Application | None:
    """Return an application that is or was handled at an organization."""
    asked = {"handler": handler_id, "code": code}
    return db.session.scalars(_APPLICATION, asked).one_or_none()


def neighbours(application: Application) -> tuple[str | None, str | None]:
    """Return the codes before and after an application in its group of the queue."""
    asked = {
        "handler": application.handler_id,
        "doubtful": application.is_doubtful,
        "at": application.submitted_at,
        "id": application.id,
    }
    before, after = db.session.execute(_neighbours(), asked).one()
    return before, after


@cache
def _neighbours() -> Select[str | None, str | None]:
    submitted_at = bindparam("at", type_=Application.submitted_at.type)
    here = tuple_(submitted_at, bindparam("id", type_=Application.id.type))
    group = waiting_at(bindparam("handler"), doubtful=bindparam("doubtful"))
    earlier = (
        select(Application.code)
        .where(*group, _position() < here)
        .order_by(Application.submitted_at.desc(), Application.id.desc())
        .limit(1)
    )
    later = (
        select(Application.code)
        .where(*group, _position() > here)
        .order_by(Application.submitted_at, Application.id)
        .limit(1)
    )
    return select(earlier.scalar_subquery(), later.scalar_subquery())


def next_in_queue(handler_id: int, *, doubtful: bool) -> str | None:
    """Return the code of the application that waits longest in a group."""
    rows = queue_page(handler_id, doubtful=doubtful, limit=1).rows
    return rows[0].code if rows else None


def duplicates_of(application: Application) -> Duplicates:
    """Return whom to compare an applicant with.

    Only who is or wants to be with the handler, or in the same county where the county
    decides; of others not more than that they are there (security.md PRV-06).
    """
    found = possible_duplicates(application.person)
    if not found:
        return Duplicates((), elsewhere=False)
    near = set(
        db.session.scalars(
            select(Person.id).where(
                Person.id.in_([person.id for person in found]),
                or_(_belongs_near(application), _applied_near(application)),
            )
        )
    )
    shown = [person for person in found if person.id in near]
    return Duplicates(shown, elsewhere=len(shown) < len(found))


def decision_at(organization_id: int, code: str) -> Decision | None:
    """Return a decision that an organization made."""
    return db.session.scalars(
        select(Decision).where(Decision.code == code, Decision.organization_id == organization_id)
    ).one_or_none()


def standing_of(decision: Decision) -> int:
    """Return for how many a decision stands that was undone: who moved on was left out."""
    standing = select(func.count()).where(Application.decision_id == decision.id)
    return db.session.scalar(standing) or 0


def waiting_of(
    handler_id: int, more: MoreCounts = no_more, values: Mapping[str, Any] = NO_VALUES
) -> Waiting:
    """Return what waits at an organization for its home page: one statement.

    ``values`` are those of today that ``more`` asks for by name.
    """
    row = _waiting_of(more).rows({"handler": handler_id, **values})[0]
    found: list[Any] = [*row[:OWN_COUNTS], tuple(row[OWN_COUNTS:])]
    return Waiting(*found)


@cache
def _waiting_of(more: MoreCounts) -> Kept:
    handler_id: Any = bindparam("handler")
    safe, doubtful = (
        select(func.min(Application.submitted_at))
        .where(*waiting_at(handler_id, doubtful=is_doubtful))
        .scalar_subquery()
        for is_doubtful in (False, True)
    )
    returned = (
        select(Membership.id)
        .where(
            Membership.status == MembershipStatus.FILING_RETURNED,
            Membership.organization_id == handler_id,
            Membership.kind == MembershipKind.ADULT,
        )
        .limit(100)
        .subquery()
    )
    count = select(func.count()).select_from(returned).scalar_subquery()
    others = (
        count_of_leavers(handler_id),
        count_of_transfers(handler_id),
        count_of_proposals(handler_id),
        count_of_expulsions(handler_id),
        count_of_missing(handler_id),
    )
    return Kept(select(safe, doubtful, count, *others, *more(handler_id)))


def _belongs_near(application: Application) -> ColumnElement[bool]:
    return exists().where(
        Membership.person_id == Person.id,
        Membership.kind == MembershipKind.ADULT,
        or_(
            Membership.organization_id == application.handler_id,
            Membership.county_id == application.handler_id,
        ),
    )


def _applied_near(application: Application) -> ColumnElement[bool]:
    other = Application.__table__.alias()
    return exists().where(
        other.c.person_id == Person.id, other.c.handler_id == application.handler_id
    )
