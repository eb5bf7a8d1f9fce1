"""How far one request may see: the part of the tree that a post's right reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.access.permissions import Level, Permission, Reach, Role
from core.access.rights import NOT_BY_DEPUTIES, rights_of


@dataclass(frozen=True, slots=True)
class Place:
    """One organization as the guard knows it: its position in the tree, nothing else."""

    id: int
    code: str
    name: str
    path: str
    level: Level

    def contains(self, other: Place) -> bool:
        """Return whether the other organization is this one or stands under it."""
        return other.path.startswith(self.path)

    def keeps(self, other: Place) -> bool:
        """Return whether the other is a grassroots organization right under this one."""
        is_grassroots = other.level in {Level.TOWNSHIP, Level.UNIT}
        return is_grassroots and other.path == f"{self.path}{other.id}/"


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A role held at an organization today, for oneself or for who is away (``is_deputy``)."""

    id: int
    role: Role
    place: Place
    is_deputy: bool = False

    def reach(self, permission: Permission, target: Place) -> Reach | None:
        """Return how this post reaches the target for the permission, or None."""
        reach = rights_of(self.role, self.place.level).get(permission)
        if reach is None or not self.place.contains(target):
            return None
        if self.is_deputy and permission in NOT_BY_DEPUTIES:
            return None
        if reach is Reach.BELOW or target.id == self.place.id:
            return reach
        return reach if reach is Reach.DIRECT and self.place.keeps(target) else None

    def knows(self, target: Place) -> bool:
        """Return whether any right of this post reaches the target: then it exists for him."""
        return any(
            self.reach(permission, target) for permission in rights_of(self.role, self.place.level)
        )


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes the request: an account that finished signing in, with the posts it holds today.

    ``unread``: how many letters wait to be read.
    """

    user_id: int
    person_id: int | None
    posts: tuple[HeldPost, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """What the guard found: the acting post, the organization of the URL and the right's reach."""

    place: Place
    post: HeldPost
    principal: Principal
    permission: Permission
    reach: Reach

    def may(self, permission: Permission) -> bool:
        """Return whether the same post also allows another act at the same organization."""
        return self.post.reach(permission, self.place) is not None

    def covers(self, path: str) -> bool:
        """Return whether a row of the organization with this path lies inside the scope."""
        if self.reach is Reach.HERE:
            return path == self.place.path
        return path.startswith(self.place.path)


@dataclass(frozen=True, slots=True)
class CallingSystem:
    """Another system that reads by its token: the part of the tree it reaches, what it may read.

    ``used_on`` is the last day on which the token was used, None before the first.
    """

    token_id: int
    place: Place
    api_scopes: frozenset[str]
    used_on: date | None


def choose_post(
    posts: Iterable[HeldPost], permission: Permission, target: Place
) -> HeldPost | None:
    """Return the post nearest to the target that allows the act there, or None.

    One post answers for one request: rights of two posts are never combined (AZ-20).
    """
    fitting = [post for post in posts if post.reach(permission, target)]
    return max(fitting, key=lambda post: len(post.place.path), default=None)
