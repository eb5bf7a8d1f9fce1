"""Binds schools to posts that end."""

from __future__ import annotations

from accounts.operations import POST_ENDED
from schools.operations.handover import note_ended_post

POST_ENDED.append(note_ended_post)
