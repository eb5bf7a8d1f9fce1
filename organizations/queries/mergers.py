"""Reading lists of mergers, their rows, and how an organization ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from core.database import db
from core.paging import Page, page_of
from organizations.models import Division, Organization, OrganizationClosing
from organizations.models.merging import Merger, MergerRow
from organizations.rules import ClosingStatus, MergerRowStatus, MergerStatus, MergerStep
from organizations.totals import Totals, forecast, totals_of

PAGE, ROWS = 20, 50


@dataclass(frozen=True, slots=True)
class Counted:
    """What the list of mergers says of each."""

    code: str
    document: str
    merged_on: date
    status: MergerStatus
    rows: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ListedRow:
    """What a page says of a row: line of the list, both organizations, why it was left."""

    code: str
    row: MergerRow

    @property
    def source(self) -> str:
        return self.row.source.name if self.row.source else self.row.source_text

    @property
    def target(self) -> str:
        return self.row.target.name if self.row.target else self.row.target_name


@dataclass(frozen=True, slots=True)
class Ended:
    """How an organization ended: on which day, by which document, where its people are."""

    closing: OrganizationClosing
    merger_code: str | None
    place_code: str | None
    division: str
    successor: str
    divided_on: date | None


def mergers_at(place_id: int, after: str = "") -> Page[Counted]:
    """Return a page of the lists of a Red Cross, newest first: one statement."""
    rows = (
        select(func.count(MergerRow.id))
        .where(MergerRow.merger_id == Merger.id, MergerRow.step == MergerStep.MERGE)
        .scalar_subquery()
    )
    statement = (
        select(
            Merger.code,
            Merger.document,
            Merger.merged_on,
            Merger.status,
            rows,
            Merger.created_at,
        )
        .where(Merger.organization_id == place_id, Merger.status != MergerStatus.DISCARDED)
        .order_by(Merger.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(Merger.id).where(Merger.code == after).scalar_subquery()
        statement = statement.where(Merger.id < anchor)
    return page_of([Counted(*row) for row in db.session.execute(statement)], PAGE)


def merger_of(code: str, place_id: int) -> Merger | None:
    """Return a list of a Red Cross; none for that of another one."""
    statement = select(Merger).where(Merger.code == code, Merger.organization_id == place_id)
    return db.session.scalars(statement).one_or_none()


def merger_rows(merger: Merger, after: int = 0, *, only_left: bool = False) -> Page[ListedRow]:
    """Return a page of the rows of a list in its order, or only those that were left."""
    statement = (
        select(MergerRow)
        .options(joinedload(MergerRow.source), joinedload(MergerRow.target))
        .where(MergerRow.merger_id == merger.id, MergerRow.position > after)
        .order_by(MergerRow.position)
        .limit(ROWS + 1)
    )
    if only_left:
        left = (MergerRowStatus.REFUSED, MergerRowStatus.STUCK)
        statement = statement.where(MergerRow.status.in_(left))
    rows = db.session.scalars(statement).all()
    return page_of([ListedRow(str(row.position), row) for row in rows], ROWS)


def merger_counts(merger: Merger) -> dict[MergerRowStatus, int]:
    """Return how many rows of a list are in each state: one statement."""
    statement = (
        select(MergerRow.status, func.count())
        .where(MergerRow.merger_id == merger.id)
        .group_by(MergerRow.status)
    )
    found = {row[0]: row[1] for row in db.session.execute(statement)}
    return {status: found.get(status, 0) for status in MergerRowStatus}


def totals_shown(merger: Merger) -> tuple[Totals, Totals]:
    """Return the numbers of every level before and after; of a draft as they would be."""
    if merger.status is MergerStatus.DRAFT:
        return totals_of(merger), forecast(merger)
    kept = merger.totals
    return kept.get("before", {}), kept.get("undone") or kept.get("after", {})


def ended(organization_id: int) -> Ended | None:
    """Return how an organization ended, by the closing that stands; None where none does."""
    successor = aliased(Division)
    statement = (
        select(
            OrganizationClosing,
            Merger.code,
            Organization.code,
            Division.name,
            successor.name,
            Division.valid_to,
        )
        .options(
            joinedload(OrganizationClosing.organization),
            joinedload(OrganizationClosing.target),
            joinedload(OrganizationClosing.shelter),
        )
        .outerjoin(MergerRow, MergerRow.closing_id == OrganizationClosing.id)
        .outerjoin(Merger, Merger.id == MergerRow.merger_id)
        .outerjoin(Organization, Organization.id == Merger.organization_id)
        .outerjoin(Division, Division.code == MergerRow.division_code)
        .outerjoin(successor, successor.code == Division.successor_code)
        .where(
            OrganizationClosing.organization_id == organization_id,
            OrganizationClosing.status == ClosingStatus.CLOSED,
        )
    )
    row = db.session.execute(statement).first()
    if row is None:
        return None
    closing, merger, place, division, follows, last = row
    return Ended(closing, merger, place, division or "", follows or "", last)
