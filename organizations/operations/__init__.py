"""What changes the tree of organizations: importing divisions, founding, moving, closing."""

from organizations.operations.closing import (
    CLOSING_CHECKS,
    HANGING,
    ORGANIZATION_CLOSED,
    ORGANIZATION_REOPENED,
    REOPENING_CHECKS,
    ClosedOrganization,
    Plan,
    check_target,
    close_organization,
    hanging_on,
    hold,
    may_wait,
    people_hanging,
    reopen_organization,
)
from organizations.operations.divisions import import_divisions
from organizations.operations.drafting import Decision, prepare
from organizations.operations.founding import NewOrganization, found, found_branches
from organizations.operations.merger_jobs import start_merger, start_undo
from organizations.operations.merger_runs import (
    go_on_alone,
    is_ready,
    left_of,
    merge_alone,
    summary_of,
)
from organizations.operations.merging import discard_merger, locked_merger, undo_until
from organizations.operations.moving import SUBTREE_MOVED, MovedSubtree, move

__all__ = [
    "CLOSING_CHECKS",
    "HANGING",
    "ORGANIZATION_CLOSED",
    "ORGANIZATION_REOPENED",
    "REOPENING_CHECKS",
    "SUBTREE_MOVED",
    "ClosedOrganization",
    "Decision",
    "MovedSubtree",
    "NewOrganization",
    "Plan",
    "check_target",
    "close_organization",
    "discard_merger",
    "found",
    "found_branches",
    "go_on_alone",
    "hanging_on",
    "hold",
    "import_divisions",
    "is_ready",
    "left_of",
    "locked_merger",
    "may_wait",
    "merge_alone",
    "move",
    "people_hanging",
    "prepare",
    "reopen_organization",
    "start_merger",
    "start_undo",
    "summary_of",
    "undo_until",
]
