"""Pages of volunteers: own hours and grade, confirming, objections, the list by name."""

from volunteers.routes import objections, own, own_volunteer, queue, registrations, roster
from volunteers.routes.blueprint import bp

__all__ = ["bp", "objections", "own", "own_volunteer", "queue", "registrations", "roster"]
