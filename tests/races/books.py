"""What must be true after every race, counted from the rows and never from what is maintained."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, func, insert, select

from core.audit.models import AuditEvent, ReadEvent
from core.audit.queries import verify_chain
from core.database import db
from members.models import Application, ApplicationEvent, Membership
from members.queries.dues_proof import prove
from members.rules import (
    APPLICATION_TRANSITIONS,
    LIVE_STATES,
    ApplicationKind,
    ApplicationStatus,
)
from people.models import Person
from supervision.recount import differences
from tests.recounting import count_anew
from volunteers.models import (
    LedgerEntry,
    ServiceRecord,
    ServiceRecordEvent,
    Volunteer,
    VolunteerTotal,
)
from volunteers.rules import SERVICE_TRANSITIONS, EntryKind, ServiceStatus, minutes_by_year


def totals() -> dict[tuple[int, int], tuple[int, int]]:
    """Return ``(volunteer id, year) -> confirmed and waiting minutes`` by ledger and records."""
    confirmed: Counter[tuple[int, int]] = Counter()
    pending: Counter[tuple[int, int]] = Counter()
    kept = func.coalesce(Volunteer.merged_into_id, Volunteer.id)
    ids = dict(db.session.execute(select(Volunteer.pseudonym, kept)).all())
    for entry in db.session.scalars(select(LedgerEntry)):
        for year, minutes in minutes_by_year(entry.starts_at, entry.ends_at).items():
            signed = minutes if entry.kind is EntryKind.CREDIT else -minutes
            confirmed[ids[entry.pseudonym], year] += signed
    waiting = select(ServiceRecord).where(
        ServiceRecord.status == ServiceStatus.PENDING, ServiceRecord.counts
    )
    for record in db.session.scalars(waiting):
        for year, minutes in minutes_by_year(record.starts_at, record.ends_at).items():
            pending[record.volunteer_id, year] += minutes
    keys = {key for key in [*confirmed, *pending] if confirmed[key] or pending[key]}
    return {key: (confirmed[key], pending[key]) for key in keys}


def settle() -> None:
    """Make figures and totals fit the rows that the factories wrote; they write neither."""
    count_anew()
    db.session.execute(delete(VolunteerTotal))
    names = "volunteer_id", "year", "confirmed_minutes", "pending_minutes"
    rows = [dict(zip(names, (*key, *value), strict=True)) for key, value in totals().items()]
    if rows:
        db.session.execute(insert(VolunteerTotal), rows)


# ----------------------------------------------------------------------------------- problems


def problems() -> list[str]:
    """Return everything that is not as it must be; nothing where all is well."""
    return [
        *_figures(),
        *_totals(),
        *_chains(),
        *_credits(),
        *_overlaps(),
        *_memberships(),
        *_doubles(),
        *_histories(),
        *prove().differences,
    ]


def _figures() -> Iterator[str]:
    for one in differences():
        yield (
            f"figure {one.measure} {one.part} {one.period} of {one.organization_id}: "
            f"kept {one.stored}, counted {one.counted}"
        )


def _totals() -> Iterator[str]:
    stored = {
        (row.volunteer_id, row.year): (row.confirmed_minutes, row.pending_minutes)
        for row in db.session.scalars(select(VolunteerTotal))
    }
    counted = totals()
    for key in sorted({*stored, *counted}):
        if stored.get(key, (0, 0)) != counted.get(key, (0, 0)):
            yield f"total {key}: kept {stored.get(key)}, counted {counted.get(key)}"


def _chains() -> Iterator[str]:
    for model in (AuditEvent, ReadEvent, LedgerEntry):
        verdict = verify_chain(model)
        if not verdict.is_sound:
            yield f"chain {model.CHAIN}: {verdict.problem} at {verdict.broken_at}"


def _credits() -> Iterator[str]:
    """Every confirmed record has one standing credit of its minutes, every other has none."""
    standing: dict[int, list[int]] = defaultdict(list)
    for entry in db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)):
        if entry.kind is EntryKind.CREDIT:
            standing[entry.record_id].append(entry.minutes)
        else:
            standing[entry.record_id].remove(-entry.minutes)
    for record in db.session.scalars(select(ServiceRecord)):
        wanted = [record.minutes] if record.status is ServiceStatus.CONFIRMED else []
        if standing[record.id] != wanted:
            yield f"record {record.id} {record.status}: credits {standing[record.id]}"


def _overlaps() -> Iterator[str]:
    statement = (
        select(ServiceRecord)
        .where(ServiceRecord.status == ServiceStatus.CONFIRMED)
        .order_by(ServiceRecord.person_id, ServiceRecord.starts_at)
    )
    for first, second in pairwise(db.session.scalars(statement).all()):
        if first.person_id == second.person_id and second.starts_at < first.ends_at:
            yield f"records {first.id} and {second.id} overlap"


def _memberships() -> Iterator[str]:
    """Nobody is a member twice; an application led to a membership where it was approved."""
    live: dict[int | None, int] = Counter()
    persons: Counter[int] = Counter()
    for membership in db.session.scalars(select(Membership)):
        if membership.status in LIVE_STATES:
            persons[membership.person_id] += 1
        if membership.status in LIVE_STATES or membership.replaced_by_id is not None:
            live[membership.application_id] += 1
    for person_id, number in persons.items():
        if number > 1:
            yield f"person {person_id} is a member {number} times"
    kind = Application.kind == ApplicationKind.MEMBER
    for application in db.session.scalars(select(Application).where(kind)):
        wanted = int(application.status is ApplicationStatus.APPROVED)
        if live[application.id] != wanted:
            yield (
                f"application {application.id} {application.status}: "
                f"{live[application.id]} memberships"
            )


def _doubles() -> Iterator[str]:
    for column in (Membership.number, Person.id_index, Volunteer.number, AuditEvent.sequence):
        statement = select(column).where(column.is_not(None)).group_by(column)
        for (value,) in db.session.execute(statement.having(func.count() > 1)):
            yield f"{column} {value!r} more than once"


def _histories() -> Iterator[str]:
    yield from _history(
        ApplicationEvent, "application_id", Application, APPLICATION_TRANSITIONS, "submitted"
    )
    yield from _history(
        ServiceRecordEvent, "record_id", ServiceRecord, SERVICE_TRANSITIONS, "pending"
    )


def _history(events: Any, key: str, model: Any, table: Any, start: str) -> Iterator[str]:
    """Yield what took a step that its table does not know, or stands where no step led."""
    states: dict[int, str] = {}
    for event in db.session.scalars(select(events).order_by(events.id)):
        subject = getattr(event, key)
        before = states.get(subject, start)
        states[subject] = event.to_status
        if event.action is not None and table.get((before, event.action)) != event.to_status:
            yield f"{key} {subject}: {event.action} led from {before} to {event.to_status}"
    for row in db.session.scalars(select(model)):
        if states.get(row.id, start) != row.status:
            yield f"{model.__tablename__} {row.id} is {row.status} after {states.get(row.id)}"
