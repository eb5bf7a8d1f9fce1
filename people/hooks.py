"""Binds corrections to keepers who come and go, and to moved trees."""

from __future__ import annotations

from accounts.operations import POST_ENDED, POST_STARTED
from core import clock
from organizations.operations.moving import SUBTREE_MOVED, MovedSubtree
from people.operations.changes import reassign_changes


def follow_keeper(organization_id: int) -> None:
    """Give requests at an organization to who answers them from now on."""
    reassign_changes([organization_id], now=clock.now())


def follow_move(moved: MovedSubtree) -> None:
    """Give requests at moved organizations to who answers them under the new county."""
    reassign_changes(moved.organization_ids, now=moved.now)


POST_STARTED.append(follow_keeper)
POST_ENDED.append(follow_keeper)
SUBTREE_MOVED.append(follow_move)
