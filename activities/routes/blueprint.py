"""The blueprint of this package, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, abort

from activities import queries
from core.web import asked, scope

bp = Blueprint("activities", __name__)

MAX_CODE = 12


def after() -> str:
    """Return the code behind which a page of a list begins, or nothing."""
    return asked("after", MAX_CODE)


def found_activity(code: str) -> queries.Activity:
    """Return an activity inside the scope, or abort with 404."""
    activity = queries.activity_in(scope(), code[:MAX_CODE])
    if activity is None:
        abort(404)
    return activity


def found_shift(code: str) -> queries.Shift:
    """Return a shift inside the scope, or abort with 404."""
    shift = queries.shift_in(scope(), code[:MAX_CODE])
    if shift is None:
        abort(404)
    return shift
