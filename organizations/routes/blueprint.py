"""The blueprint of the tree, and what its pages of forms answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from core.web import invalid

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("organizations", __name__)


def answer(template: str, **page: Any) -> ResponseReturnValue:
    """Return the page of a form: with 422 where it was sent and something is wrong."""
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)
