"""The blueprint of the public area."""

from flask import Blueprint

bp = Blueprint("public", __name__)
MAX_CODE = 12
