"""Reading alerts, their lines, and the figures behind them."""

from supervision.alerts.queries.ended import ended_alerts, ending_of, last_day_of
from supervision.alerts.queries.hiding import cover_of_figures
from supervision.alerts.queries.listing import (
    AlertLine,
    Listed,
    alert_of_code,
    alerts_at,
    counts_of,
    open_alert,
    open_alerts,
    watched_by,
)
from supervision.alerts.queries.measuring import (
    Measured,
    Nearby,
    measured,
    near_counts,
    reading_of,
)
from supervision.alerts.queries.thresholds import thresholds_on, versions_of
from supervision.alerts.queries.trends import Point, Trends, trends

__all__ = [
    "AlertLine",
    "Listed",
    "Measured",
    "Nearby",
    "Point",
    "Trends",
    "alert_of_code",
    "alerts_at",
    "counts_of",
    "cover_of_figures",
    "ended_alerts",
    "ending_of",
    "last_day_of",
    "measured",
    "near_counts",
    "open_alert",
    "open_alerts",
    "reading_of",
    "thresholds_on",
    "trends",
    "versions_of",
    "watched_by",
]
