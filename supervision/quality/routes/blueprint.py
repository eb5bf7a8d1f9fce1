"""The blueprint of the data quality desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from core import settings
from supervision.quality.rules import Kind

if TYPE_CHECKING:
    from datetime import date

bp = Blueprint("quality", __name__)
MAX_CODE = 12
MAX_KIND = 20


def watched(today: date) -> list[Kind]:
    """Return the kinds that are watched on a day, in their order."""
    return [one for one in Kind if settings.value(f"quality.watched.{one}", on=today)]
