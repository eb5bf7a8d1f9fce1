"""The pages of schools, by topic."""

from schools.routes import attending, photos, register
from schools.routes.blueprint import bp

__all__ = ["attending", "bp", "photos", "register"]
