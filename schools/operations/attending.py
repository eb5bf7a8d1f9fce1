"""Recording who of a class was there, putting it right, taking it back (SCH-08, ux.md S40)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from core import clock, crypto, settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.bulk import insert_many
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from organizations import figures
from organizations.models import Organization
from organizations.rules import OPEN_STATES, Measure
from schools.models import (
    Campaign,
    Pupil,
    SchoolClass,
    YouthActivity,
    YouthMark,
    YouthRoll,
    YouthRollEvent,
)
from schools.operations.campaigns import check_tie, refresh
from schools.queries.attending import held_on, roll_at, roster_beside, roster_on
from schools.rules.attending import (
    KINDS,
    NOTE_MAX,
    ROLL_TRANSITIONS,
    ActivityFacts,
    Limits,
    RollAction,
    RollStatus,
    YouthKind,
    check_activity,
    check_present,
    check_undo,
)
from volunteers.operations.rolls import enter_roll, take_back_roll
from volunteers.rules import ServiceField, WorkKind
from volunteers.rules.sheets import SheetFacts

FIELDS = {
    YouthKind.BLOOD: ServiceField.BLOOD,
    YouthKind.RED_CROSS_DAY: ServiceField.VALUES,
    YouthKind.AID: ServiceField.AID,
}


@dataclass(frozen=True, slots=True)
class Called:
    """What a class did: an activity that is new, or one that another class began."""

    facts: ActivityFacts
    campaign: Campaign | None = None
    activity: YouthActivity | None = None


def limits_on(day: date) -> Limits:
    """Return the dated settings in force."""
    back, undo = (settings.value(name, day) for name in ("youth.back_days", "youth.undo_hours"))
    return Limits(timedelta(days=back), timedelta(hours=undo))


def record_roll(
    school_class: SchoolClass, called: Called, present: Collection[str], *, by: Actor, now: datetime
) -> YouthRoll:
    """Return the roll call of a class; everybody of the roster has a mark, only some count.

    Raises RuleViolation for facts that cannot be, where a pupil is held back who was ticked, and
    where the class has this activity of this day already.
    """
    place = _lock(school_class.organization_id)
    given = called.activity.facts if called.activity is not None else called.facts
    facts = check_activity(given, now, limits_on(clock.local(now).date()))
    day = clock.local(facts.starts_at).date()
    rows = roster_on(school_class, facts.kind, day)
    free = {one.code: one.pupil for one in rows if one.held is None}
    check_present(present, free)
    _check_once(school_class, facts, day)
    activity = called.activity or _begin(place, facts, day, called.campaign, by, now)
    roll = YouthRoll(
        code=crypto.opaque_code(8),
        activity=activity,
        school_class=school_class,
        status=RollStatus.RECORDED,
        present=len(set(present)),
        absent=len(free) - len(set(present)),
        recorded_at=now,
        recorded_by_id=by.user_id,
    )
    is_first = not _rolls(activity)
    db.session.add(roll)
    db.session.flush()
    marks = [
        {"roll_id": roll.id, "pupil_id": one.id, "is_present": code in set(present)}
        for code, one in free.items()
    ]
    insert_many(YouthMark, marks)
    roll.sheet_id = _enter(activity, [free[code] for code in present], by, now)
    _count(roll, roll.present, int(is_first))
    _note(roll, None, by=by, now=now)
    audit("youth.record", "youth_roll", roll.id, by=by, present=roll.present, absent=roll.absent)
    return roll


def correct_roll(
    code: str,
    present: Collection[str],
    note: str,
    *,
    organization_id: int,
    by: Actor,
    now: datetime,
) -> YouthRoll:
    """Return a roll call with others present, and why; what it was before stays in its history.

    Who of the class had no mark is added where every consent stands by now (MEM-14). Raises
    RuleViolation without a reason, or where hours of it were decided already.
    """
    roll = _locked(code, organization_id)
    after = next_state(ROLL_TRANSITIONS, roll.status, RollAction.CORRECT)
    reason = " ".join(note.split())[:NOTE_MAX]
    if not reason:
        raise RuleViolation("note", N_("请写明为什么更正"))
    marks = _marks(roll)
    before = {pupil.code for pupil, mark in marks.values() if mark.is_present}
    chosen = set(present)
    beside = {one.code: one.pupil for one in roster_beside(roll) if one.held is None}
    _check_chosen(roll, marks, chosen, before | set(beside))
    if chosen == before:
        raise RuleViolation("", N_("没有改动"))
    marks |= {one: (beside[one], _mark(roll, beside[one])) for one in chosen & set(beside)}
    for pupil, mark in marks.values():
        mark.is_present = pupil.code in chosen
    db.session.flush()
    if roll.activity.is_service:
        if roll.sheet_id is not None:
            take_back_roll(roll.sheet_id, by=by, now=now)
        pupils = [pupil for pupil, _mark in marks.values() if pupil.code in chosen]
        roll.sheet_id = _enter(roll.activity, pupils, by, now)
    was, roll.status = roll.present, after
    roll.present, roll.absent = len(chosen), len(marks) - len(chosen)
    _count(roll, roll.present - was, 0)
    changed = sorted(chosen - before), sorted(before - chosen)
    _note(roll, RollAction.CORRECT, by=by, now=now, before=was, changed=changed, note=reason)
    audit("youth.correct", "youth_roll", roll.id, by=by, before=was, after=roll.present)
    return roll


def undo_roll(code: str, *, organization_id: int, by: Actor, now: datetime) -> YouthRoll:
    """Return a roll call that does not count any more, with the hours that it gave.

    Raises RuleViolation after the time to undo, or where hours of it were decided already.
    """
    roll = _locked(code, organization_id)
    after = next_state(ROLL_TRANSITIONS, roll.status, RollAction.UNDO)
    check_undo(roll.recorded_at, now, limits_on(clock.local(now).date()))
    if roll.sheet_id is not None:
        take_back_roll(roll.sheet_id, by=by, now=now)
    roll.status = after
    db.session.flush()
    _count(roll, -roll.present, 0 if _rolls(roll.activity) else -1)
    _note(roll, RollAction.UNDO, by=by, now=now, before=roll.present, after=0)
    audit("youth.undo", "youth_roll", roll.id, by=by, present=roll.present)
    return roll


def _lock(organization_id: int) -> Organization:
    """Return a school branch, locked: one roll call after the other is counted."""
    place = db.session.get_one(
        Organization, organization_id, with_for_update=True, populate_existing=True
    )
    if place.status not in OPEN_STATES:
        raise RuleViolation("", N_("这个组织已经停止"))
    return place


def _locked(code: str, organization_id: int) -> YouthRoll:
    _lock(organization_id)
    found = roll_at(organization_id, code)
    if found is None:
        raise UnknownRowError(code)
    statement = select(YouthRoll).where(YouthRoll.id == found.id).with_for_update()
    return db.session.scalars(statement, execution_options={"populate_existing": True}).one()


def _check_once(school_class: SchoolClass, facts: ActivityFacts, day: date) -> None:
    """Raise RuleViolation where the class has an activity of the same name on the day."""
    statement = (
        select(YouthRoll.id)
        .join(YouthRoll.activity)
        .where(
            YouthRoll.class_id == school_class.id,
            YouthRoll.status == RollStatus.RECORDED,
            YouthActivity.held_on == day,
            YouthActivity.title == facts.title,
        )
    )
    if db.session.scalars(statement.limit(1)).first() is not None:
        raise RuleViolation("title", N_("这个班这一天已经登记过同名的活动，要改请用更正"))


def _begin(
    place: Organization,
    facts: ActivityFacts,
    day: date,
    campaign: Campaign | None,
    by: Actor,
    now: datetime,
) -> YouthActivity:
    if campaign is not None:
        check_tie(campaign, place, day)
    activity = YouthActivity(
        code=crypto.opaque_code(8),
        organization=place,
        campaign=campaign,
        kind=facts.kind,
        title=facts.title,
        held_on=day,
        starts_at=facts.starts_at,
        minutes=facts.minutes,
        place=facts.place,
        is_service=facts.is_service,
        recorded_at=now,
        recorded_by_id=by.user_id,
    )
    db.session.add(activity)
    db.session.flush()
    return activity


def _enter(
    activity: YouthActivity, pupils: Iterable[Pupil], by: Actor, now: datetime
) -> int | None:
    """Return the sheet of hours that the same entry gives, where it was service (VOL-04)."""
    if not activity.is_service:
        return None
    facts = SheetFacts(
        activity.title,
        FIELDS.get(activity.kind, ServiceField.YOUTH),
        WorkKind.SERVICE,
        activity.starts_at,
        activity.facts.ends_at,
    )
    people = [one.person_id for one in pupils]
    sheet = enter_roll(facts, people, organization=activity.organization, by=by, now=now)
    return sheet.id if sheet is not None else None


def _rolls(activity: YouthActivity) -> int:
    statement = select(func.count()).where(
        YouthRoll.activity_id == activity.id, YouthRoll.status == RollStatus.RECORDED
    )
    return db.session.scalar(statement) or 0


def _count(roll: YouthRoll, times: int, activities: int) -> None:
    """Keep the figures of the school and all above it, and what the campaign shows."""
    db.session.flush()
    activity = roll.activity
    path, day = activity.organization.path, activity.held_on
    figures.add_dated(path, Measure.YOUTH_ACTIVITIES, activities, day)
    figures.add_dated(path, Measure.YOUTH_TIMES, times, day)
    if KINDS[activity.kind].is_lesson:
        figures.add_dated(path, Measure.FIRST_AID_TIMES, times, day)
    if activity.campaign_id is not None:
        refresh(activity.campaign_id, activity.organization_id)


def _marks(roll: YouthRoll) -> dict[str, tuple[Pupil, YouthMark]]:
    rows = db.session.execute(
        select(Pupil, YouthMark)
        .join(YouthMark, YouthMark.pupil_id == Pupil.id)
        .where(YouthMark.roll_id == roll.id)
    )
    return {pupil.code: (pupil, mark) for pupil, mark in rows}


def _mark(roll: YouthRoll, pupil: Pupil) -> YouthMark:
    """Return the mark of a pupil who was there and had none."""
    mark = YouthMark(roll_id=roll.id, pupil_id=pupil.id, is_present=True)
    db.session.add(mark)
    return mark


def _check_chosen(
    roll: YouthRoll,
    marks: dict[str, tuple[Pupil, YouthMark]],
    chosen: set[str],
    free: set[str],
) -> None:
    """Raise RuleViolation for nobody, a stranger, or somebody new whose consent is gone."""
    activity = roll.activity
    free = free | {
        code
        for code, (pupil, _mark) in marks.items()
        if held_on(pupil, activity.kind, activity.held_on) is None
    }
    check_present(chosen, free)


def _note(
    roll: YouthRoll,
    action: RollAction | None,
    *,
    by: Actor,
    now: datetime,
    before: int | None = None,
    after: int | None = None,
    changed: tuple[list[str], list[str]] = ([], []),
    note: str = "",
) -> None:
    came, went = (",".join(codes) for codes in changed)
    db.session.add(
        YouthRollEvent(
            roll_id=roll.id,
            action=action,
            present_before=before,
            present_after=roll.present if after is None else after,
            came=came,
            went=went,
            note=note,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
        )
    )
    db.session.flush()
