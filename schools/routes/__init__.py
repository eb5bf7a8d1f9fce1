"""The pages of schools, by topic."""

from schools.routes import protection, register
from schools.routes.blueprint import bp

__all__ = ["bp", "protection", "register"]
