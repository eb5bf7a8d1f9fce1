"""The pages of schools, by topic."""

from schools.routes import register, years
from schools.routes.blueprint import bp

__all__ = ["bp", "register", "years"]
