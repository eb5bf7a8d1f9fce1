"""What holds for reports and tables where the deployment has entered nothing (settings)."""

from __future__ import annotations

_DAYS = "INFER: days after the period within which a county submits (domain.md STA-05)"

REPORTS: dict[str, tuple[int, str]] = {
    "reports.month_days": (10, _DAYS),
    "reports.year_days": (31, _DAYS),
    "reports.look_back": (24, "INFER: so many frozen periods are counted again for corrections"),
    "tables.at_once_rows": (500, "INFER: longer tables are written in the background"),
    "tables.most_rows": (50_000, "INFER: more is taken by county or city"),
    "tables.hours": (168, "ux.md S48: my files are kept 7 days"),
    "evaluations.reply_days": (10, "INFER: days that places have to reply before it is final"),
}
