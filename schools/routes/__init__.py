"""The pages of schools, by topic."""

from schools.routes import classes, consents, foundings, honours, pupils, register
from schools.routes.blueprint import bp

__all__ = ["bp", "classes", "consents", "foundings", "honours", "pupils", "register"]
