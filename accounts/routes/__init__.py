"""Pages of signing in, of switching posts and of one's own account."""

from accounts.routes import (
    development,
    devices,
    factors,
    letters,
    passwords,
    settings,
    sign_in,
    switch,
)
from accounts.routes.blueprint import bp

__all__ = [
    "bp",
    "development",
    "devices",
    "factors",
    "letters",
    "passwords",
    "settings",
    "sign_in",
    "switch",
]
