"""The pages of schools, by topic."""

from schools.routes import foundings, honours, register
from schools.routes.blueprint import bp

__all__ = ["bp", "foundings", "honours", "register"]
