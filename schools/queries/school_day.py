"""What a coordinator meets at home: calls, classes, the month (ux.md S34). One statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)

from core.access.scope import Place
from core.statements import Kept
from organizations.rules import ids_of_path
from schools.models import (
    Campaign,
    CampaignSchool,
    Pupil,
    School,
    SchoolClass,
    YouthActivity,
    YouthRoll,
)
from schools.rules.attending import RollStatus
from schools.rules.campaigns import is_for_stage
from schools.rules.pupils import ON_ROSTER, PupilStatus

MOST_CLASSES, MOST_ACTIVITIES, MOST_CALLS = 60, 5, 5
CALL, CLASS, ACTIVITY = range(3)


class CallLine(NamedTuple):
    """A campaign that calls a school, which has no activity in it yet."""

    name: str
    last_on: date


class ClassLine(NamedTuple):
    """A class: youth members, and drafts whose guardians have not all agreed."""

    code: str
    grade: int
    number: int
    name: str
    members: int
    waiting: int


class ActivityLine(NamedTuple):
    """What the school held this month."""

    code: str
    title: str
    held_on: date


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """What stands on the home of who keeps a school."""

    calls: Sequence[CallLine]
    classes: Sequence[ClassLine]
    activities: Sequence[ActivityLine]


_PLACE = bindparam("place", type_=Integer())
_DAY, _FIRST = bindparam("day", type_=Date()), bindparam("first", type_=Date())
_NO_TEXT, _NO_DAY, _NO_NUMBER = cast(null(), String), cast(null(), Date), cast(null(), Integer)


def _part(
    part: int, texts: tuple[Any, Any, Any], day: Any, numbers: tuple[Any, ...]
) -> Select[*tuple[Any, ...]]:
    """Return the columns that every part of the statement has: which, texts, day, numbers."""
    code, words, more = texts
    grade, number, first, second = numbers
    return select(
        literal(part, Integer).label("part"),
        code.label("code"),
        words.label("words"),
        more.label("more"),
        day.label("day"),
        grade.label("grade"),
        number.label("number"),
        first.label("first_count"),
        second.label("second_count"),
    )


def _calls() -> Select[*tuple[Any, ...]]:
    done = exists().where(
        CampaignSchool.campaign_id == Campaign.id,
        CampaignSchool.organization_id == _PLACE,
        CampaignSchool.activities > 0,
    )
    texts = Campaign.stages, Campaign.name, cast(School.stage, String)
    return (
        _part(CALL, texts, Campaign.last_on, (_NO_NUMBER,) * 4)
        .select_from(Campaign)
        .join(School, School.organization_id == _PLACE)
        .where(
            Campaign.organization_id.in_(bindparam("above", expanding=True)),
            Campaign.first_on <= _DAY,
            Campaign.last_on >= _DAY,
            Campaign.closed_at.is_(None),
            ~done,
        )
    )


def _classes() -> Select[*tuple[Any, ...]]:
    latest = select(func.max(SchoolClass.year)).where(SchoolClass.organization_id == _PLACE)
    members, waiting = (
        func.count(Pupil.id).filter(Pupil.status == status)
        for status in (PupilStatus.MEMBER, PupilStatus.DRAFT)
    )
    numbers = SchoolClass.grade, SchoolClass.number, members, waiting
    return (
        _part(CLASS, (SchoolClass.code, SchoolClass.name, _NO_TEXT), _NO_DAY, numbers)
        .outerjoin(Pupil, (Pupil.class_id == SchoolClass.id) & Pupil.status.in_(ON_ROSTER))
        .where(SchoolClass.organization_id == _PLACE, SchoolClass.year == latest.scalar_subquery())
        .group_by(SchoolClass.id)
        .order_by(SchoolClass.grade, SchoolClass.number, SchoolClass.id)
        .limit(MOST_CLASSES)
    )


def _activities() -> Select[*tuple[Any, ...]]:
    held = exists().where(
        YouthRoll.activity_id == YouthActivity.id, YouthRoll.status == RollStatus.RECORDED
    )
    texts = YouthActivity.code, YouthActivity.title, _NO_TEXT
    return (
        _part(ACTIVITY, texts, YouthActivity.held_on, (_NO_NUMBER,) * 4)
        .where(YouthActivity.organization_id == _PLACE, YouthActivity.held_on >= _FIRST, held)
        .order_by(YouthActivity.held_on.desc(), YouthActivity.id.desc())
        .limit(MOST_ACTIVITIES)
    )


_DAYS = Kept(
    union_all(*(select(part.subquery()) for part in (_calls(), _classes(), _activities())))
)


def school_day(place: Place, day: date) -> SchoolDay:
    """Return what a school is called to, its classes of the latest year, and what it held."""
    above = ids_of_path(place.path)[:-1]
    values = {"place": place.id, "above": above, "day": day, "first": day.replace(day=1)}
    rows = _DAYS.rows(values)
    calls = [
        CallLine(words, last_on)
        for part, stages, words, stage, last_on, *_numbers in rows
        if part == CALL and is_for_stage(stages, stage)
    ]
    classes = [
        ClassLine(code, grade, number, name, members, waiting)
        for part, code, name, _more, _day, grade, number, members, waiting in rows
        if part == CLASS
    ]
    held = [
        ActivityLine(code, title, held_on)
        for part, code, title, _more, held_on, *_numbers in rows
        if part == ACTIVITY
    ]
    return SchoolDay(
        sorted(calls, key=lambda one: one.last_on)[:MOST_CALLS],
        sorted(classes, key=lambda one: (one.grade, one.number)),
        sorted(held, key=lambda one: one.held_on, reverse=True),
    )
