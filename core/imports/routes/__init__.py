"""Pages of imports: hand in, name columns, check, result."""

from core.imports.routes import checking, receiving, results
from core.imports.routes.blueprint import bp

__all__ = ["bp", "checking", "receiving", "results"]
