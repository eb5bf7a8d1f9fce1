"""What schools keep of one person, for the page on which he reads all of it (PRV-15)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.database import db
from schools.models import Pupil, PupilYear, SchoolClass, YouthActivity, YouthMark, YouthRoll
from schools.rules.attending import RollStatus

LATEST = 20


def rosters_of(person_id: int) -> Sequence[Pupil]:
    """Return every roster that a person is or was on, the newest first."""
    return db.session.scalars(
        select(Pupil)
        .options(joinedload(Pupil.organization, innerjoin=True), joinedload(Pupil.school_class))
        .where(Pupil.person_id == person_id)
        .order_by(Pupil.id.desc())
    ).all()


def years_of(person_id: int) -> Sequence[SchoolClass]:
    """Return the classes of the years that are over, the newest first."""
    return db.session.scalars(
        select(SchoolClass)
        .join(PupilYear, PupilYear.class_id == SchoolClass.id)
        .join(Pupil, Pupil.id == PupilYear.pupil_id)
        .options(joinedload(SchoolClass.organization, innerjoin=True))
        .where(Pupil.person_id == person_id)
        .order_by(PupilYear.year.desc())
    ).all()


def attended_by(person_id: int) -> Sequence[YouthActivity]:
    """Return the latest activities of schools that a person was at."""
    return db.session.scalars(
        select(YouthActivity)
        .join(YouthRoll, YouthRoll.activity_id == YouthActivity.id)
        .join(YouthMark, YouthMark.roll_id == YouthRoll.id)
        .join(Pupil, Pupil.id == YouthMark.pupil_id)
        .options(joinedload(YouthActivity.organization, innerjoin=True))
        .where(
            Pupil.person_id == person_id,
            YouthMark.is_present,
            YouthRoll.status == RollStatus.RECORDED,
        )
        .order_by(YouthActivity.held_on.desc(), YouthActivity.id.desc())
        .limit(LATEST)
    ).all()
