"""What is told after an activity: content, the public, spend, feedback, pictures (CTR-02)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from activities.models import Activity, ActivityFeedback, ActivityPhoto, ActivityReport
from activities.operations import vitals
from activities.operations.steps import locked_activity, locked_shifts
from activities.queries.reports import REPORTABLE, people_of, photo_at
from activities.rules.holding import (
    SCORES,
    FeedbackWay,
    ReportFacts,
    check_no_personal_data,
)
from core import crypto, retention, settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import FileKind, read_content
from core.rules import N_, NN_, RuleViolation, UnknownRowError

PHOTO_NAME = "活动照片"
AT_ONCE = 100


def report(
    code: str, facts: ReportFacts, *, organization_id: int, by: Actor, now: datetime
) -> ActivityReport:
    """Return what is told of an activity; told again it is put right, and counted anew.

    Raises RuleViolation before its first shift is over.
    """
    facts.check()
    activity = locked_activity(Activity.code == code, Activity.organization_id == organization_id)
    shifts = locked_shifts(activity.id)
    over = [shift for shift in shifts if shift.ends_at <= now]
    if activity.status not in REPORTABLE or not over:
        raise RuleViolation("", N_("活动还没有办，办完再填"))
    if activity.venue_id is not None:
        vitals.lock_venue(activity.venue_id)
    found = db.session.get(ActivityReport, activity.id, populate_existing=True)
    before = (found.public_people, found.spend_fen) if found is not None else (0, None)
    if found is None:
        counted_on = local(max(shift.starts_at for shift in over)).date()
        found = ActivityReport(activity_id=activity.id, counted_on=counted_on)
        db.session.add(found)
    found.content, found.public_people = facts.content, facts.public_people
    found.spend_fen, found.told_at, found.told_by_id = facts.spend_fen, now, by.user_id
    db.session.flush()
    _keep_paper(activity.id, facts, now)
    vitals.count_report(
        activity,
        found.counted_on,
        public=facts.public_people - before[0],
        spend=(facts.spend_fen or 0) - (before[1] or 0),
    )
    vitals.recheck(activity, shifts, now)
    audit(
        "activities.report",
        "activity",
        activity.id,
        by=by,
        public=[before[0], facts.public_people],
        spend=[before[1], facts.spend_fen],
        paper=list(facts.paper),
    )
    db.session.flush()
    return found


def _keep_paper(activity_id: int, facts: ReportFacts, now: datetime) -> None:
    """Keep the scores typed from paper in place of those typed before."""
    db.session.execute(
        delete(ActivityFeedback).where(
            ActivityFeedback.activity_id == activity_id,
            ActivityFeedback.way == FeedbackWay.PAPER,
        )
    )
    words = facts.words
    for score, people in zip(SCORES, facts.paper, strict=True):
        if people:
            db.session.add(
                ActivityFeedback(
                    activity_id=activity_id,
                    way=FeedbackWay.PAPER,
                    score=score,
                    people=people,
                    words=words,
                    given_on=local(now).date(),
                )
            )
            words = ""


def give_feedback(code: str, score: int, words: str, *, now: datetime) -> None:
    """Keep the score of somebody who was there; nothing is kept of who it is.

    Raises RuleViolation outside the days for it, and where there are as many as people came.
    """
    words = check_no_personal_data(words, "words")
    if score not in SCORES:
        raise RuleViolation("score", N_("请选择几分"))
    activity = locked_activity(Activity.code == code)
    check_open(activity, now)
    given = db.session.scalar(
        select(func.coalesce(func.sum(ActivityFeedback.people), 0)).where(
            ActivityFeedback.activity_id == activity.id
        )
    )
    if (given or 0) >= most_answers(activity, now):
        raise RuleViolation("", N_("评价已满，谢谢您"))
    db.session.add(
        ActivityFeedback(
            activity_id=activity.id,
            way=FeedbackWay.LINK,
            score=score,
            people=1,
            words=words,
            given_on=local(now).date(),
        )
    )
    db.session.flush()


def check_open(activity: Activity, now: datetime) -> None:
    """Raise RuleViolation before an activity began, and some days after its end."""
    days = settings.value("feedback.days", local(now).date())
    is_over = now > activity.last_ends_at + timedelta(days=days)
    if activity.status not in REPORTABLE or now < activity.first_starts_at or is_over:
        raise RuleViolation("", NN_("现在不能评价：活动开始后 %(days)d 天内可以"), days=days)


def most_answers(activity: Activity, now: datetime) -> int:
    """Return how many answers an activity takes: as many as came, at least a few."""
    least = settings.value("feedback.least", local(now).date())
    return max(people_of(activity.id), least)


def add_photo(activity: Activity, data: bytes, *, by: Actor, now: datetime) -> ActivityPhoto:
    """Return a picture that is kept with an activity; what the camera wrote into it is gone.

    The caller has the declaration about faces of children under 14. Raises RuleViolation for a
    file that is no picture, and where there are as many as the setting allows.
    """
    content = read_content(data)
    if content.kind is FileKind.PDF:
        raise RuleViolation("file", N_("只收 JPG、PNG 照片"))
    db.session.execute(select(Activity.id).where(Activity.id == activity.id).with_for_update())
    held = db.session.scalar(select(func.count()).where(ActivityPhoto.activity_id == activity.id))
    most = settings.value("activities.photos", local(now).date())
    if (held or 0) >= most:
        raise RuleViolation("file", N_("一次活动最多 %(most)d 张照片"), most=most)
    file = files.keep(content, PHOTO_NAME, by=by, now=now)
    photo = ActivityPhoto(
        code=crypto.opaque_code(8),
        activity_id=activity.id,
        file_id=file.id,
        declared_at=now,
        declared_by_id=by.user_id,
    )
    db.session.add(photo)
    db.session.flush()
    audit("activities.photo", "activity", activity.id, by=by, file=file.id)
    return photo


def drop_photo(code: str, *, organization_id: int, by: Actor) -> Activity:
    """Remove a picture; return its activity. Raises UnknownRowError."""
    found = photo_at(organization_id, code)
    if found is None:
        raise UnknownRowError(code)
    photo, file = found
    activity = db.session.get_one(Activity, photo.activity_id)
    _remove(photo, file)
    audit("activities.drop_photo", "activity", activity.id, by=by, file=file.id)
    return activity


def past_photos(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which pictures are kept no longer (decisions.md D6)."""
    return (ActivityPhoto.declared_at < retention.since("privacy.photos_years", now),)


def forget_photos(now: datetime) -> int:
    """Remove pictures that are no longer kept (decisions.md D6); return how many at once."""
    found = db.session.execute(
        select(ActivityPhoto, StoredFile)
        .join(StoredFile, StoredFile.id == ActivityPhoto.file_id)
        .where(*past_photos(now))
        .order_by(ActivityPhoto.id)
        .limit(AT_ONCE)
    ).all()
    for photo, file in found:
        audit("activities.forget_photo", "activity", photo.activity_id, by=SYSTEM, file=file.id)
        _remove(photo, file)
    return len(found)


def _remove(photo: ActivityPhoto, file: StoredFile) -> None:
    db.session.delete(photo)
    db.session.flush()
    files.remove(file)
