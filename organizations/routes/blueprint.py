"""The blueprint of the tree."""

from flask import Blueprint

bp = Blueprint("organizations", __name__)
