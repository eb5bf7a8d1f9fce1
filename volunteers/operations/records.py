"""Locks, steps and history of service records: what every act over them begins and ends with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from accounts.models import User
from core import settings
from core.audit.operations import Actor
from core.bulk import insert_many
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, codes_of, next_state
from core.transactions import TryAgainError
from people.models import ConsentRequest
from volunteers.models import ServiceRecord, ServiceRecordEvent, Volunteer
from volunteers.queries.records import standing_records
from volunteers.rules import (
    SERVICE_TRANSITIONS,
    STANDING,
    Claim,
    Existing,
    Limits,
    ServiceAction,
    ServiceStatus,
    check_room,
    day_of,
    window_of,
)

OVERLAP_TRIGGER = "service_records_overlap"


def lock_records(codes: Sequence[str], *conditions: ColumnElement[bool]) -> Sequence[ServiceRecord]:
    """Return the records of the codes, locked in the order of their ids, volunteers locked after.

    Raises UnknownRowError where one of them is not there under the conditions, TryAgainError where
    it got another handler while it was waited for: PostgreSQL then leaves it out of the join.
    """
    wanted = codes_of(codes)
    records = db.session.scalars(
        select(ServiceRecord)
        .options(
            joinedload(ServiceRecord.organization, innerjoin=True),
            joinedload(ServiceRecord.handler, innerjoin=True),
        )
        .where(ServiceRecord.code.in_(wanted), *conditions)
        .order_by(ServiceRecord.id)
        .with_for_update(of=ServiceRecord)
        .execution_options(populate_existing=True)
    ).all()
    if len(records) != len(wanted):
        there = select(func.count()).where(ServiceRecord.code.in_(wanted), *conditions)
        raise TryAgainError if db.session.scalar(there) == len(wanted) else UnknownRowError
    volunteers = {row.id: row for row in lock_volunteers(row.volunteer_id for row in records)}
    for record in records:
        set_committed_value(record, "volunteer", volunteers[record.volunteer_id])
    _read_books(records)
    return records


def _read_books(records: Sequence[ServiceRecord]) -> None:
    """Read the earlier records of people whose hours keep their book (ADR 0020) at once."""
    ids = {record.book_id for record in records} - {None}
    if not ids:
        return
    books = db.session.scalars(select(Volunteer).where(Volunteer.id.in_(ids)))
    by_id = {book.id: book for book in books}
    for record in records:
        if record.book_id is not None:
            set_committed_value(record, "book", by_id[record.book_id])


def lock_volunteers(ids: Iterable[int]) -> Sequence[Volunteer]:
    """Return volunteers, locked in the order of their ids: one at a time changes their hours."""
    return db.session.scalars(
        select(Volunteer)
        .where(Volunteer.id.in_(set(ids)))
        .order_by(Volunteer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def allow(record: ServiceRecord, action: ServiceAction) -> None:
    """Raise IllegalTransition where the state of a record does not allow an action."""
    next_state(SERVICE_TRANSITIONS, record.status, action)


def step(
    record: ServiceRecord,
    action: ServiceAction,
    *,
    by: Actor,
    now: datetime,
    before: int | None = None,
    note: str = "",
) -> None:
    """Take a record to its next state and note the step. Raises IllegalTransition."""
    record.status = next_state(SERVICE_TRANSITIONS, record.status, action)
    note_step(record, action, by=by, now=now, before=before, note=note)


def step_all(
    records: Sequence[ServiceRecord],
    action: ServiceAction,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    """Take records to their next states and note the steps at once.

    Raises IllegalTransition; RuleViolation where hours overlap.
    """
    for record in records:
        record.status = next_state(SERVICE_TRANSITIONS, record.status, action)
    told = {"action": action, "at": now, "note": note, "minutes_before": None}
    told |= {"by_user_id": by.user_id, "by_post_id": by.post_id}
    rows = [
        {"record_id": one.id, "to_status": one.status, "minutes_after": one.minutes, **told}
        for one in records
    ]
    flush()  # what the database refuses is said as a rule, before the history is written past it
    insert_many(ServiceRecordEvent, rows)


def note_step(
    record: ServiceRecord,
    action: ServiceAction | None,
    *,
    by: Actor,
    now: datetime,
    before: int | None = None,
    note: str = "",
) -> None:
    """Add a line to the history of a record."""
    db.session.add(
        ServiceRecordEvent(
            record_id=record.id,
            action=action,
            to_status=record.status,
            minutes_before=before,
            minutes_after=record.minutes,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )


def find_collisions(records: Sequence[ServiceRecord], now: datetime) -> dict[int, RuleViolation]:
    """Return ``record id -> why not`` for records whose time cannot be credited (LED-02, LED-03).

    Looked at in the order given, against what is confirmed and what was found to fit before.
    """
    limit = limits_on(now).max_day
    confirmed = beside(records, (ServiceStatus.CONFIRMED,))
    refused: dict[int, RuleViolation] = {}
    for record in records:
        claim = Claim(record.starts_at, record.ends_at, record.time_stated)
        others = confirmed.setdefault(record.person_id, [])
        try:
            check_room(claim, others, limit)
        except RuleViolation as violation:
            refused[record.id] = violation
        else:
            others.append(Existing(record.starts_at, record.ends_at, record.title))
    return refused


def beside(
    records: Sequence[ServiceRecord], states: Sequence[ServiceStatus] = STANDING
) -> dict[int, list[Existing]]:
    """Return ``person id -> records`` in the states around the given ones, themselves left out."""
    windows = [window_of(day_of(record.starts_at)) for record in records]
    return standing_records(
        {record.person_id for record in records},
        (min(first for first, _ in windows), max(last for _, last in windows)),
        states=states,
        without=[record.id for record in records],
    )


def limits_on(now: datetime) -> Limits:
    """Return the dated settings in force."""
    day = day_of(now)
    return Limits(
        max_day=settings.value("hours.max_day_minutes", day),
        review_day=settings.value("hours.review_day_minutes", day),
        review_week=settings.value("hours.review_week_minutes", day),
        review_entry=settings.value("hours.review_entry_minutes", day),
        back_days=settings.value("hours.back_days", day),
    )


def wards_among(person_ids: set[int], user_id: int) -> set[int]:
    """Return those of the people for whom the account's phone was given as the guardian's."""
    phone = select(User.phone_index).where(User.id == user_id).scalar_subquery()
    statement = select(ConsentRequest.person_id).where(
        ConsentRequest.person_id.in_(person_ids), ConsentRequest.guardian_phone_index == phone
    )
    return set(db.session.scalars(statement))


def flush() -> None:
    """Write what was changed; what the overlap trigger refuses reads as a rule, naming nobody."""
    try:
        db.session.flush()
    except IntegrityError as error:
        if OVERLAP_TRIGGER not in str(error.orig):
            raise
        message = N_("这段时间和另一条已确认的时长重叠，不能再确认")
        raise RuleViolation("", message) from error
