"""Who belongs where and who keeps what: worked out once, shared by every loader."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from core.access.permissions import Role
from datasets.scale.sizes import Size
from datasets.scale.spots import Spot, of_kind
from datasets.scale.tree import shares
from organizations.rules import OrganizationKind

SECRETARY_EVERY = 3  # of the grassroots organizations has a secretary
COORDINATOR_EVERY = 10
APPLIED_SHARE = 20  # one adult member in twenty came by an application in these two years
DAYS = 730  # what happened lies within two years


@dataclass(frozen=True, slots=True)
class Post:
    """A role and the position of the organization where it is held."""

    role: Role
    spot: int


@dataclass(slots=True)
class Plan:
    """Everything the loaders have in common. Ids count from one in each table.

    persons: adults, then volunteers, then youth. users: posts, then volunteers, then adults who
    applied. Among the adults: first those of the busy unit, then the holders of posts, then those
    who applied, then all others.
    """

    size: Size
    seed: int
    now: datetime
    today: date
    spots: list[Spot]
    busy: Spot
    posts: list[Post] = field(default_factory=list)
    adult_at: Sequence[int] = ()
    volunteer_at: Sequence[int] = ()
    youth_at: Sequence[int] = ()

    @property
    def first_post(self) -> int:
        """Return the number of the first adult who holds a post."""
        return self.size.busy

    @property
    def first_applied(self) -> int:
        """Return the number of the first adult who applied."""
        return self.size.busy + len(self.posts)

    @property
    def applied(self) -> int:
        """Return how many adults came by an application."""
        return min(self.size.adults // APPLIED_SHARE, self.size.adults - self.first_applied)

    def person_of_volunteer(self, number: int) -> int:
        return self.size.adults + number + 1

    def person_of_youth(self, number: int) -> int:
        return self.size.adults + self.size.volunteers + number + 1

    def user_of_volunteer(self, number: int) -> int:
        return len(self.posts) + number + 1

    def user_of_applicant(self, adult: int) -> int:
        return len(self.posts) + self.size.volunteers + adult - self.first_applied + 1


def make_plan(size: Size, seed: int, now: datetime, today: date, spots: list[Spot]) -> Plan:
    """Return the plan of a size on a tree; the same for the same seed."""
    random = Random(seed)  # noqa: S311 - made-up data
    first_county = of_kind(spots, OrganizationKind.COUNTY)[0]
    busy = next(
        spot
        for spot in of_kind(spots, OrganizationKind.VILLAGE)
        if spot.county == first_county.index
    )
    plan = Plan(size, seed, now, today, spots, busy)
    plan.posts = _posts(plan, first_county)
    _keep(plan)
    if any(spots[spot.handler].keeper == 0 for spot in spots if spot.is_home):
        message = "too few adults for the posts of so many organizations"
        raise ValueError(message)
    homes = [spot.index for spot in spots if spot.is_home]
    schools = [spot.index for spot in of_kind(spots, OrganizationKind.SCHOOL)]
    own = [plan.spots[post.spot] for post in plan.posts]
    at_posts = [spot.index if spot.is_home else busy.index for spot in own]
    at_busy = [busy.index] * size.busy
    plan.adult_at = _spread(size.adults, homes, random, [*at_busy, *at_posts])
    plan.volunteer_at = _spread(size.volunteers, homes, random, at_busy)
    plan.youth_at = _spread(size.youth, schools, random, [])
    return plan


def _posts(plan: Plan, county: Spot) -> list[Post]:
    """Return the posts: the five with which pages are measured, the branches, part of the rest."""
    spots, busy = plan.spots, plan.busy
    first = [
        Post(Role.SECRETARY, busy.index),
        Post(Role.COORDINATOR, busy.index),
        Post(Role.OFFICER, county.index),
        Post(Role.OFFICER, county.above[1]),
        Post(Role.OFFICER, county.above[0]),
    ]
    taken = {(post.role, post.spot) for post in first}
    kinds = (OrganizationKind.CITY, OrganizationKind.COUNTY)
    rest = [Post(Role.OFFICER, spot.index) for spot in spots if spot.kind in kinds]
    grassroots = [spot for spot in spots if spot.is_home or spot.kind is OrganizationKind.SCHOOL]
    rest += [Post(Role.SECRETARY, spot.index) for spot in grassroots[::SECRETARY_EVERY]]
    rest += [Post(Role.COORDINATOR, spot.index) for spot in grassroots[::COORDINATOR_EVERY]]
    posts = first + [post for post in rest if (post.role, post.spot) not in taken]
    return posts[: (plan.size.adults - plan.size.busy) // 2]


def _keep(plan: Plan) -> None:
    """Give every organization its handler and every handler its keeper (accounts.queries)."""
    for number, post in enumerate(plan.posts):
        spot = plan.spots[post.spot]
        if spot.keeper == 0:
            spot.keeper, spot.handler = number + 1, spot.index


def _spread(
    total: int, places: Sequence[int], random: Random, fixed: Sequence[int]
) -> Sequence[int]:
    """Return the place of each of so many people: the fixed ones first, the others mixed.

    Organizations differ in size as in life: a few are ten times as large as most.
    """
    weights = [random.choice((2, 3, 3, 4, 5, 8, 20)) for _ in places]
    found = array("I", fixed)
    rest = array("I")
    for place, number in zip(places, shares(total - len(fixed), weights), strict=True):
        rest.extend([place] * number)
    random.shuffle(rest)
    found.extend(rest)
    return found
