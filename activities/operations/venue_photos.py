"""Pictures of a venue: without place, few, in order, each with its words (FILE-06, PRV-07)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from activities.models import Venue, VenuePhoto
from activities.operations.venue_hours import check_open_still
from core import clock, crypto, settings
from core.audit.operations import Actor, record
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import FileKind, read_content
from core.rules import N_, RuleViolation, UnknownRowError, check_line

NAME = "场所照片"
ALT_MAX = 100


def add_photo(venue: Venue, data: bytes, alt: str, *, by: Actor, now: datetime) -> VenuePhoto:
    """Return a picture kept last in order; what the camera wrote into it is gone.

    The row of the venue is locked, and the caller has the declaration about faces. Raises
    RuleViolation for a file that is no picture, one without words, and one too many.
    """
    check_open_still(venue)
    words = check_line(alt, "alt", ALT_MAX, N_("请用一句话说明照片里有什么"))
    content = read_content(data)
    if content.kind is FileKind.PDF:
        raise RuleViolation("file", N_("只收 JPG、PNG 照片"))
    count, last = db.session.execute(
        select(func.count(), func.max(VenuePhoto.position)).where(VenuePhoto.venue_id == venue.id)
    ).one()
    most = settings.value("venues.photos", clock.local(now).date())
    if count >= most:
        raise RuleViolation("file", N_("最多 %(most)d 张照片"), most=most)
    file = files.keep(content, NAME, by=by, now=now)
    photo = VenuePhoto(
        code=crypto.opaque_code(8),
        venue_id=venue.id,
        file_id=file.id,
        position=(last or 0) + 1,
        alt=words,
        declared_at=now,
        declared_by_id=by.user_id,
    )
    db.session.add(photo)
    db.session.flush()
    record("venue.photo", "venue", venue.id, by=by, file=file.id)
    return photo


def put_first(venue: Venue, code: str, *, by: Actor) -> None:
    """Show a picture before all others. Raises UnknownRowError."""
    photo = _photo(venue, code)
    first = db.session.scalar(
        select(func.min(VenuePhoto.position)).where(VenuePhoto.venue_id == venue.id)
    )
    photo.position = (first or 0) - 1
    record("venue.photo_first", "venue", venue.id, by=by, photo=photo.id)
    db.session.flush()


def shift_photo(venue: Venue, code: str, by_places: int, *, by: Actor) -> None:
    """Let a picture change places with the one before or after it. Raises UnknownRowError."""
    photo = _photo(venue, code)
    found = select(VenuePhoto).where(VenuePhoto.venue_id == venue.id)
    row = list(db.session.scalars(found.order_by(VenuePhoto.position, VenuePhoto.id)))
    place = row.index(photo)
    other = place + (1 if by_places > 0 else -1)
    if not 0 <= other < len(row):
        return
    row[place], row[other] = row[other], row[place]
    for position, one in enumerate(row, start=1):
        one.position = position
    record("venue.photo_place", "venue", venue.id, by=by, photo=photo.id, place=other + 1)
    db.session.flush()


def drop_photo(venue: Venue, code: str, *, by: Actor) -> None:
    """Remove a picture and its file. Raises UnknownRowError."""
    photo = _photo(venue, code)
    file = db.session.get_one(StoredFile, photo.file_id)
    db.session.delete(photo)
    db.session.flush()
    files.remove(file)
    record("venue.drop_photo", "venue", venue.id, by=by, file=file.id)


def _photo(venue: Venue, code: str) -> VenuePhoto:
    found = db.session.scalars(
        select(VenuePhoto).where(VenuePhoto.code == code, VenuePhoto.venue_id == venue.id)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found
