"""Pages of a volunteer's life beyond his hours, and of those who keep it."""

from __future__ import annotations

from tests.e2e.sheets import Sheet, press

VOLUNTEER_SHEETS = (
    Sheet("volunteers.own_volunteer", "ada", "/me/volunteer"),
    Sheet("volunteers.own_volunteer", "mia", "/me/volunteer", state="none"),
    Sheet("volunteers.own_registration", "gus", "/me/volunteer/registration", state="missing"),
    Sheet("volunteers.own_registration", "ada", "/me/volunteer/registration", state="returned"),
    Sheet("members.verify", None, "/v/{volunteer_card}", state="volunteer"),
    Sheet("volunteers.list_registrations", "cora", "/o/{county}/registrations"),
    Sheet("volunteers.list_registrations", "ben", "/o/{branch}/registrations", state="none"),
    Sheet("volunteers.show_registration", "cora", "/o/{county}/registrations/{registration}"),
    Sheet(
        "volunteers.show_registration",
        "cora",
        "/o/{county}/registrations/{registration}",
        press("退回"),
        "wrong",
    ),
    Sheet("volunteers.registration_authority", "cora", "/o/{branch}/registration-authority"),
)
