"""Whether lines, sums, payments, charges and remittances of dues say the same, to the fen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, func, literal, select

from core.audit.queries import verify_chain
from core.database import db
from members.models import (
    DuesBook,
    DuesCharge,
    DuesEntry,
    DuesPayment,
    DuesReceipt,
    DuesRemittance,
)
from members.rules import DuesEntryKind, RemittanceStatus

_PAID = (DuesEntryKind.PAYMENT, DuesEntryKind.REFUND)
_SENT = (DuesEntryKind.REMITTANCE, DuesEntryKind.RETURN)
Sums = dict[tuple[Any, ...], tuple[int, ...]]


@dataclass(slots=True)
class Proof:
    """How much was looked at, and every difference as a sentence."""

    entries: int = 0
    books: int = 0
    payments: int = 0
    remittances: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Return whether nothing differs."""
        return not self.differences


def prove() -> Proof:
    """Return what a full comparison found; a broken chain ends it."""
    proof = Proof()
    verdict = verify_chain(DuesEntry)
    proof.entries = verdict.rows
    if not verdict.is_sound:
        proof.differences.append(f"chain: entry {verdict.broken_at}: {verdict.problem}")
        return proof
    proof.differences += [
        *_books(proof),
        *_balances(),
        *_levels(),
        *_payments(proof),
        *_charges(),
        *_remittances(proof),
    ]
    return proof


def _compare(what: str, expected: Sums, found: Sums) -> Iterator[str]:
    for key in sorted(expected.keys() | found.keys(), key=str):
        one, other = expected.get(key), found.get(key)
        empty = (0,) * len(one or other or ())
        if (one or empty) != (other or empty):
            yield f"{what} {key}: {other or empty} instead of {one or empty}"


def _sums(rows: Iterable[Any], keys: int) -> Sums:
    return {tuple(row[:keys]): tuple(int(one or 0) for one in row[keys:]) for row in rows}


def _when(kinds: Iterable[DuesEntryKind], value: Any) -> Any:
    return func.sum(case((DuesEntry.kind.in_(list(kinds)), value), else_=0))


def _books(proof: Proof) -> Iterator[str]:
    """Sums of books equal their lines."""
    upper = func.coalesce(DuesEntry.upper_id, 0)
    key = DuesEntry.organization_id, DuesEntry.year, upper
    lines = db.session.execute(
        select(
            *key,
            _when(_PAID, DuesEntry.cash),
            _when(_PAID, DuesEntry.below),
            _when(_PAID, DuesEntry.kept),
            _when(_PAID, DuesEntry.up),
            _when(_SENT, -DuesEntry.up),
            _when([DuesEntryKind.RECEIPT], DuesEntry.cash),
        ).group_by(*key)
    )
    kept = db.session.execute(
        select(
            DuesBook.organization_id,
            DuesBook.year,
            DuesBook.upper_key,
            DuesBook.collected,
            DuesBook.below,
            DuesBook.kept,
            DuesBook.owed,
            DuesBook.remitted,
            DuesBook.received,
        )
    )
    found = _sums(kept, 3)
    proof.books = len(found)
    yield from _compare("book", _sums(lines, 3), found)


def _balances() -> Iterator[str]:
    """Every line, and so every book, balances: what came is kept or owed."""
    crooked = DuesEntry.cash + DuesEntry.below != DuesEntry.kept + DuesEntry.up
    for entry_id in db.session.scalars(select(DuesEntry.id).where(crooked)):
        yield f"line {entry_id} does not balance"
    uneven = DuesBook.collected + DuesBook.below != DuesBook.kept + DuesBook.owed
    for row in db.session.execute(select(DuesBook.organization_id, DuesBook.year).where(uneven)):
        yield f"book {tuple(row)} does not balance"


