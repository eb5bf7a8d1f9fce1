"""What the pages of lists that come in, and of work in the background, need, written by hand."""

from __future__ import annotations

from tests.security.activity_table import OWN

JOBS: dict[str, str] = {
    "imports.check": "enter",
    "imports.confirm": "enter",
    "imports.download_left": "enter",
    "imports.download_template": "enter",
    "imports.drop": "enter",
    "imports.go_on": "enter",
    "imports.map_columns": "enter",
    "imports.mend_row": "enter",
    "imports.new": "enter",
    "imports.paste": "enter",
    "imports.show": "enter",
    "imports.undo": "enter",
    "jobs.cancel": OWN,
    "jobs.job": OWN,
    "jobs.list_jobs": OWN,
    "jobs.resume": OWN,
}
