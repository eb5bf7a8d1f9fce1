"""Sending a sheet: its lines become records that wait for a second person (LED-05, LED-06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select

from accounts.models import User
from accounts.queries import GONE
from activities.queries.work import counts_as_service
from core import settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, NN_, RuleViolation, next_state
from organizations.models import Organization
from volunteers import letters
from volunteers.models import ServiceRecord, ServiceSheet, SheetLine, Volunteer
from volunteers.operations.books import Books
from volunteers.operations.records import flush, limits_on, lock_volunteers, note_step
from volunteers.operations.sheets import lock_draft
from volunteers.queries.keying import organizers_of
from volunteers.queries.records import standing_records
from volunteers.queries.seconds import entered_on, most_of_a_day, second_for
from volunteers.queries.sheets import lines_on
from volunteers.rules import (
    Claim,
    Doubt,
    Existing,
    Limits,
    ServiceMethod,
    ServiceStatus,
    check_claim,
    check_serving,
    day_of,
    window_of,
)
from volunteers.rules.sheets import (
    MANUAL,
    SHEET_TRANSITIONS,
    Day,
    SheetAction,
    SheetKind,
    check_back,
    check_company,
    check_second,
    check_why,
    differences,
    goes_over,
    method_of,
    needs_other_line,
)


class LineProblems(RuleViolation):
    """What keeps lines from being recorded, by the place of the line."""

    def __init__(self, lines: Mapping[int, RuleViolation]) -> None:
        super().__init__("", NN_("有 %(count)d 行还不能登记，请看每行的说明"), count=len(lines))
        self.lines = lines


class TotalsDiffer(RuleViolation):
    """The lines are not what stands on the paper; ``differences`` say in what."""

    def __init__(self, found: Sequence[RuleViolation]) -> None:
        super().__init__("", N_("和纸上写的合计不一样，请对照纸张再看一遍"))
        self.differences = found


@dataclass(frozen=True, slots=True)
class Served:
    """A line that may be recorded: whose it is, when, and what has to be looked at."""

    volunteer: Volunteer
    claim: Claim
    doubts: Sequence[Doubt]


def send_sheet(code: str, *, by: Actor, now: datetime) -> ServiceSheet:
    """Return a sheet whose lines wait for a second person; volunteers are told.

    More than one account may enter by hand on a day is held: an office above has to release it.
    Raises LineProblems, TotalsDiffer, or RuleViolation for what the sheet lacks.
    """
    _lock_operator(by)
    sheet = lock_draft(code, by)
    _check_open(sheet)
    days = settings.value("hours.enter_days", day_of(now))
    method = method_of(sheet.kind, sheet.ends_at, now, days)
    lines = list(lines_on(sheet))
    _check_ready(sheet, lines, method, now)
    served = _served(sheet, lines, by, now)
    people = {one.volunteer.person_id for one in served}
    if sheet.shift_id is not None:
        check_company(people, organizers_of(sheet.shift_id))
    is_held = method in MANUAL and _goes_over(sheet, served, now)
    action = SheetAction.HOLD if is_held else SheetAction.SEND
    sheet.status = next_state(SHEET_TRANSITIONS, sheet.status, action)
    sheet.sent_at, sheet.entered_post_id = now, by.post_id
    sheet.entered_by_id = by.user_id or sheet.entered_by_id
    records = record_served(sheet, served, method, people, is_held=is_held, by=by, now=now)
    db.session.execute(delete(SheetLine).where(SheetLine.sheet_id == sheet.id))
    minutes = sum(one.minutes for one in records)
    sent = f"{method}: {len(people)} people, {minutes} minutes"
    audit("sheets.send", "service_sheet", sheet.id, by=by, sent=sent, held=is_held)
    letters.tell_entered(records, now)
    flush()
    return sheet


def _check_open(sheet: ServiceSheet) -> None:
    if sheet.organization.status in GONE:
        raise RuleViolation("", N_("这个组织已经撤销，不能再登记它的时长"))


def _lock_operator(by: Actor) -> None:
    """Let one account send one sheet after the other: the quota of a day is its own."""
    db.session.execute(select(User.id).where(User.id == by.user_id).with_for_update())


def _check_ready(
    sheet: ServiceSheet, lines: Sequence[SheetLine], method: ServiceMethod, now: datetime
) -> None:
    """Raise RuleViolation where lines, reason, evidence or the totals of the paper are missing."""
    check_back(sheet.starts_at, now, settings.value("hours.entered_back_days", day_of(now)))
    present = [one for one in lines if one.starts_at and one.ends_at]
    if not present:
        raise RuleViolation("", N_("还没有人有时间，请先填到达和离开"))
    check_why(method, sheet.reason)
    if sheet.evidence_code is None:
        raise RuleViolation("file", N_("请先上传凭证：签到表、照片或扫描件"))
    if sheet.kind is SheetKind.ROLL and None in (sheet.people_told, sheet.minutes_told):
        raise RuleViolation("", N_("请先填纸上写的人数和合计时长"))
    keyed = keyed_sums(present)
    found = differences((sheet.people_told, sheet.minutes_told), (keyed.people, keyed.minutes))
    if found:
        raise TotalsDiffer(found)


def keyed_sums(lines: Iterable[SheetLine]) -> Day:
    """Return people and minutes of the lines that have a time."""
    present = [one for one in lines if one.starts_at and one.ends_at]
    minutes = sum(_claim(one).minutes for one in present)
    return Day(minutes, len({one.volunteer_id for one in present}))


def _claim(line: SheetLine) -> Claim:
    if line.starts_at is None or line.ends_at is None:
        message = "a line without a time"
        raise ValueError(message)
    return Claim(line.starts_at, line.ends_at)


def _served(
    sheet: ServiceSheet, lines: Sequence[SheetLine], by: Actor, now: datetime
) -> list[Served]:
    """Return what may be recorded. Raises LineProblems with the reason of every other line."""
    kept = {one.id: one.volunteer.merged_into_id or one.volunteer_id for one in lines}
    volunteers = {one.id: one for one in lock_volunteers(kept.values())}
    people = {one.person_id for one in volunteers.values()}
    standing = standing_records(people, window_of(day_of(sheet.starts_at)))
    back = settings.value("hours.entered_back_days", day_of(now))
    limits = replace(limits_on(now), back_days=back)
    problems: dict[int, RuleViolation] = {}
    served: list[Served] = []
    for place, line in enumerate(lines):
        if not (line.starts_at and line.ends_at):
            continue
        volunteer = volunteers[kept[line.id]]
        existing = standing.setdefault(volunteer.person_id, [])
        try:
            _check_other(sheet, volunteer, by)
            claim = _claim(line)
            doubts = _doubts(claim, existing, volunteer, limits, now)
        except RuleViolation as violation:
            problems[place] = violation
        else:
            served.append(Served(volunteer, claim, doubts))
            existing.append(Existing(claim.starts_at, claim.ends_at, sheet.title))
    if problems:
        raise LineProblems(problems)
    return served


def _check_other(sheet: ServiceSheet, volunteer: Volunteer, by: Actor) -> None:
    """Raise RuleViolation where somebody enters his own hours; on paper he signed like others."""
    if sheet.kind is SheetKind.MANUAL and volunteer.person_id == by.person_id:
        raise RuleViolation("", N_("自己的时长请在“记时长”里记，不能代录"))


def _doubts(
    claim: Claim, existing: Sequence[Existing], volunteer: Volunteer, limits: Limits, now: datetime
) -> list[Doubt]:
    check_serving(volunteer.status)
    return check_claim(claim, existing, now=now, joined_on=volunteer.entered_on, limits=limits)


def _goes_over(sheet: ServiceSheet, served: Sequence[Served], now: datetime) -> bool:
    minutes, people = entered_on(sheet.entered_by_id, now, without=sheet.id)
    minutes += sum(one.claim.minutes for one in served)
    people |= {one.volunteer.person_id for one in served}
    return goes_over(Day(minutes, len(people)), most_of_a_day(now))


def _second(
    sheet: ServiceSheet, people: set[int], method: ServiceMethod, now: datetime, *, is_held: bool
) -> Organization:
    """Return who looks at a sheet. Raises RuleViolation where only the line that entered could."""
    by_other = needs_other_line(sheet.kind, method)
    handler = second_for(sheet, people, now, is_manual=by_other, is_held=is_held)
    check_second(sheet.line_id, handler.id, is_manual=by_other)
    return handler


def record_served(
    sheet: ServiceSheet,
    served: Sequence[Served],
    method: ServiceMethod,
    people: set[int],
    *,
    is_held: bool,
    by: Actor,
    now: datetime,
) -> list[ServiceRecord]:
    """Return the records of a sheet, each waiting for the second person."""
    handler = _second(sheet, people, method, now, is_held=is_held)
    records = [
        ServiceRecord(
            code=opaque_code(8),
            person_id=one.volunteer.person_id,
            volunteer=one.volunteer,
            organization=sheet.organization,
            handler=handler,
            title=sheet.title,
            field=sheet.field,
            work=sheet.work,
            counts=counts_as_service(sheet.work, day_of(sheet.starts_at)),
            served_on=one.claim.day,
            starts_at=one.claim.starts_at,
            ends_at=one.claim.ends_at,
            minutes=one.claim.minutes,
            time_stated=True,
            method=method,
            status=ServiceStatus.PENDING,
            doubts=",".join(one.doubts),
            sheet_id=sheet.id,
            submitted_by_id=by.user_id,
            submitted_at=now,
        )
        for one in served
    ]
    db.session.add_all(records)
    flush()
    books = Books(by, now)
    for record in records:
        books.wait(record, +1)
        note_step(record, None, by=by, now=now)
    books.close()
    return records
