"""Pages of volunteers: own hours and grade, confirming, objections, the list by name."""

from volunteers.routes import (
    adding,
    certificates,
    ending,
    leaving,
    objections,
    offline,
    own,
    own_certificates,
    own_teams,
    own_volunteer,
    queue,
    registrations,
    roster,
    seconds,
    sheets,
    skills,
    stars,
    teams,
    training,
)
from volunteers.routes.blueprint import bp
from volunteers.routes.offline import SHELLS

__all__ = [
    "SHELLS",
    "adding",
    "bp",
    "certificates",
    "ending",
    "leaving",
    "objections",
    "offline",
    "own",
    "own_certificates",
    "own_teams",
    "own_volunteer",
    "queue",
    "registrations",
    "roster",
    "seconds",
    "sheets",
    "skills",
    "stars",
    "teams",
    "training",
]
