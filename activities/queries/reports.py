"""What was told and counted of an activity after it was held (CTR-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from activities.models import (
    Activity,
    ActivityFeedback,
    ActivityPhoto,
    ActivityReport,
    Attendance,
    Shift,
    ShiftEnding,
)
from activities.rules import ActivityStatus
from activities.rules.holding import SCORES, CameAs, FeedbackWay
from core.database import db
from core.files.models import StoredFile

WORDS_SHOWN = 20
REPORTABLE = (ActivityStatus.PUBLISHED, ActivityStatus.ENDED)


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an activity without typing it: people by class, sessions, minutes given."""

    people: Mapping[CameAs, int]
    sessions: int
    minutes: int

    @property
    def total(self) -> int:
        return sum(self.people.values())


def held_of(activity: Activity, report: ActivityReport | None) -> Held:
    """Return what an activity came to: who came by class, and the public of the report."""
    statement = (
        select(Attendance.came_as, func.count())
        .join(Shift, Shift.id == Attendance.shift_id)
        .where(Shift.activity_id == activity.id, Attendance.came_as.is_not(None))
        .group_by(Attendance.came_as)
    )
    found = {row[0]: int(row[1]) for row in db.session.execute(statement)}
    people = {kind: found.get(kind, 0) for kind in CameAs}
    people[CameAs.PUBLIC] += report.public_people if report is not None else 0
    sessions = db.session.scalar(
        select(func.count()).where(Shift.activity_id == activity.id, Shift.held_on.is_not(None))
    )
    minutes = db.session.scalar(
        select(func.coalesce(func.sum(ShiftEnding.minutes), 0))
        .join(Shift, Shift.id == ShiftEnding.shift_id)
        .where(Shift.activity_id == activity.id, ShiftEnding.undone_at.is_(None))
    )
    return Held(people, sessions or 0, minutes or 0)


def people_of(activity_id: int) -> int:
    """Return how many came to an activity: counted, and told of the public."""
    came = (
        select(func.count())
        .select_from(Attendance)
        .join(Shift, Shift.id == Attendance.shift_id)
        .where(Shift.activity_id == activity_id, Attendance.came_as.is_not(None))
    )
    report = report_of(activity_id)
    return (db.session.scalar(came) or 0) + (report.public_people if report is not None else 0)


def report_of(activity_id: int) -> ActivityReport | None:
    """Return what was told of an activity."""
    return db.session.get(ActivityReport, activity_id)


@dataclass(frozen=True, slots=True)
class Feedback:
    """Scores of an activity: how many gave which, those typed from paper, and words."""

    counts: Mapping[int, int]
    paper: tuple[int, ...]
    paper_words: str
    words: Sequence[str]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def tenths(self) -> int | None:
        """Return the mean in tenths, without rounding up."""
        if not self.total:
            return None
        return sum(score * count for score, count in self.counts.items()) * 10 // self.total


def feedback_of(activity_id: int) -> Feedback:
    """Return the feedback of an activity: one statement."""
    rows = db.session.scalars(
        select(ActivityFeedback)
        .where(ActivityFeedback.activity_id == activity_id)
        .order_by(ActivityFeedback.id.desc())
    ).all()
    counts = dict.fromkeys(SCORES, 0)
    paper = dict.fromkeys(SCORES, 0)
    for row in rows:
        counts[row.score] += row.people
        if row.way is FeedbackWay.PAPER:
            paper[row.score] += row.people
    told = [row.words for row in rows if row.words and row.way is FeedbackWay.LINK]
    typed = "".join(row.words for row in rows if row.way is FeedbackWay.PAPER)
    return Feedback(counts, tuple(paper[score] for score in SCORES), typed, told[:WORDS_SHOWN])


def photos_of(activity_id: int) -> Sequence[ActivityPhoto]:
    """Return the pictures of an activity."""
    statement = select(ActivityPhoto).where(ActivityPhoto.activity_id == activity_id)
    return db.session.scalars(statement.order_by(ActivityPhoto.id)).all()


def photo_at(organization_id: int, code: str) -> tuple[ActivityPhoto, StoredFile] | None:
    """Return a picture of an activity of an organization, with its file."""
    found = db.session.execute(
        select(ActivityPhoto, StoredFile)
        .join(StoredFile, StoredFile.id == ActivityPhoto.file_id)
        .join(Activity, Activity.id == ActivityPhoto.activity_id)
        .where(ActivityPhoto.code == code, Activity.organization_id == organization_id)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def is_reportable(activity: Activity, shifts: Sequence[Shift], now: datetime) -> bool:
    """Return whether a shift of an activity is over, so that its keeper can tell of it."""
    return activity.status in REPORTABLE and any(shift.ends_at <= now for shift in shifts)
