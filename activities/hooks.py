"""Binds activities to moved trees and to organizations that close."""

from __future__ import annotations

from activities.operations.following import follow_closing, follow_move
from organizations.operations import ORGANIZATION_CLOSED
from organizations.operations.moving import SUBTREE_MOVED

SUBTREE_MOVED.append(follow_move)
ORGANIZATION_CLOSED.append(follow_closing)
