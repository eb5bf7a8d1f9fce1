"""The pages of schools, by topic."""

from schools.routes import classes, foundings, honours, pupils, register
from schools.routes.blueprint import bp

__all__ = ["bp", "classes", "foundings", "honours", "pupils", "register"]
