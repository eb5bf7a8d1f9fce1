"""Pages of the tree: lower organizations, search, closing."""

from organizations.routes import closing, tree
from organizations.routes.blueprint import bp

__all__ = ["bp", "closing", "tree"]
