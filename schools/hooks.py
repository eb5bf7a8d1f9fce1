"""Binds schools to what others tell: accounts that close, records that merge, posts that end."""

from __future__ import annotations

from accounts.operations import POST_ENDED
from organizations.operations import ORGANIZATION_CLOSED, ORGANIZATION_REOPENED, SUBTREE_MOVED
from people import erasing, merging
from schools.operations.counties import follow_merger, follow_move, follow_reopening
from schools.operations.erasing import erase_pupil, waiting_of
from schools.operations.handover import note_ended_post
from schools.operations.merging import PupilsHand

merging.register(PupilsHand())
erasing.register(erasing.Part(waiting_of, erase_pupil))
POST_ENDED.append(note_ended_post)
SUBTREE_MOVED.append(follow_move)
ORGANIZATION_CLOSED.append(follow_merger)
ORGANIZATION_REOPENED.append(follow_reopening)
