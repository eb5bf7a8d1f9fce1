"""What everybody may read of venues: the file without persons, its hours, its pictures (S41)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from activities.models import Venue, VenuePhoto
from activities.rules.venues import OPEN_TO_PEOPLE, VenueKind
from core.database import db
from core.files.models import StoredFile
from core.statements import Kept

MOST = 20


class Sign(NamedTuple):
    """What a list says of a venue."""

    code: str
    name: str
    kind: VenueKind
    address: str


class Picture(NamedTuple):
    """A picture of a venue and what it shows in words."""

    code: str
    alt: str


_OPEN = Venue.status.in_(OPEN_TO_PEOPLE)
_OF_ORGANIZATION = Kept(
    select(*(getattr(Venue, name) for name in Sign._fields))
    .where(Venue.organization_id == bindparam("organization"), _OPEN)
    .order_by(Venue.id)
    .limit(MOST)
)
_PICTURES = Kept(
    select(VenuePhoto.code, VenuePhoto.alt)
    .where(VenuePhoto.venue_id == bindparam("venue"))
    .order_by(VenuePhoto.position, VenuePhoto.id)
)
#: In whatever order: every kind is named, so that the index of kinds is read, not the files.
_CODES = Kept(
    select(Venue.code).where(Venue.kind.in_(tuple(VenueKind)), _OPEN).limit(bindparam("limit"))
)


def open_venue(code: str) -> Venue | None:
    """Return a venue that is open to people, with the organization that keeps it."""
    return db.session.scalars(
        select(Venue)
        .options(joinedload(Venue.organization, innerjoin=True))
        .where(Venue.code == code, _OPEN)
    ).one_or_none()


def venues_of(organization_id: int) -> Sequence[Sign]:
    """Return the first venues of an organization that are open to people."""
    return [Sign(*row) for row in _OF_ORGANIZATION.rows({"organization": organization_id})]


def pictures_of(venue_id: int) -> Sequence[Picture]:
    """Return the pictures of a venue: each was declared to show no child's face."""
    return [Picture(*row) for row in _PICTURES.rows({"venue": venue_id})]


def picture_file(venue: str, picture: str) -> StoredFile | None:
    """Return the file of a picture of an open venue."""
    return db.session.scalars(
        select(StoredFile)
        .join(VenuePhoto, VenuePhoto.file_id == StoredFile.id)
        .join(Venue, Venue.id == VenuePhoto.venue_id)
        .where(VenuePhoto.code == picture, Venue.code == venue, _OPEN)
    ).one_or_none()


def open_codes(limit: int) -> Sequence[str]:
    """Return the codes of venues that are open to people, for search engines."""
    return [row[0] for row in _CODES.rows({"limit": limit})]
