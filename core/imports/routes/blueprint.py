"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort

from core.imports.operations import locked
from core.imports.queries import own_import
from core.imports.rules import ImportStatus
from core.imports.subjects import subjects_at
from core.web import scope, see_other

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from core.imports.queries import Import
    from core.imports.subjects import Subject

bp = Blueprint("imports", __name__)

MAX_CODE = 16


def asked_subject(code: str) -> Subject:
    """Return what is to be imported here: the first subject unless another one is named."""
    fitting = subjects_at(scope())
    if not fitting:
        abort(404)
    found = [one for one in fitting if one.code == code] if code else fitting
    if not found:
        abort(404)
    return found[0]


def shown(code: str) -> Import:
    """Return the own import of an address, or answer 404 (security.md FILE-08)."""
    found = own_import(scope(), code[:MAX_CODE])
    if found is None or found.status is ImportStatus.DROPPED:
        abort(404)
    return found


def held(code: str) -> Import:
    """Return the own import of an address under lock. Raises UnknownRowError."""
    return locked(code[:MAX_CODE], scope())


def go_to(org: str, found: Import) -> Response:
    """Return the way to the page that fits the state of an import."""
    pages = {ImportStatus.DRAFT: "imports.map_columns", ImportStatus.READY: "imports.check"}
    return see_other(pages.get(found.status, "imports.show"), org=org, code=found.code)
