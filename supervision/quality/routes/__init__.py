"""Pages of the data quality desk."""

from supervision.quality.routes import assigning, desk, mending
from supervision.quality.routes.blueprint import bp

__all__ = ["assigning", "bp", "desk", "mending"]
