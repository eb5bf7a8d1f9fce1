"""Photos for own hours: handed in with what a volunteer says, removed when their time is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core import retention
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import read_content
from core.rules import NN_, RuleViolation
from volunteers.models import ServicePicture, ServiceRecord

#: What a photo is called when it is given out: no name and no number of a person (PRV-07).
FILE_NAME = "凭证"
#: Photos of one record; whoever needs more has papers that an office should see.
MOST = 4
AT_ONCE = 200


def keep_picture(record: ServiceRecord, data: bytes, *, by: Actor, now: datetime) -> None:
    """Keep a photo or scan with a record; nothing where none was handed in.

    Raises RuleViolation for a file that is not taken, and for one too many.
    """
    if not data:
        return
    content = read_content(data)
    count = select(func.count()).where(ServicePicture.record_id == record.id)
    if (db.session.scalar(count) or 0) >= MOST:
        raise RuleViolation("file", NN_("一条时长最多附 %(num)d 张照片"), num=MOST)
    file = files.keep(content, FILE_NAME, by=by, now=now)
    db.session.add(ServicePicture(record_id=record.id, file_code=file.code, handed_in_at=now))
    audit("hours.picture", "file", file.id, by=by, record=record.id)
    db.session.flush()


def erase_pictures(person_id: int) -> int:
    """Remove the photos of a person's records; return how many there were."""
    mine = select(ServiceRecord.id).where(ServiceRecord.person_id == person_id)
    return _remove(ServicePicture.record_id.in_(mine))


def past_pictures(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which photos are kept no longer (decisions.md D6)."""
    return (ServicePicture.handed_in_at < retention.since("privacy.photos_years", now),)


def forget_pictures(now: datetime) -> int:
    """Remove photos whose time is over, some at once; return how many."""
    old = select(ServicePicture.id).where(*past_pictures(now)).order_by(ServicePicture.id)
    ids = db.session.scalars(old.limit(AT_ONCE)).all()
    if not ids:
        return 0
    audit("hours.forget_pictures", "service_picture", ids[0], by=SYSTEM, count=len(ids))
    return _remove(ServicePicture.id.in_(ids))


def _remove(condition: ColumnElement[bool]) -> int:
    found = db.session.scalars(select(ServicePicture).where(condition)).all()
    for file in _files(one.file_code for one in found):
        files.remove(file)
    for one in found:
        db.session.delete(one)
    db.session.flush()
    return len(found)


def _files(codes: Iterable[str]) -> Iterable[StoredFile]:
    return db.session.scalars(select(StoredFile).where(StoredFile.code.in_(list(codes)))).all()
