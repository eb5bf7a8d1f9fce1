"""Schools that merge or close keep their history; both can be taken back (domain.md SCH-10)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from core import clock
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from organizations.rules.foundings import UNDER_WAY
from schools.models import School, SchoolFounding
from schools.operations.counting import locked, note, recounted
from schools.rules.register import (
    SCHOOL_TRANSITIONS,
    SchoolAction,
    SchoolStatus,
    check_end_note,
    check_merger,
)


def merge_school(
    code: str, into: str, on: date, words: str, *, county_id: int, by: Actor, now: datetime
) -> School:
    """Return a school that goes on in another one of the county; its branch goes with it.

    Where both have a branch, one has to be closed before: its members are told where they go.
    Raises RuleViolation, IllegalTransition.
    """
    first, second = sorted((code, into))
    held = {one: locked(one) for one in (first, second)}
    school, other = held[code], held[into]
    if school is None or school.county_id != county_id:
        raise UnknownRowError(code)
    text = _check_ending(school, SchoolAction.MERGE, on, words, now)
    if other is None or other.county_id != county_id:
        raise RuleViolation("into", N_("请选另一所在办的学校"))
    check_merger(
        is_other=other.id != school.id,
        is_open=other.status is SchoolStatus.OPEN,
        both_founded=None not in (school.organization_id, other.organization_id),
    )
    branch_id = school.organization_id
    with recounted(school):
        school.status, school.closed_on = SchoolStatus.MERGED, on
        school.merged_into_id, school.organization_id = other.id, None
    note(school, SchoolAction.MERGE, by=by, now=now, words=f"{other.name}；{text}")
    with recounted(other):
        other.organization_id = other.organization_id or branch_id
    note(other, SchoolAction.TAKE_IN, by=by, now=now, words=school.name)
    record("school.merge", "school", school.id, by=by, into=other.id)
    return school


def close_school(
    code: str, on: date, words: str, *, county_id: int, by: Actor, now: datetime
) -> School:
    """Return a school that closed. Its branch has to be closed before, and its members placed.

    Raises RuleViolation, IllegalTransition.
    """
    school = locked(code)
    if school is None or school.county_id != county_id:
        raise UnknownRowError(code)
    text = _check_ending(school, SchoolAction.CLOSE, on, words, now)
    if school.organization_id is not None:
        raise RuleViolation("", N_("学校还有红十字会，请先撤销，把会员转到别处"))
    with recounted(school):
        school.status, school.closed_on = SchoolStatus.CLOSED, on
    note(school, SchoolAction.CLOSE, by=by, now=now, words=text)
    record("school.close", "school", school.id, by=by)
    return school


def reopen_school(code: str, *, county_id: int, by: Actor, now: datetime) -> School:
    """Return a school whose end was a mistake. A branch that went to another school stays there.

    Raises IllegalTransition where it goes on.
    """
    school = locked(code)
    if school is None or school.county_id != county_id:
        raise UnknownRowError(code)
    reached = next_state(SCHOOL_TRANSITIONS, school.status, SchoolAction.REOPEN)
    with recounted(school):
        school.status, school.closed_on, school.merged_into_id = reached, None, None
    note(school, SchoolAction.REOPEN, by=by, now=now)
    record("school.reopen", "school", school.id, by=by)
    return school


def _check_ending(school: School, action: SchoolAction, on: date, words: str, now: datetime) -> str:
    next_state(SCHOOL_TRANSITIONS, school.status, action)
    if on > clock.local(now).date():
        raise RuleViolation("closed_on", N_("日期不能晚于今天"))
    under_way = select(SchoolFounding.id).where(
        SchoolFounding.school_id == school.id, SchoolFounding.status.in_(UNDER_WAY)
    )
    if db.session.scalars(under_way.limit(1)).first() is not None:
        raise RuleViolation("", N_("建会申请还没办完，请先办完或者撤回"))
    return check_end_note(words)
