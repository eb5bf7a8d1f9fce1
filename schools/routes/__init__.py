"""The pages of schools, by topic."""

from schools.routes import classes, pupils, register
from schools.routes.blueprint import bp

__all__ = ["bp", "classes", "pupils", "register"]
