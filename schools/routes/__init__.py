"""The pages of schools, by topic."""

from schools.routes import adults, offers, register, years
from schools.routes.blueprint import bp

__all__ = ["adults", "bp", "offers", "register", "years"]
