"""Pages of volunteers: own hours, confirming, objections, the list by name."""

from volunteers.routes import objections, own, queue, roster
from volunteers.routes.blueprint import bp

__all__ = ["bp", "objections", "own", "queue", "roster"]
