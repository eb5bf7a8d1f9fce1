"""The pages of schools, by topic."""

from schools.routes import (
    adults,
    classes,
    consents,
    foundings,
    honours,
    offers,
    pupils,
    register,
    years,
)
from schools.routes.blueprint import bp

__all__ = [
    "adults",
    "bp",
    "classes",
    "consents",
    "foundings",
    "honours",
    "offers",
    "pupils",
    "register",
    "years",
]
