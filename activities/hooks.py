"""Binds activities to moved trees, organizations that close, merges and deaths."""

from __future__ import annotations

from activities.operations import merging as persons
from activities.operations.erasing import erase_signups, waiting_of
from activities.operations.following import follow_closing, follow_move
from organizations.operations import ORGANIZATION_CLOSED
from organizations.operations.moving import SUBTREE_MOVED
from people import endings, erasing, merging

SUBTREE_MOVED.append(follow_move)
ORGANIZATION_CLOSED.append(follow_closing)
merging.register(persons.SignupsHand())
erasing.register(erasing.Part(waiting_of, erase_signups))
endings.register(
    "activities",
    endings.Part(persons.end_for_death, persons.restore_after_death, persons.is_in_charge),
)
