"""Pages of the tree: lower organizations, search, closing, merging; and of the life of each."""

from organizations.routes import (
    card,
    checks,
    closing,
    councils,
    foundings,
    merging,
    moving,
    switching,
    tree,
)
from organizations.routes.blueprint import bp

__all__ = [
    "bp",
    "card",
    "checks",
    "closing",
    "councils",
    "foundings",
    "merging",
    "moving",
    "switching",
    "tree",
]
