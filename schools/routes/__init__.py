"""The pages of schools, by topic."""

from schools.routes import attending, campaigns, handover, photos, register, reports
from schools.routes.blueprint import bp

__all__ = ["attending", "bp", "campaigns", "handover", "photos", "register", "reports"]
