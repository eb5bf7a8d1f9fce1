"""Facts for the patterns: a window around records, each family read whole (security.md LED-15).

What stands in other tables about a record - a check-in and its device, the planned time of a
shift, how long an activity was open, files of evidence - is added by functions in ``EXTRA``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, select
from sqlalchemy.orm import aliased

from accounts.models import Post, User
from core import clock, settings
from core.database import db
from organizations.models import Organization
from volunteers.models import LedgerEntry, ServiceRecord, ServiceRecordEvent
from volunteers.rules import ServiceAction, ServiceStatus, day_of, window_of
from volunteers.rules.patterns import Service, Thresholds

#: Record ids -> what else is known of each, by the names of ``Service``.
Extra = Callable[[Collection[int]], Mapping[int, Mapping[str, Any]]]
EXTRA: list[Extra] = []
#: Record ids -> those and all others that rest on one of the same files, with the digests.
Evidence = Callable[[Collection[int]], Mapping[int, tuple[str, ...]]]
EVIDENCE: list[Evidence] = []

STANDS = (ServiceStatus.PENDING, ServiceStatus.CONFIRMED)
_SUBMITTER, _DECIDER = aliased(User), aliased(User)
_RECORD = ServiceRecord
_FACTS: Select[*tuple[Any, ...]] = (
    select(
        _RECORD.id,
        _RECORD.person_id,
        _RECORD.organization_id,
        Organization.city_id,
        _RECORD.title,
        _RECORD.served_on,
        _RECORD.starts_at,
        _RECORD.ends_at,
        _RECORD.minutes,
        _RECORD.method,
        _RECORD.field,
        _RECORD.time_stated,
        _RECORD.status,
        _RECORD.submitted_by_id,
        _SUBMITTER.person_id,
        _RECORD.submitted_at,
        _RECORD.decided_by_id,
        _DECIDER.person_id,
        _RECORD.decided_at,
    )
    .join(Organization, Organization.id == _RECORD.organization_id)
    .outerjoin(_SUBMITTER, _SUBMITTER.id == _RECORD.submitted_by_id)
    .outerjoin(_DECIDER, _DECIDER.id == _RECORD.decided_by_id)
)
#: Written out, so that both databases take the partial index made for it.
_TOLD_BY_OTHERS: ColumnElement[bool] = _RECORD.method != literal_column("'self_reported'")


def thresholds_on(day: date) -> Thresholds:
    """Return the dated settings in force."""
    own = {"week_minutes": settings.value("hours.review_week_minutes", day)}
    names = [name for name in Thresholds.__dataclass_fields__ if name not in own]
    return Thresholds(**own, **{name: settings.value(f"holds.{name}", day) for name in names})


def services(*conditions: ColumnElement[bool]) -> list[Service]:
    """Return the facts of standing records under conditions: one statement."""
    rows = db.session.execute(_FACTS.where(_RECORD.status.in_(STANDS), *conditions))
    return [_service(row) for row in rows]


def _service(row: Any) -> Service:
    (key, person, place, city, title, day, starts, ends, minutes, method, field, stated) = row[:12]
    status, submitter, submitting, submitted_at, decider, deciding, decided_at = row[12:]
    is_confirmed = status is ServiceStatus.CONFIRMED and decided_at is not None
    return Service(
        record=key,
        person=person,
        place=place,
        city=city or place,
        title=title,
        day=day,
        starts_at=starts,
        ends_at=ends,
        minutes=minutes,
        method=method,
        field=field,
        time_stated=stated,
        entered_by=_hand(submitter, submitting),
        entered_on=day_of(submitted_at),
        confirmed_by=_hand(decider, deciding) if is_confirmed else 0,
        confirmed_on=day_of(decided_at) if is_confirmed else None,
    )


def _hand(user_id: int | None, person_id: int | None) -> int:
    """Return the person behind an account; an account without one is a hand of its own."""
    return person_id or -(user_id or 0)


def with_extra(rows: Collection[Service]) -> list[Service]:
    """Return services with what other tables know of them."""
    known: dict[int, dict[str, Any]] = {}
    for extra in EXTRA:
        for record, values in extra([one.record for one in rows]).items():
            known.setdefault(record, {}).update(values)
    return [replace(one, **known[one.record]) if one.record in known else one for one in rows]


def around_people(touched: Collection[Service], days: int) -> list[Service]:
    """Return the services of the people of some, as far around as a pattern reaches."""
    first, last = _span(touched)
    begin, end = window_of(first - timedelta(days=days))[0], window_of(last)[1]
    return with_extra(
        services(
            _RECORD.person_id.in_({one.person for one in touched}),
            _RECORD.starts_at >= begin,
            _RECORD.starts_at < end,
        )
    )


def around_groups(touched: Collection[Service]) -> list[Service]:
    """Return all that was served on the same days and is in the same hands."""
    handlers = select(_RECORD.handler_id).where(_RECORD.id.in_([one.record for one in touched]))
    handler_ids = set(db.session.scalars(handlers))
    days = {one.day for one in touched}
    return with_extra(services(_RECORD.handler_id.in_(handler_ids), _RECORD.served_on.in_(days)))


def around_entries(touched: Collection[Service]) -> list[Service]:
    """Return all that was entered for others by the same accounts on the same days."""
    of_others = [one for one in touched if one.entered_by and one.entered_by != one.person]
    entered = {one.entered_on for one in of_others if one.entered_on is not None}
    if not entered:
        return []
    accounts = select(_RECORD.submitted_by_id).where(
        _RECORD.id.in_([one.record for one in of_others])
    )
    account_ids = set(db.session.scalars(accounts))
    begin, end = clock.days_bounds(min(entered), max(entered))
    return with_extra(
        services(
            _TOLD_BY_OTHERS,
            _RECORD.submitted_by_id.in_(account_ids),
            _RECORD.submitted_at >= begin,
            _RECORD.submitted_at < end,
        )
    )


def around_hands(touched: Collection[Service], days: int, now: datetime) -> list[Service]:
    """Return who confirmed whom, two steps away from those who confirmed some services."""
    confirmed = [one for one in touched if one.confirmed_by > 0]
    if not confirmed:
        return []
    since = _RECORD.decided_at >= now - timedelta(days=days)
    is_confirmed = _RECORD.status == ServiceStatus.CONFIRMED

    def confirmed_for(people: Iterable[int]) -> list[Service]:
        return services(_RECORD.person_id.in_(set(people)), is_confirmed, since)

    hands = {one.confirmed_by for one in confirmed}
    near = confirmed_for(hands | {one.person for one in confirmed})
    known = {one.person for one in near} | hands
    far = confirmed_for({one.confirmed_by for one in near if one.confirmed_by > 0} - known)
    found = {one.record: one for one in (*near, *far)}
    return with_posts(list(found.values()))


def with_posts(rows: Collection[Service]) -> list[Service]:
    """Return services, marked where the post that confirmed them was not in force that day."""
    event = ServiceRecordEvent
    found = db.session.execute(
        select(event.record_id, event.at, Post.starts_on, Post.ends_on)
        .join(Post, Post.id == event.by_post_id)
        .where(
            event.record_id.in_([one.record for one in rows]),
            event.action == ServiceAction.CONFIRM,
        )
        .order_by(event.id)
    )
    late: dict[int, bool] = {}
    for record, at, starts_on, ends_on in found:
        day = day_of(at)
        late[record] = day < starts_on or (ends_on is not None and day > ends_on)
    return [replace(one, by_expired_post=late.get(one.record, False)) for one in rows]


def around_evidence(touched: Collection[Service]) -> list[Service]:
    """Return the services that rest on the same files as some."""
    digests: dict[int, tuple[str, ...]] = {}
    for evidence in EVIDENCE:
        for record, own in evidence([one.record for one in touched]).items():
            digests[record] = (*digests.get(record, ()), *own)
    rows = services(_RECORD.id.in_(list(digests))) if digests else []
    return [replace(one, evidence=digests[one.record]) for one in rows]


def confirmed_for_each_other(
    confirmer: int, subjects: Collection[int], since: datetime
) -> list[Service]:
    """Return what accounts of the subjects confirmed of the confirmer: one statement."""
    accounts = select(User.id).where(User.person_id.in_(subjects))
    return services(
        _RECORD.person_id == confirmer,
        _RECORD.status == ServiceStatus.CONFIRMED,
        _RECORD.decided_by_id.in_(accounts),
        _RECORD.decided_at >= since,
    )


def confirmed_by(confirmer: int, subjects: Collection[int], since: datetime) -> list[Service]:
    """Return what one account confirmed of some people: one statement."""
    return services(
        _RECORD.person_id.in_(subjects),
        _RECORD.status == ServiceStatus.CONFIRMED,
        _RECORD.decided_by_id == confirmer,
        _RECORD.decided_at >= since,
    )


def records_after(record_id: int, until: datetime, limit: int) -> list[tuple[int, datetime]]:
    """Return the next records by id with the instant they were handed in."""
    rows = db.session.execute(
        select(_RECORD.id, _RECORD.submitted_at)
        .where(_RECORD.id > record_id)
        .order_by(_RECORD.id)
        .limit(limit)
    )
    found = []
    for key, submitted_at in rows:
        if submitted_at > until:
            break
        found.append((key, submitted_at))
    return found


def credited_after(sequence: int, limit: int) -> list[tuple[int, int]]:
    """Return the next sealed entries of the ledger: sequence and record."""
    rows = db.session.execute(
        select(LedgerEntry.sequence, LedgerEntry.record_id)
        .where(LedgerEntry.sequence > sequence)
        .order_by(LedgerEntry.sequence)
        .limit(limit)
    )
    return [(number, record) for number, record in rows if number is not None]


def _span(rows: Iterable[Service]) -> tuple[date, date]:
    days = [one.day for one in rows]
    return min(days), max(days)
