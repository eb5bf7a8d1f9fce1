"""Columns of venues that hold what people typed: a walk in another language leaves them alone."""

from __future__ import annotations

from activities.models import (
    Venue,
    VenueCriteria,
    VenueDay,
    VenueEvent,
    VenueFinding,
    VenueFundEntry,
    VenueInspection,
    VenuePhoto,
    VenueReview,
    VenueReviewItem,
)

TYPED_OF_VENUES = (
    Venue.name,
    Venue.address,
    Venue.services,
    Venue.plaque_number,
    VenueCriteria.items,
    VenueCriteria.source,
    VenueDay.note,
    VenueEvent.note,
    VenueFinding.evidence,
    VenueFundEntry.words,
    VenueInspection.inspector,
    VenueInspection.words,
    VenuePhoto.alt,
    VenueReview.note,
    VenueReviewItem.evidence,
)
