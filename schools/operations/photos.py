"""Pictures of activities: without place, few, declared, for a year, never public (PRV-07, D6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core import clock, crypto, retention, settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import FileKind, read_content
from core.rules import N_, RuleViolation, UnknownRowError
from schools.models import YouthActivity, YouthPhoto
from schools.queries.attending import photo_at

NAME = "活动照片"
AT_ONCE = 100


def add_photo(activity: YouthActivity, data: bytes, *, by: Actor, now: datetime) -> YouthPhoto:
    """Return a picture that is kept with an activity; what the camera wrote into it is gone.

    The caller has the declaration about faces. Raises RuleViolation for a file that is no
    picture, and where there are as many as the setting allows.
    """
    content = read_content(data)
    if content.kind is FileKind.PDF:
        raise RuleViolation("file", N_("只收 JPG、PNG 照片"))
    one = YouthActivity
    db.session.execute(select(one.id).where(one.id == activity.id).with_for_update())
    held = db.session.scalar(
        select(func.count()).select_from(YouthPhoto).where(YouthPhoto.activity_id == activity.id)
    )
    most = settings.value("youth.photos", clock.local(now).date())
    if (held or 0) >= most:
        raise RuleViolation("file", N_("一次活动最多 %(most)d 张照片"), most=most)
    file = files.keep(content, NAME, by=by, now=now)
    photo = YouthPhoto(
        code=crypto.opaque_code(8),
        activity_id=activity.id,
        file_id=file.id,
        declared_at=now,
        declared_by_id=by.user_id,
    )
    db.session.add(photo)
    db.session.flush()
    audit("youth.photo", "youth_activity", activity.id, by=by, file=file.id)
    return photo


def drop_photo(code: str, *, organization_id: int, by: Actor) -> int:
    """Remove a picture; return the key of its activity. Raises UnknownRowError."""
    found = photo_at(organization_id, code)
    if found is None:
        raise UnknownRowError(code)
    photo, file = found
    activity_id = photo.activity_id
    _remove(photo, file)
    audit("youth.drop_photo", "youth_activity", activity_id, by=by, file=file.id)
    return activity_id


def past_photos(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which pictures are kept no longer (decisions.md D6)."""
    return (YouthPhoto.declared_at < retention.since("privacy.photos_years", now),)


def forget_photos(now: datetime) -> int:
    """Remove pictures that are no longer kept (decisions.md D6); return how many at once."""
    found = db.session.execute(
        select(YouthPhoto, StoredFile)
        .join(StoredFile, StoredFile.id == YouthPhoto.file_id)
        .where(*past_photos(now))
        .order_by(YouthPhoto.id)
        .limit(AT_ONCE)
    ).all()
    for photo, file in found:
        audit("youth.forget_photo", "youth_activity", photo.activity_id, by=SYSTEM, file=file.id)
        _remove(photo, file)
    return len(found)


def _remove(photo: YouthPhoto, file: StoredFile) -> None:
    db.session.delete(photo)
    db.session.flush()
    files.remove(file)
