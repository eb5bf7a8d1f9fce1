"""Pages of the public area."""

from supervision.public.routes import crawling, guide, places, publishing, statistics, verifying
from supervision.public.routes.blueprint import bp

__all__ = [
    "bp",
    "crawling",
    "guide",
    "places",
    "publishing",
    "statistics",
    "verifying",
]
