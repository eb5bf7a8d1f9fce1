"""What the pages of the step into a school year need, written by hand."""

from __future__ import annotations

SCHOOL_YEARS: dict[str, str] = {
    "schools.plan_pupil": "pupils",
    "schools.show_county_year": "schools",
    "schools.show_year": "pupils",
    "schools.show_year_class": "pupils",
    "schools.undo_year": "pupils",
}
