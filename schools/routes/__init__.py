"""The pages of schools, by topic."""

from schools.routes import audits, protection, register
from schools.routes.blueprint import bp

__all__ = ["audits", "bp", "protection", "register"]
