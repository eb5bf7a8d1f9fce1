"""What the pages of hours that are looked at, appealed or lie open are about."""

from __future__ import annotations

OWN = "own"

HELD_HOURS: dict[str, str] = {
    "volunteers.answer_hold": "hours-confirm",
    "volunteers.agree_own": OWN,
    "volunteers.appeal_own": OWN,
    "volunteers.ask_about_hold": "holds",
    "volunteers.hold_questions": "hours-confirm",
    "volunteers.holds": "holds",
    "volunteers.hours_notices": OWN,
    "volunteers.object_to_notice": OWN,
    "volunteers.refuse_hold": "holds",
    "volunteers.release_hold": "holds",
    "volunteers.show_hold": "holds",
}
