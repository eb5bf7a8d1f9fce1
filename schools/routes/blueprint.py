"""The blueprint of the schools, and what every page inside a school asks first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from core.web import scope
from schools.queries.register import school_of_branch

bp = Blueprint("schools", __name__)


def school_here() -> Any:
    """Return the school whose branch the page is about; no other organization has such a page."""
    found = school_of_branch(scope().place.id)
    if found is None:
        abort(404)
    return found
