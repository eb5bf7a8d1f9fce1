"""Pages of the tree: lower organizations, search, closing."""

from organizations.routes import closing, switching, tree
from organizations.routes.blueprint import bp

__all__ = ["bp", "closing", "switching", "tree"]
