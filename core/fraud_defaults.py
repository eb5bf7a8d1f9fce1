"""What holds of the patterns that hold hours back, and of their review (security.md LED-15)."""

from __future__ import annotations

FRAUD: dict[str, tuple[int, str]] = {
    "holds.working_days": (15, "as objections: looked into within 15 working days"),
    "holds.window_days": (30, "security.md LED-15: a month shows what returns"),
    "holds.mutual_records": (
        4,
        "LED-15: so often in a month two confirm each other, or three in a ring",
    ),
    "holds.device_people": (5, "LED-15: more people in one second from one device"),
    "holds.travel_minutes": (
        30,
        "LED-15: 80 km/h; half an hour between the centres of two cities is the least",
    ),
    "holds.identical_people": (30, "LED-15: so many people in the very same minutes"),
    "holds.nights": (3, "LED-15: so many nights of a month, rescue left out"),
    "holds.night_minutes": (120, "LED-15: two hours between midnight and five"),
    "holds.near_weeks": (3, "LED-15: so many weeks just below the weekly ceiling"),
    "holds.operator_minutes": (2_400, "decisions.md D3: 40 h a day of manual entry"),
    "holds.operator_people": (20, "decisions.md D3: 20 people a day of manual entry"),
    "holds.full_shifts": (8, "LED-15: so many shifts of a month, all to the minute"),
    "holds.activity_minutes": (60, "LED-15: an activity created and closed within 1 h"),
    "holds.uncounted_people": (50, "LED-15: so many participants without check-in"),
}
