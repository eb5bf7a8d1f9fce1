"""Books of dues: sums of a year, of those directly below, lines, remittances, tariff and split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from members.models import (
    DuesBook,
    DuesEntry,
    DuesPayment,
    DuesReceipt,
    DuesRemittance,
    DuesSplit,
    DuesTariff,
)
from members.rules import DuesEntryKind, RemittanceStatus
from organizations.models import Organization

PAGE = 20
MOST = 50
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Book:
    """The sums of an organization and a year, fen: what came is kept or owed upward."""

    collected: int = 0
    below: int = 0
    kept: int = 0
    owed: int = 0
    remitted: int = 0
    confirmed: int = 0
    received: int = 0

    @property
    def to_send(self) -> int:
        """Return what is still to be sent up."""
        return self.owed - self.remitted

    @property
    def to_come(self) -> int:
        """Return what those below still have to send."""
        return self.below - self.received

    @property
    def unconfirmed(self) -> int:
        """Return what was sent and nobody has confirmed yet."""
        return self.remitted - self.confirmed


_SUMS = tuple(
    func.sum(getattr(DuesBook, name))
    for name in ("collected", "below", "kept", "owed", "remitted", "confirmed", "received")
)


def books_of(organization_ids: Iterable[int], year: int) -> Mapping[int, Book]:
    """Return the books of organizations for a year: one statement over maintained sums."""
    rows = db.session.execute(
        select(DuesBook.organization_id, *_SUMS)
        .where(DuesBook.organization_id.in_(list(organization_ids)), DuesBook.year == year)
        .group_by(DuesBook.organization_id)
    )
    return {row[0]: Book(*(int(one) for one in row[1:])) for row in rows}


def cash_in_hand(organization_id: int) -> int:
    """Return the money of dues that an organization holds, over all years, in fen."""
    held = func.sum(DuesBook.collected + DuesBook.received - DuesBook.remitted)
    statement = select(held).where(DuesBook.organization_id == organization_id)
    return int(db.session.scalar(statement) or 0)


@dataclass(frozen=True, slots=True)
class Debt:
    """What an organization owes one level above for a year, fen; no name is the national one."""

    year: int
    upper_id: int
    upper_code: str
    upper_name: str
    owed: int
    remitted: int

    @property
    def to_send(self) -> int:
        """Return what is still to be sent."""
        return self.owed - self.remitted


def debts_of(organization_id: int) -> list[Debt]:
    """Return what an organization has still to send, oldest year first."""
    rows = db.session.execute(
        select(
            DuesBook.year,
            DuesBook.upper_key,
            func.coalesce(Organization.code, ""),
            func.coalesce(Organization.name, ""),
            DuesBook.owed,
            DuesBook.remitted,
        )
        .outerjoin(Organization, Organization.id == DuesBook.upper_key)
        .where(DuesBook.organization_id == organization_id, DuesBook.owed > DuesBook.remitted)
        .order_by(DuesBook.year, DuesBook.upper_key)
        .limit(MOST)
    )
    return [Debt(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Debtor:
    """What the reconciliation says of an organization below: owed, sent, confirmed, in fen."""

    code: str
    name: str
    owed: int
    remitted: int
    confirmed: int

    @property
    def difference(self) -> int:
        """Return what is owed and has not arrived."""
        return self.owed - self.confirmed


def debtors_of(organization_id: int, year: int, after: str = "") -> Page[Debtor]:
    """Return a page of those who owe an organization for a year: one statement."""
    statement = (
        select(
            Organization.code,
            Organization.short_name,
            DuesBook.owed,
            DuesBook.remitted,
            DuesBook.confirmed,
        )
        .join(Organization, Organization.id == DuesBook.organization_id)
        .where(DuesBook.upper_key == organization_id, DuesBook.year == year)
        .order_by(DuesBook.organization_id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(Organization.id).where(Organization.code == after).scalar_subquery()
        statement = statement.where(DuesBook.organization_id > anchor)
    return page_of([Debtor(*row) for row in db.session.execute(statement)], PAGE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a book as the page shows it; no name stands in it."""

    code: int
    kind: DuesEntryKind
    booked_on: date
    paper: str
    cash: int
    below: int
    kept: int
    up: int


