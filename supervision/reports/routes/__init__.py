"""Pages of reports and evaluations."""

from supervision.reports.routes import reports

__all__ = ["reports"]
