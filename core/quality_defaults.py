"""What holds for data quality and for other systems where nothing was entered (settings)."""

from __future__ import annotations

_WATCHED = "domain.md I21: 1 is watched, 0 is not"
_MARKED = "INFER: a share in hundredths of a per cent from which a line is marked"

QUALITY: dict[str, tuple[int, str]] = {
    "quality.watched.missing_id": (1, _WATCHED),
    "quality.watched.missing_phone": (1, _WATCHED),
    "quality.watched.missing_birth": (1, _WATCHED),
    "quality.watched.missing_paper": (1, "domain.md MEM-15: the signed application is kept"),
    "quality.watched.invalid_id": (1, _WATCHED),
    "quality.watched.invalid_phone": (1, _WATCHED),
    "quality.watched.duplicate": (1, _WATCHED),
    "quality.watched.stale": (1, "domain.md 8, row 8: data are kept right, not only complete"),
    "quality.stale_days": (730, "INFER: data of people are looked at every two years"),
    "quality.marked_share": (500, _MARKED),
    "quality.due_days": (30, "INFER: as an order, a month to put a list right"),
    "api.token_days": (365, "INFER: a token lasts a year at most, then another is given out"),
    "api.per_minute": (120, "INFER: two requests a second let a cockpit read a province"),
    "api.wrong_per_minute": (
        30,
        "INFER: an address that sends more wrong tokens in a minute waits for the rest of it",
    ),
}