def lines_of(organization_id: int, year: int, after: int = 0) -> Page[Line]:
    """Return a page of the lines of a book, newest first, with the number of their paper."""
    statement = (
        select(
            DuesEntry.id,
            DuesEntry.kind,
            DuesEntry.booked_on,
            func.coalesce(DuesReceipt.number, DuesRemittance.voucher),
            DuesEntry.cash,
            DuesEntry.below,
            DuesEntry.kept,
            DuesEntry.up,
        )
        .outerjoin(DuesPayment, DuesPayment.id == DuesEntry.payment_id)
        .outerjoin(DuesReceipt, DuesReceipt.id == DuesPayment.receipt_id)
        .outerjoin(DuesRemittance, DuesRemittance.id == DuesEntry.remittance_id)
        .where(DuesEntry.organization_id == organization_id, DuesEntry.year == year)
        .order_by(DuesEntry.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        statement = statement.where(DuesEntry.id < after)
    return page_of([Line(*row) for row in db.session.execute(statement)], PAGE)


def own_remittances(organization_id: int, year: int) -> Sequence[DuesRemittance]:
    """Return what an organization sent up of a year, newest first."""
    return db.session.scalars(
        _remittances()
        .where(DuesRemittance.organization_id == organization_id, DuesRemittance.year == year)
        .order_by(DuesRemittance.id.desc())
        .limit(MOST)
    ).all()


def arriving_remittances(organization_id: int) -> Sequence[DuesRemittance]:
    """Return what was sent to an organization and waits for its word, longest first."""
    return db.session.scalars(
        _remittances()
        .where(
            DuesRemittance.upper_id == organization_id,
            DuesRemittance.status == RemittanceStatus.SENT,
        )
        .order_by(DuesRemittance.id)
        .limit(MOST)
    ).all()


def arriving_at(organization_id: int, code: str) -> DuesRemittance | None:
    """Return one of them by its code."""
    return db.session.scalars(
        _remittances().where(
            DuesRemittance.code == code,
            DuesRemittance.upper_id == organization_id,
            DuesRemittance.status == RemittanceStatus.SENT,
        )
    ).one_or_none()


def count_of_arriving(organization_id: Any) -> ScalarSelect[int]:
    """Return the number of those, a hundred at most, for a statement about an organization."""
    found = (
        select(DuesRemittance.id)
        .where(
            DuesRemittance.upper_id == organization_id,
            DuesRemittance.status == RemittanceStatus.SENT,
        )
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def tariffs() -> Sequence[DuesTariff]:
    """Return the lines of the tariff by kind and band, newest first: there are few."""
    return db.session.scalars(
        select(DuesTariff)
        .options(joinedload(DuesTariff.region))
        .order_by(
            DuesTariff.kind, DuesTariff.band_from, DuesTariff.valid_from.desc(), DuesTariff.id
        )
    ).all()


def splits() -> Sequence[DuesSplit]:
    """Return the lines of the split by level, newest first."""
    return db.session.scalars(
        select(DuesSplit)
        .options(joinedload(DuesSplit.region))
        .order_by(DuesSplit.level, DuesSplit.valid_from.desc(), DuesSplit.id)
    ).all()


def open_lines() -> dict[str, DuesTariff | DuesSplit]:
    """Return the lines of tariff and split without a last day, by their code."""
    found: list[DuesTariff | DuesSplit] = [*tariffs(), *splits()]
    return {line.code: line for line in found if line.valid_to is None}


def regions_named(name: str) -> Sequence[Organization]:
    """Return the cities and counties of a name, for a line that holds there only."""
    branches = ("city", "county")
    return db.session.scalars(
        select(Organization)
        .where(
            or_(Organization.short_name == name, Organization.name == name),
            Organization.level.in_(branches),
        )
        .limit(2)
    ).all()


def _remittances() -> Select[DuesRemittance]:
    return select(DuesRemittance).options(
        joinedload(DuesRemittance.organization, innerjoin=True),
        joinedload(DuesRemittance.upper),
    )
