"""Binds corrections to keepers who come and go, and to moved trees."""

from __future__ import annotations

from accounts.operations import POST_ENDED, POST_STARTED
from core import clock, retention
from core.switches import HOME_PATHS
from organizations.operations.moving import SUBTREE_MOVED, MovedSubtree
from organizations.queries import path_of
from people import (
    asking,  # noqa: F401 - names what of people is a case
    leaving,
)
from people.models import Guardian, MinorApproval
from people.operations import duplicate_numbers, matters
from people.operations.changes import reassign_changes
from people.operations.retention import (
    count_departed,
    ended_guardians,
    forget_departed,
    past_approvals,
)
from people.operations.rights import reassign_requests
from people.presence import home_of, register_keeper
from people.telling import tell_guarded


def follow_keeper(organization_id: int) -> None:
    """Give requests at an organization to who answers them from now on."""
    reassign_changes([organization_id], now=clock.now())
    reassign_requests([organization_id], now=clock.now())


def follow_move(moved: MovedSubtree) -> None:
    """Give requests at moved organizations to who answers them under the new county."""
    reassign_changes(moved.organization_ids, now=moved.now)
    reassign_requests(moved.organization_ids, now=moved.now)
    matters.follow_move(moved)


def home_path_of(person_id: int) -> str:
    """Return the path of the organization that keeps a person, nothing where none does."""
    home_id = home_of(person_id)
    return path_of(home_id) if home_id is not None else ""


HOME_PATHS.append(home_path_of)
POST_STARTED.append(follow_keeper)
POST_ENDED.append(follow_keeper)
SUBTREE_MOVED.append(follow_move)
SUBTREE_MOVED.append(duplicate_numbers.follow_move)
register_keeper(tell_guarded)
retention.register(retention.Rule("identity", leaving.IDENTITY, count_departed, forget_departed))
retention.register(
    retention.of_rows("guardians", "guardians.ended_days", Guardian, ended_guardians)
)
retention.register(
    retention.of_rows("approved_looks", "privacy.logs_years", MinorApproval, past_approvals)
)
