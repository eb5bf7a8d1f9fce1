"""The pages of schools, by topic."""

from schools.routes import (
    adults,
    attending,
    audits,
    campaigns,
    classes,
    consent_scans,
    consents,
    foundings,
    guardians,
    honours,
    offers,
    photos,
    protection,
    pupils,
    register,
    reports,
    years,
)
from schools.routes.blueprint import bp

__all__ = [
    "adults",
    "attending",
    "audits",
    "bp",
    "campaigns",
    "classes",
    "consent_scans",
    "consents",
    "foundings",
    "guardians",
    "honours",
    "offers",
    "photos",
    "protection",
    "pupils",
    "register",
    "reports",
    "years",
]
