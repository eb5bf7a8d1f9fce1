"""What changes the tree of organizations: importing divisions, founding, moving."""

from organizations.operations.divisions import import_divisions
from organizations.operations.founding import NewOrganization, found, found_branches
from organizations.operations.moving import SUBTREE_MOVED, MovedSubtree, move

__all__ = [
    "SUBTREE_MOVED",
    "MovedSubtree",
    "NewOrganization",
    "found",
    "found_branches",
    "import_divisions",
    "move",
]
