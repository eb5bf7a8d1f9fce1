"""The pages of schools, by topic."""

from schools.routes import consents, register
from schools.routes.blueprint import bp

__all__ = ["bp", "consents", "register"]
