"""The pages of schools, by topic."""

from schools.routes import (
    adults,
    attending,
    campaigns,
    classes,
    consents,
    foundings,
    handover,
    honours,
    offers,
    photos,
    pupils,
    register,
    reports,
    years,
)
from schools.routes.blueprint import bp

__all__ = [
    "adults",
    "attending",
    "bp",
    "campaigns",
    "classes",
    "consents",
    "foundings",
    "handover",
    "honours",
    "offers",
    "photos",
    "pupils",
    "register",
    "reports",
    "years",
]
