"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort

from core.audit.operations import Actor
from core.web import asked, principal, scope
from members.rules import ApplicationKind

if TYPE_CHECKING:
    pass

bp = Blueprint("members", __name__)

MAX_CODE = 16
MAX_SELECTED = 200


def keeper() -> Actor:
    """Return who acts in a post."""
    return Actor.of_scope(scope())


def myself() -> Actor:
    """Return who acts for himself."""
    return Actor.of_principal(principal())


def after() -> str:
    """Return where a page of a list goes on."""
    return asked("after", MAX_CODE)


def kind_of(text: str) -> ApplicationKind:
    """Return the kind named in an address, or answer 404."""
    try:
        return ApplicationKind(text)
    except ValueError:
        abort(404)
