"""Photos of a record, as its page lists them and gives them out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from core.database import db
from core.files.models import StoredFile
from core.statements import Kept
from volunteers.models import ServicePicture, ServiceRecord


class Pictured(NamedTuple):
    """One photo: the code of its file, and when it was handed in."""

    code: str
    at: datetime


_OF_RECORD = Kept(
    select(ServicePicture.file_code, ServicePicture.handed_in_at)
    .where(ServicePicture.record_id == bindparam("record"))
    .order_by(ServicePicture.id)
)


def pictures_of(record: ServiceRecord) -> list[Pictured]:
    """Return the photos of a record, the first one first.

    One statement where there can be some: he objected, or others said how long he was there.
    """
    others = record.sheet_id is not None or record.attendance_id is not None
    if not others and record.objected_at is None:
        return []
    return [Pictured(*row) for row in _OF_RECORD.rows({"record": record.id})]


class Photo(NamedTuple):
    """A photo: the code of the record that it belongs to, and its file."""

    record: str
    file: StoredFile


def picture_of(code: str) -> Photo | None:
    """Return a photo by the code of its file, or None."""
    row = db.session.execute(
        select(ServiceRecord.code, StoredFile)
        .select_from(ServicePicture)
        .join(ServiceRecord, ServiceRecord.id == ServicePicture.record_id)
        .join(StoredFile, StoredFile.code == ServicePicture.file_code)
        .where(ServicePicture.file_code == code)
    ).one_or_none()
    return Photo(row[0], row[1]) if row is not None else None
