"""Pages of signing in, of switching posts and of one's own account."""

from accounts.routes import (
    deputies,
    development,
    devices,
    factors,
    grants,
    handover,
    letters,
    own_posts,
    passwords,
    settings,
    sign_in,
    switch,
)
from accounts.routes.blueprint import bp

__all__ = [
    "bp",
    "deputies",
    "development",
    "devices",
    "factors",
    "grants",
    "handover",
    "letters",
    "own_posts",
    "passwords",
    "settings",
    "sign_in",
    "switch",
]
