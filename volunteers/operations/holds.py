"""Holds: opened by what was found, released, refused, asked about and answered (LED-15).

Locks are taken in one order everywhere: records, their volunteers, then holds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.queries import handler_of
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure
from volunteers import letters
from volunteers.models import Hold, HoldEvent, HoldRecord, ServiceRecord
from volunteers.operations.answers import answer_objections
from volunteers.operations.books import Books
from volunteers.operations.claims import desk_of
from volunteers.operations.records import flush, lock_records, step_all, wards_among
from volunteers.rules import (
    Doubt,
    RefusalReason,
    ServiceAction,
    ServiceStatus,
    check_no_ward,
    check_reason,
    day_of,
    with_doubt,
    without_doubt,
)
from volunteers.rules.holds import (
    HOLD_TRANSITIONS,
    HOLDING,
    HoldAction,
    HoldStatus,
    check_reviewer,
    key_of,
)
from volunteers.rules.patterns import Hit

#: States of a record that a hold can be about.
HELD_STATES = (ServiceStatus.PENDING, ServiceStatus.CONFIRMED)


def hold(hits: Sequence[Hit], *, by: Actor, now: datetime, words: str = "") -> set[int]:
    """Return the records that are held for what was found, those of earlier findings among them.

    Each desk gets the records of its own organizations. What a desk released is not held again
    for the same thing; what is open grows.
    """
    wanted = {record for hit in hits for record in hit.records}
    codes = db.session.scalars(select(ServiceRecord.code).where(ServiceRecord.id.in_(wanted)))
    found = list(codes)
    records = {one.id: one for one in lock_records(found)} if found else {}
    places = {one.organization_id: one.organization for one in records.values()}
    desks = {place: desk_of(organization) for place, organization in places.items()}
    opening = _Opening([key_of(hit) for hit in hits], by, now, words)
    for hit in hits:
        parts: defaultdict[int, list[ServiceRecord]] = defaultdict(list)
        for key in hit.records:
            record = records.get(key)
            if record is not None and record.status in HELD_STATES:
                parts[desks[record.organization_id].id].append(record)
        for own in parts.values():
            opening.take(hit, desks[own[0].organization_id], own)
    opening.close()
    return opening.held


class _Opening:
    """Holds that are opened or widened in one act: few statements however many records."""

    def __init__(self, keys: Collection[str], by: Actor, now: datetime, words: str) -> None:
        self.by, self.now, self.words = by, now, words
        self.held: set[int] = set()
        self.told: defaultdict[Organization, list[ServiceRecord]] = defaultdict(list)
        rows = db.session.scalars(
            select(Hold)
            .where(Hold.key.in_(set(keys)))
            .order_by(Hold.id)
            .with_for_update(of=Hold)
            .execution_options(populate_existing=True)
        ).all()
        self.open = {(one.desk_id, one.key): one for one in rows if one.status in HOLDING}
        released = HoldStatus.RELEASED
        self.released = {(one.desk_id, one.key) for one in rows if one.status is released}
        self.known = members_of([one.id for one in self.open.values()])

    def take(self, hit: Hit, desk: Organization, records: Sequence[ServiceRecord]) -> None:
        """Hold records at a desk for one finding."""
        key = (desk.id, key_of(hit))
        if key in self.released:
            return
        one = self.open.get(key)
        if one is None:
            one = self.open[key] = self._open(hit, desk, records)
        self.held.update(record.id for record in records)
        known = self.known.setdefault(one.id, set())
        fresh = [record for record in records if record.id not in known]
        known.update(record.id for record in fresh)
        db.session.add_all(
            HoldRecord(hold_id=one.id, record_id=record.id, held_at=self.now) for record in fresh
        )
        self.told[desk] += [record for record in fresh if not record.is_held]
        for record in fresh:
            record.doubts = with_doubt(record.doubts, Doubt.HELD)
        if fresh:
            one.numbers = json.dumps(dict(hit.numbers), sort_keys=True)
            ids = [record.id for record in fresh]
            audit("holds.find", "hold", one.id, by=self.by, pattern=one.pattern, records=ids)

    def close(self) -> None:
        """Write the rows, and tell the volunteers that somebody looks."""
        try:
            db.session.flush()
        except IntegrityError as error:  # the same was found at the same moment
            raise TryAgainError from error
        for desk, records in self.told.items():
            letters.tell_each(records, LetterKind.HOURS_HELD, desk, self.now)

    def _open(self, hit: Hit, desk: Organization, records: Sequence[ServiceRecord]) -> Hold:
        today = day_of(self.now)
        days = settings.value("holds.working_days", today)
        one = Hold(
            code=crypto.opaque_code(10),
            pattern=hit.pattern,
            status=HoldStatus.OPEN,
            key=key_of(hit),
            words=self.words,
            desk=desk,
            organization_id=records[0].organization_id,
            found_at=self.now,
            due_on=clock.add_working_days(today, days),
        )
        db.session.add(one)
        try:
            db.session.flush()
        except IntegrityError as error:
            raise TryAgainError from error
        figures.add(desk.path, Measure.HOLDS_WAITING, +1)
        _note(one, None, self.by, self.now)
        return one


def members_of(hold_ids: Collection[int]) -> dict[int, set[int]]:
    """Return ``hold id -> record ids``: one statement."""
    found: dict[int, set[int]] = {}
    rows = db.session.execute(
        select(HoldRecord.hold_id, HoldRecord.record_id).where(HoldRecord.hold_id.in_(hold_ids))
    )
    for hold_id, record_id in rows:
        found.setdefault(hold_id, set()).add(record_id)
    return found


def release(code: str, note: str, *, desk_id: int, by: Actor, now: datetime) -> Hold:
    """Return a hold that was looked into: its records go on as if it had never been.

    One that waits is confirmed by its organization as any other; one that was credited counts.
    """
    note = check_reason(note, "note", needed=False)
    one, records = _lock(code, desk_id, by)
    _step(one, HoldAction.RELEASE, by, now, note)
    letters.tell_each(_let_go(one, records), LetterKind.HOURS_RELEASED, one.desk, now)
    flush()
    return one


def refuse(code: str, note: str, *, desk_id: int, by: Actor, now: datetime) -> Hold:
    """Return a hold whose records do not count, for a reason that the volunteers read.

    What was credited is reversed in the ledger. They may object, at the level above the desk; an
    objection that waited is answered with it.
    """
    note = check_reason(note, "note")
    one, records = _lock(code, desk_id, by)
    _step(one, HoldAction.REFUSE, by, now, note)
    standing = [record for record in records if record.status in HELD_STATES]
    _let_go(one, records)
    objected = [record for record in records if record.status is ServiceStatus.OBJECTED]
    answer_objections(objected, ServiceAction.UPHOLD, note, by, now)
    for record in objected:
        record.handler = one.desk
    books = Books(by, now)
    credited = [record for record in standing if record.status is ServiceStatus.CONFIRMED]
    waiting = [record for record in standing if record.status is ServiceStatus.PENDING]
    books.reverse(credited, f"hold {one.code}")
    for record in waiting:
        books.wait(record, -1)
    for record in standing:
        record.handler, record.decision_id = one.desk, None
        record.refusal, record.refusal_note = RefusalReason.CHECKED, note
        record.decided_at, record.decided_by_id = now, by.user_id
    step_all(credited, ServiceAction.VOID, by=by, now=now, note=note)
    step_all(waiting, ServiceAction.REFUSE, by=by, now=now, note=note)
    flush()
    books.close()
    letters.tell_each(standing, LetterKind.HOURS_REFUSED, one.desk, now)
    flush()
    return one


def ask(code: str, question: str, *, desk_id: int, by: Actor, now: datetime) -> Hold:
    """Return a hold whose branch is asked; the records stay held, the clock runs on."""
    question = check_reason(question, "note")
    one, _ = _lock(code, desk_id, by)
    if handler_of(one.organization, day_of(now)) != one.organization_id:
        raise RuleViolation("note", N_("这个组织现在没有秘书，请直接决定"))
    one.asked_at = now
    _step(one, HoldAction.ASK, by, now, question)
    db.session.flush()
    return one


def answer(code: str, words: str, *, organization_id: int, by: Actor, now: datetime) -> Hold:
    """Return a hold that is back at the desk, with what the branch says."""
    words = check_reason(words, "note")
    one = _lock_hold(Hold.code == code, Hold.organization_id == organization_id)
    _step(one, HoldAction.ANSWER, by, now, words)
    db.session.flush()
    return one


def _lock(code: str, desk_id: int, by: Actor) -> tuple[Hold, Sequence[ServiceRecord]]:
    """Return a hold of a desk and its records, all locked. Raises UnknownRowError (four eyes)."""
    at_desk = (Hold.code == code, Hold.desk_id == desk_id)
    known = select(HoldRecord.record_id).join(Hold, Hold.id == HoldRecord.hold_id).where(*at_desk)
    codes = db.session.scalars(select(ServiceRecord.code).where(ServiceRecord.id.in_(known))).all()
    records = lock_records(codes) if codes else []
    one = _lock_hold(*at_desk)
    if {record.id for record in records} != members_of([one.id]).get(one.id, set()):
        raise TryAgainError  # it grew while its records were locked
    if by.user_id is None:
        raise RuleViolation("", N_("核查要由有职务的人办理"))
    people = {record.person_id for record in records}
    hands = [hand for record in records for hand in (record.submitted_by_id, record.decided_by_id)]
    hands += db.session.scalars(  # who objected during public notice
        select(HoldEvent.by_user_id).where(HoldEvent.hold_id == one.id, HoldEvent.action.is_(None))
    )
    check_reviewer(subjects=people, hands=hands, reviewer=by.user_id, reviewer_person=by.person_id)
    check_no_ward(people, wards_among(people, by.user_id))
    return one, records


def _lock_hold(*conditions: ColumnElement[bool]) -> Hold:
    one = db.session.scalars(
        select(Hold)
        .options(joinedload(Hold.desk, innerjoin=True))
        .options(joinedload(Hold.organization, innerjoin=True))
        .where(*conditions)
        .with_for_update(of=Hold)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if one is None:
        raise UnknownRowError
    return one


def _let_go(one: Hold, records: Sequence[ServiceRecord]) -> list[ServiceRecord]:
    """Take the doubt from records that no other hold is about; return those that still stand."""
    others = set(
        db.session.scalars(
            select(HoldRecord.record_id)
            .join(Hold, Hold.id == HoldRecord.hold_id)
            .where(
                HoldRecord.record_id.in_([record.id for record in records]),
                Hold.id != one.id,
                Hold.status.in_(HOLDING),
            )
        )
    )
    free = [record for record in records if record.id not in others]
    for record in free:
        record.doubts = without_doubt(record.doubts, Doubt.HELD)
    return [record for record in free if record.status in HELD_STATES]


def _step(one: Hold, action: HoldAction, by: Actor, now: datetime, note: str) -> None:
    one.status = next_state(HOLD_TRANSITIONS, one.status, action)
    if one.status not in HOLDING:
        one.decided_at, one.decided_by_id = now, by.user_id
        figures.add(one.desk.path, Measure.HOLDS_WAITING, -1)
    _note(one, action, by, now, note)
    audit(f"holds.{action}", "hold", one.id, by=by, pattern=one.pattern)


def _note(one: Hold, action: HoldAction | None, by: Actor, now: datetime, note: str = "") -> None:
    db.session.add(
        HoldEvent(
            hold_id=one.id,
            action=action,
            to_status=one.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )


def follow_desks(organization_ids: Iterable[int]) -> None:
    """Give open holds of organizations that moved to the desk they belong to now."""
    rows = db.session.scalars(
        select(Hold)
        .options(joinedload(Hold.desk, innerjoin=True))
        .options(joinedload(Hold.organization, innerjoin=True))
        .where(Hold.organization_id.in_(list(organization_ids)), Hold.status.in_(HOLDING))
        .order_by(Hold.id)
        .with_for_update(of=Hold)
        .execution_options(populate_existing=True)
    ).all()
    for one in rows:
        desk = desk_of(one.organization)
        if desk.id != one.desk_id:
            figures.add(one.desk.path, Measure.HOLDS_WAITING, -1)
            figures.add(desk.path, Measure.HOLDS_WAITING, +1)
            one.desk = desk
    db.session.flush()