def _levels() -> Iterator[str]:
    """What all below owe a level is what its own book says is owed from below."""
    owed = db.session.execute(
        select(DuesBook.upper_key, DuesBook.year, func.sum(DuesBook.owed))
        .where(DuesBook.upper_key != 0)
        .group_by(DuesBook.upper_key, DuesBook.year)
    )
    below = db.session.execute(
        select(DuesBook.organization_id, DuesBook.year, func.sum(DuesBook.below)).group_by(
            DuesBook.organization_id, DuesBook.year
        )
    )
    yield from _compare("owed from below", _sums(owed, 2), _sums(below, 2))
    confirmed = db.session.execute(
        select(DuesBook.upper_key, DuesBook.year, func.sum(DuesBook.confirmed))
        .where(DuesBook.upper_key != 0)
        .group_by(DuesBook.upper_key, DuesBook.year)
    )
    received = db.session.execute(
        select(DuesBook.organization_id, DuesBook.year, func.sum(DuesBook.received)).group_by(
            DuesBook.organization_id, DuesBook.year
        )
    )
    yield from _compare("received from below", _sums(confirmed, 2), _sums(received, 2))


def _payments(proof: Proof) -> Iterator[str]:
    """Every payment is booked once, every refund reverses it; receipts hold their payments."""
    is_refunded = case((DuesPayment.refunded_at.is_not(None), DuesPayment.amount), else_=0)
    expected = _sums(db.session.execute(select(DuesPayment.id, DuesPayment.amount, is_refunded)), 1)
    proof.payments = len(expected)
    found = _sums(
        db.session.execute(
            select(
                DuesEntry.payment_id,
                _when([DuesEntryKind.PAYMENT], DuesEntry.cash),
                _when([DuesEntryKind.REFUND], -DuesEntry.cash),
            )
            .where(DuesEntry.payment_id.is_not(None))
            .group_by(DuesEntry.payment_id)
        ),
        1,
    )
    yield from _compare("payment", expected, found)
    receipts = db.session.execute(select(DuesReceipt.id, DuesReceipt.amount, DuesReceipt.count))
    behind = db.session.execute(
        select(DuesPayment.receipt_id, func.sum(DuesPayment.amount), func.count()).group_by(
            DuesPayment.receipt_id
        )
    )
    yield from _compare("receipt", _sums(receipts, 1), _sums(behind, 1))


def _charges() -> Iterator[str]:
    """What a charge says is paid is the sum of its payments that stand."""
    paid = db.session.execute(
        select(DuesPayment.charge_id, func.sum(DuesPayment.amount))
        .where(DuesPayment.refunded_at.is_(None))
        .group_by(DuesPayment.charge_id)
    )
    said = db.session.execute(select(DuesCharge.id, DuesCharge.paid).where(DuesCharge.paid != 0))
    yield from _compare("charge", _sums(paid, 1), _sums(said, 1))


def _remittances(proof: Proof) -> Iterator[str]:
    """Every remittance is booked as its state says, below and above."""
    amount, status = DuesRemittance.amount, DuesRemittance.status
    confirmed = status == RemittanceStatus.CONFIRMED
    arrived = and_(confirmed, DuesRemittance.upper_id.is_not(None))
    expected = _sums(
        db.session.execute(
            select(
                DuesRemittance.id,
                amount,
                case((status == RemittanceStatus.RETURNED, amount), else_=0),
                case((arrived, amount), else_=0),
            )
        ),
        1,
    )
    proof.remittances = len(expected)
    found = _sums(
        db.session.execute(
            select(
                DuesEntry.remittance_id,
                _when([DuesEntryKind.REMITTANCE], -DuesEntry.cash),
                _when([DuesEntryKind.RETURN], DuesEntry.cash),
                _when([DuesEntryKind.RECEIPT], DuesEntry.cash),
            )
            .where(DuesEntry.remittance_id.is_not(None))
            .group_by(DuesEntry.remittance_id)
        ),
        1,
    )
    yield from _compare("remittance", expected, found)
    upper = func.coalesce(DuesRemittance.upper_id, literal(0))
    key = DuesRemittance.organization_id, DuesRemittance.year, upper
    sums = db.session.execute(select(*key, func.sum(amount)).where(confirmed).group_by(*key))
    kept = db.session.execute(
        select(
            DuesBook.organization_id, DuesBook.year, DuesBook.upper_key, DuesBook.confirmed
        ).where(DuesBook.confirmed != 0)
    )
    yield from _compare("confirmed", _sums(sums, 3), _sums(kept, 3))
