"""Pages of the tree: lower organizations, search, closing, merging."""

from organizations.routes import closing, merging, tree
from organizations.routes.blueprint import bp

__all__ = ["bp", "closing", "merging", "tree"]
