"""What changes the tree of organizations: importing divisions, founding, moving, closing."""

from organizations.operations.closing import (
    CLOSING_CHECKS,
    HANGING,
    ORGANIZATION_CLOSED,
    ORGANIZATION_REOPENED,
    REOPENING_CHECKS,
    ClosedOrganization,
    Plan,
    close_organization,
    hanging_on,
    hold,
    reopen_organization,
)
from organizations.operations.divisions import import_divisions
from organizations.operations.founding import NewOrganization, found, found_branches
from organizations.operations.moving import SUBTREE_MOVED, MovedSubtree, move

__all__ = [
    "CLOSING_CHECKS",
    "HANGING",
    "ORGANIZATION_CLOSED",
    "ORGANIZATION_REOPENED",
    "REOPENING_CHECKS",
    "SUBTREE_MOVED",
    "ClosedOrganization",
    "MovedSubtree",
    "NewOrganization",
    "Plan",
    "close_organization",
    "found",
    "found_branches",
    "hanging_on",
    "hold",
    "import_divisions",
    "move",
    "reopen_organization",
]
