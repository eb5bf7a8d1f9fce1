"""Columns of what happens at venues that hold what people typed."""

from __future__ import annotations

from activities.models import (
    ActivityFeedback,
    ActivityReport,
    Appointment,
    VenueUse,
    VenueVisitDay,
)

TYPED_OF_VISITS = (
    ActivityFeedback.words,
    ActivityReport.content,
    Appointment.note,
    VenueUse.reason,
    VenueVisitDay.note,
)
