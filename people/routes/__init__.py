"""Pages of one's own data, of corrections, and of looking at others with a reason."""

from people.routes import changes, deaths, desk, own
from people.routes.blueprint import bp

__all__ = ["bp", "changes", "deaths", "desk", "own"]
