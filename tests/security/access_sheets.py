"""What the endpoints of hours entered for others are about; see access_table.py."""

from __future__ import annotations

SHEETS: dict[str, str] = {
    "volunteers.begin_roll": "hours-enter",
    "volunteers.confirm_sheet": "hours-second",
    "volunteers.drop_sheet": "hours-enter",
    "volunteers.take_back_sheet": "hours-enter",
    "volunteers.edit_sheet": "hours-enter",
    "volunteers.list_sheets": "hours-enter",
    "volunteers.new_sheet": "hours-enter",
    "volunteers.refuse_sheet": "hours-second",
    "volunteers.release_sheet": "hours-second",
    "volunteers.second": "hours-second",
    "volunteers.second_evidence": "hours-second",
    "volunteers.seconds": "hours-second",
    "volunteers.sheet": "hours-enter",
    "volunteers.sheet_evidence": "hours-enter",
}
