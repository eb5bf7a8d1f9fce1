"""The blueprint of one's own data, of corrections and of looking with a reason."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("people", __name__)

MAX_CODE = 12
