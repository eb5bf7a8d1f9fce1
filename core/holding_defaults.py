"""What holds for activities at venues where nothing was entered: value and source (settings)."""

from __future__ import annotations

HOLDING: dict[str, tuple[int, str]] = {
    "venues.silent_months": (6, "domain.md CTR-03: silent without an activity for 6 months"),
    "venues.day_back_days": (60, "INFER: what a day was is entered within two months"),
    "feedback.days": (30, "INFER: who was there says so within a month"),
    "feedback.least": (20, "INFER: so many answers are taken before people were counted"),
    "activities.photos": (9, "INFER: as many as fit one message on a phone"),
    "appointments.ahead_days": (62, "INFER: so far ahead slots are offered"),
    "appointments.open": (5, "INFER: appointments of one person that are still to come"),
    "appointments.remind_hours": (24, "INFER: reminded a day before, in time to cancel"),
    "appointments.caller_days": (30, "INFER: PIPL art 47: a caller is forgotten after a month"),
}
