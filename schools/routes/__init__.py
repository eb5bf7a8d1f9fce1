"""The pages of schools, by topic."""

from schools.routes import consents, guardians, register
from schools.routes.blueprint import bp

__all__ = ["bp", "consents", "guardians", "register"]
