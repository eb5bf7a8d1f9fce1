"""Lines of the books: each payment at every level at once, each remittance, each reversal.

Sums beside the lines are collected while the request runs and written once before the commit, in
the order of their keys, like figures: a book of a city is everybody's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import pending
from core.audit.operations import Actor
from core.database import db, insert_or
from members.models import DuesBook, DuesEntry, DuesPayment, DuesRemittance
from members.rules import DuesEntryKind, Share
from organizations.models import Organization

PENDING = pending.register("dues_book_changes")
SUMS = ("collected", "below", "kept", "owed", "remitted", "confirmed", "received")
Key = tuple[int, int, int]


def post_payment(
    payment: DuesPayment,
    way: Sequence[Organization],
    shares: Sequence[Share],
    day: date,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Book a payment at who collected it and at each level above: what it keeps and owes."""
    coming = 0
    for index, (place, share) in enumerate(zip(way, shares, strict=True)):
        is_first = index == 0
        _post(
            DuesEntry(
                kind=DuesEntryKind.PAYMENT,
                organization_id=place.id,
                upper_id=way[index + 1].id if index + 1 < len(way) else None,
                year=day.year,
                booked_on=day,
                cash=payment.amount if is_first else 0,
                below=0 if is_first else coming,
                kept=share.kept,
                up=share.up,
                payment_id=payment.id,
                entered_by_id=by.user_id,
                entered_at=now,
            )
        )
        coming = share.up


def reverse_payment(payment: DuesPayment, day: date, *, by: Actor, now: datetime) -> None:
    """Book the opposite of every line of a payment, in the year of the day."""
    lines = db.session.scalars(
        select(DuesEntry)
        .where(DuesEntry.payment_id == payment.id, DuesEntry.kind == DuesEntryKind.PAYMENT)
        .order_by(DuesEntry.id)
    ).all()
    for line in lines:
        _post(
            DuesEntry(
                kind=DuesEntryKind.REFUND,
                organization_id=line.organization_id,
                upper_id=line.upper_id,
                year=day.year,
                booked_on=day,
                cash=-line.cash,
                below=-line.below,
                kept=-line.kept,
                up=-line.up,
                payment_id=payment.id,
                reverses_id=line.id,
                entered_by_id=by.user_id,
                entered_at=now,
            )
        )


def post_remittance(remittance: DuesRemittance, *, by: Actor, now: datetime) -> None:
    """Book money that left for the level above: less in hand, less owed."""
    amount = remittance.amount
    kind, day = DuesEntryKind.REMITTANCE, remittance.remitted_on
    _post(_of_remittance(remittance, kind, day, -amount, by=by, now=now))


def return_remittance(remittance: DuesRemittance, day: date, *, by: Actor, now: datetime) -> None:
    """Book that money sent up did not come: in hand again, owed again."""
    sent = db.session.scalars(
        select(DuesEntry.id).where(
            DuesEntry.remittance_id == remittance.id, DuesEntry.kind == DuesEntryKind.REMITTANCE
        )
    ).one()
    kind = DuesEntryKind.RETURN
    line = _of_remittance(remittance, kind, day, remittance.amount, by=by, now=now)
    line.reverses_id = sent
    _post(line)


def post_receipt(
    remittance: DuesRemittance, upper_id: int | None, day: date, *, by: Actor, now: datetime
) -> None:
    """Book at the level above that the money came; ``upper_id`` is who that level owes itself."""
    if remittance.upper_id is not None:
        amount = remittance.amount
        _post(
            DuesEntry(
                kind=DuesEntryKind.RECEIPT,
                organization_id=remittance.upper_id,
                upper_id=upper_id,
                year=remittance.year,
                booked_on=day,
                cash=amount,
                below=-amount,
                kept=0,
                up=0,
                remittance_id=remittance.id,
                entered_by_id=by.user_id,
                entered_at=now,
            )
        )
    key = remittance.organization_id, remittance.year, remittance.upper_id or 0
    _sum(key, confirmed=remittance.amount)


def _of_remittance(
    remittance: DuesRemittance,
    kind: DuesEntryKind,
    day: date,
    change: int,
    *,
    by: Actor,
    now: datetime,
) -> DuesEntry:
    return DuesEntry(
        kind=kind,
        organization_id=remittance.organization_id,
        upper_id=remittance.upper_id,
        year=remittance.year,
        booked_on=day,
        cash=change,
        below=0,
        kept=0,
        up=change,
        remittance_id=remittance.id,
        entered_by_id=by.user_id,
        entered_at=now,
    )


def _post(line: DuesEntry) -> None:
    db.session.add(line)
    key = line.organization_id, line.year, line.upper_id or 0
    if line.kind in (DuesEntryKind.PAYMENT, DuesEntryKind.REFUND):
        _sum(key, collected=line.cash, below=line.below, kept=line.kept, owed=line.up)
    elif line.kind is DuesEntryKind.RECEIPT:
        _sum(key, received=line.cash)
    else:
        _sum(key, remitted=-line.up)


def _sum(key: Key, **changes: int) -> None:
    kept: Counter[tuple[Key, str]] = db.session.info.setdefault(PENDING, Counter())
    for name, change in changes.items():
        kept[key, name] += change


def write(session: Session) -> None:
    """Write the collected sums, all columns of a book at once."""
    changes: Counter[tuple[Key, str]] = session.info.pop(PENDING, Counter())
    rows = []
    for key, group in groupby(sorted(changes.items()), key=lambda item: item[0][0]):
        sums = dict.fromkeys(SUMS, 0) | {name: change for (_, name), change in group}
        organization_id, year, upper_key = key
        rows.append(
            {"organization_id": organization_id, "year": year, "upper_key": upper_key, **sums}
        )
    if not rows:
        return
    statement = insert_or(DuesBook).values(rows)
    added = {name: getattr(DuesBook, name) + statement.excluded[name] for name in SUMS}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organization_id", "year", "upper_key"], set_=added
        )
    )


@event.listens_for(Session, "before_commit")
def _write_before_commit(session: Session) -> None:
    if session.info.get(PENDING) and pending.is_over(session):
        session.flush()
        write(session)
