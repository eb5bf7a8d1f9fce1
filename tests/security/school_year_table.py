"""What the pages of the step into a school year need, written by hand."""

from __future__ import annotations

from tests.security.activity_table import OWN

SCHOOL_YEARS: dict[str, str] = {
    "schools.accept_arrivals": "pupils",
    "schools.decline_arrivals": "pupils",
    "schools.list_arrivals": "pupils",
    "schools.offer_pupils": "pupils",
    "schools.count_of_age": "schools",
    "schools.leave_of_age": OWN,
    "schools.list_of_age": "pupils",
    "schools.list_owing": "place",
    "schools.own_coming_of_age": OWN,
    "schools.stay_of_age": OWN,
    "schools.plan_pupil": "pupils",
    "schools.show_county_year": "schools",
    "schools.show_year": "pupils",
    "schools.show_year_class": "pupils",
    "schools.undo_of_age": OWN,
    "schools.undo_year": "pupils",
}

SCHOOL_YEAR_ROWS: dict[str, str] = {
    "schools.plan_pupil": "pupil-to-move",
    "schools.show_year_class": "class-to-move",
}
