"""Service records of who was at a shift: written, confirmed where proven, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.models import User
from accounts.queries import handler_without
from accounts.queries.posts import KEEPERS, holders_at
from accounts.rules.letters import LetterKind
from activities.models import Activity, Attendance, ShiftEnding
from activities.queries.work import counts_as_service
from activities.rules import SCANS
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, RuleViolation
from members.operations import open_decision
from organizations.models import Organization
from volunteers import letters
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations.books import Books
from volunteers.operations.decisions import CONFIRM
from volunteers.operations.records import flush, lock_records, note_step, step_all, wards_among
from volunteers.rules import (
    Doubt,
    ServiceAction,
    ServiceField,
    ServiceMethod,
    ServiceStatus,
    WorkKind,
    day_of,
)

MINUTE = timedelta(minutes=1)
OPEN = (ServiceStatus.PENDING, ServiceStatus.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody's presence comes to, before it is checked against his other hours."""

    person_id: int
    attendance: Attendance
    title: str
    starts_at: datetime
    minutes: int
    method: ServiceMethod
    doubts: list[Doubt]
    is_proven: bool

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.minutes * MINUTE


@dataclass(slots=True)
class Given:
    """A presence that becomes a service record."""

    found: Found
    volunteer: Volunteer
    doubts: list[Doubt]
    record: ServiceRecord = field(init=False)
    is_confirmed: bool = False


def give(
    given: list[Given],
    activity: Activity,
    *,
    by: Actor,
    now: datetime,
    may_confirm: bool,
    recorder: int | None = None,
) -> list[Given]:
    """Return what was given, with its record: confirmed where it is proven, else waiting.

    ``recorder``: the account on whose word hours rest where it is not who gives them (LED-04).
    """
    if not given:
        return given
    handlers = Handlers(activity.organization, given, now)
    wards = wards_among({one.found.person_id for one in given}, by.user_id or 0)
    barred = wards | ({by.person_id} if by.person_id is not None else set())
    for one in given:
        is_free = may_confirm and one.found.person_id not in barred
        one.is_confirmed = one.found.is_proven and is_free and not one.doubts
        one.record = _build(one, activity, handlers, recorder or by.user_id, now)
        db.session.add(one.record)
    flush()
    books = Books(by, now)
    for one in given:
        note_step(one.record, None, by=by, now=now)
        if not one.is_confirmed:
            books.wait(one.record, +1)
    _confirm([one.record for one in given if one.is_confirmed], books)
    books.close()
    guessed = [one.record for one in given if Doubt.NO_CHECK_OUT in one.doubts]
    letters.tell_each(guessed, LetterKind.HOURS_PROPOSED, activity.organization, now)
    flush()
    return given


def _confirm(records: list[ServiceRecord], books: Books) -> None:
    """Confirm what a scan both ways proves: the volunteer recorded it, the keeper certifies."""
    if not records:
        return
    by, now = books.by, books.now
    minutes = sum(record.minutes for record in records)
    place_id = records[0].organization_id
    decision = open_decision(CONFIRM, records, records, place_id, by=by, now=now, minutes=minutes)
    for record in records:
        record.decision_id, record.decided_at = decision.id, now
        record.decided_by_id = by.user_id
    step_all(records, ServiceAction.CONFIRM, by=by, now=now)
    flush()
    books.credit(records)
    letters.tell_confirmed(records, decision)
    ids = [record.id for record in records]
    audit(CONFIRM, "decision", decision.id, by=by, minutes=minutes, records=ids)


def _build(
    one: Given, activity: Activity, handlers: Handlers, recorder: int | None, now: datetime
) -> ServiceRecord:
    found = one.found
    scanned = {found.attendance.in_way, found.attendance.out_way} <= set(SCANS)
    submitter = found.attendance.in_by_id if scanned else recorder
    submitter = recorder if found.attendance.minutes is not None else submitter
    place = activity.organization
    handler = place if one.is_confirmed else handlers.of(found.person_id, submitter)
    return ServiceRecord(
        code=opaque_code(8),
        person_id=found.person_id,
        volunteer=one.volunteer,
        organization=place,
        handler=handler,
        title=found.title,
        field=ServiceField(activity.field.value),
        served_on=day_of(found.starts_at),
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        minutes=found.minutes,
        work=WorkKind(activity.work.value),
        counts=counts_as_service(activity.work, day_of(found.starts_at)),
        time_stated=True,
        method=found.method,
        status=ServiceStatus.PENDING,
        doubts=",".join(one.doubts),
        submitted_by_id=submitter,
        submitted_at=now,
        attendance_id=found.attendance.id,
    )


class Handlers:
    """Who confirms which proposal at an organization: nobody his own, his ward's, his entry."""

    def __init__(self, place: Organization, given: Sequence[Given], now: datetime) -> None:
        """Ask once who keeps the place, whom these accounts belong to and who is in their care."""
        self.place, self.day = place, day_of(now)
        posts = holders_at(place.id, KEEPERS, self.day)
        self.keepers = {post.user_id for post in posts}
        people = {one.found.person_id for one in given}
        owners = select(User.person_id, User.id).where(
            User.id.in_(self.keepers), User.person_id.in_(people)
        )
        self.barred: dict[int, set[int]] = {}
        for person_id, user_id in db.session.execute(owners):
            if person_id is not None:
                self.barred.setdefault(person_id, set()).add(user_id)
        for keeper in self.keepers:
            for person_id in wards_among(people, keeper):
                self.barred.setdefault(person_id, set()).add(keeper)
        self.known: dict[frozenset[int], Organization] = {}

    def of(self, person_id: int, submitter: int | None) -> Organization:
        """Return who confirms what an account entered for a person."""
        barred = {*self.barred.get(person_id, ()), submitter or 0}
        key = frozenset(barred & self.keepers)
        if key not in self.known:
            handler_id = handler_without(self.place, barred, self.day)
            self.known[key] = db.session.get_one(Organization, handler_id)
        return self.known[key]


def take_back(
    attendance_ids: Sequence[int], ending: ShiftEnding, *, by: Actor, now: datetime
) -> None:
    """Take back the hours that an ending gave: reversed where they were confirmed with it.

    Raises RuleViolation where somebody else decided over one of them since, or looks into one.
    """
    codes = db.session.scalars(
        select(ServiceRecord.code).where(
            ServiceRecord.attendance_id.in_(attendance_ids),
            ServiceRecord.status != ServiceStatus.WITHDRAWN,
        )
    ).all()
    records = lock_records(codes) if codes else []
    if any(record.is_held for record in records):
        raise RuleViolation("", N_("其中有时长正在核查，核查完了才能撤销"))
    for record in records:
        is_ours = record.decided_by_id in (None, ending.by_user_id) and record.status in OPEN
        is_corrected = record.status is ServiceStatus.CONFIRMED and record.decision_id is None
        if (
            not is_ours
            or is_corrected
            or (record.decided_at is not None and record.decided_at != ending.at)
        ):
            message = N_("有人已经处理了其中的时长，不能整场撤销，请逐条更正")
            raise RuleViolation("", message)
    books = Books(by, now)
    confirmed = [one for one in records if one.status is ServiceStatus.CONFIRMED]
    books.reverse(confirmed, "undo ending")
    for record in records:
        if record.status is ServiceStatus.PENDING:
            books.wait(record, -1)
        record.decision_id = record.decided_at = record.decided_by_id = None
    step_all(records, ServiceAction.TAKE_BACK, by=by, now=now)
    books.close()
    flush()
    letters.tell_of(confirmed, LetterKind.HOURS_CORRECTED, now)
