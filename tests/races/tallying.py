"""Eight writers at once do at random what changes numbers; afterwards all equal the rows.

Each writer has a connection of its own and never waits for the others. The subjects are shared, so
that some of what is sent comes too late: it is refused, and no number may know of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from random import Random

from core import clock
from core.access.permissions import Role
from core.database import db
from members.rules import MembershipStatus
from tests.races import books, stage
from tests.races.harness import PATIENCE, WIDTH, Answer, Lanes, Post, lanes
from tests.races.joining import approving, returning
from tests.races.moving import member
from tests.races.server import Ground
from tests.races.serving import confirming
from tests.venue_factories import make_venue
from volunteers.rules import ServiceMethod

HERE, COUNTY = "东一村", "东县"
Making = Callable[[], Sequence[Post]]


class Deck:
    """Makes what is sent: some posts about one subject each, for different hands."""

    def __init__(self, seed: str) -> None:
        """Give posts to those who act."""
        self.chance = Random(seed)  # noqa: S311 - a history that can be repeated
        self.secretaries = [stage.keeper(HERE) for _ in range(3)]
        self.officer = stage.keeper(COUNTY, Role.OFFICER)
        self.venue = make_venue(stage.place(HERE)).code
        self.village = stage.place(stage.village()).code
        self.ways: tuple[Making, ...] = (
            *(self.hours, self.hours, self.application, self.filing, self.leaving),
            *(self.day, self.pause),
        )

    def posts(self, count: int) -> list[Post]:
        """Return so many posts, those of one subject near each other but in any order."""
        found: list[Post] = []
        while len(found) < count:
            found += self.chance.choice(self.ways)()
        for start in range(0, count, WIDTH):
            near = found[start : start + WIDTH]
            found[start : start + WIDTH] = self.chance.sample(near, len(near))
        return found[:count]

    def secretary(self) -> stage.Somebody:
        return self.chance.choice(self.secretaries)

    def hours(self) -> Sequence[Post]:
        """One record, entered by hand or not, confirmed by two and taken back by its owner."""
        volunteer, account = stage.volunteer(HERE)
        record = stage.record(volunteer, account, HERE)
        record.method = self.chance.choice((ServiceMethod.SELF_REPORTED, ServiceMethod.ENTERED_FOR))
        back = Post(account.token, f"/me/hours/{record.code}/withdraw")
        return [confirming(self.secretary(), record), confirming(self.secretary(), record), back]

    def application(self) -> Sequence[Post]:
        """One application, approved by one hand and returned by another."""
        one = stage.application(HERE)
        return [approving(self.secretary(), one), returning(self.secretary(), one)]

    def filing(self) -> Sequence[Post]:
        """One member whom the county files while he leaves."""
        membership, who = member(HERE, MembershipStatus.APPROVED)
        accept = f"/o/{stage.place(COUNTY).code}/filings/accept"
        leave = Post(who.token, "/me/membership/leave")
        return [Post(self.officer.token, accept, [("ids", membership.code)]), leave]

    def leaving(self) -> Sequence[Post]:
        """One member who leaves and comes back."""
        _, who = member(HERE, MembershipStatus.ACTIVE)
        return [Post(who.token, f"/me/membership/leave{end}") for end in ("", "/undo")]

    def day(self) -> Sequence[Post]:
        """One day at the venue, told by two."""
        day = clock.today() - timedelta(days=self.chance.randrange(40))
        path = f"/o/{stage.place(HERE).code}/venue-signs/{self.venue}/days"
        told = ("day", day.isoformat()), ("is_open", "y")
        return [
            Post(self.secretary().token, path, [*told, ("single_visits", str(number))])
            for number in self.chance.sample(range(9), 2)
        ]

    def pause(self) -> Sequence[Post]:
        """A village is stopped, or goes on: whichever it was not."""
        path, words = f"/o/{self.village}/suspension", [("words", "请先换届")]
        return [Post(self.officer.token, path, words)]


def at_once(ground: Ground, seed: str, count: int) -> tuple[Counter[int], list[str]]:
    """Send so many random posts by eight writers; return the statuses, and what is wrong after."""
    with ground.app.app_context():
        posts = Deck(seed).posts(count)
        books.settle()
        db.session.commit()
        db.session.remove()
    with lanes(ground.app, ground.server.port, seed) as opened:
        answers = _send(opened, posts)
    with ground.app.app_context():
        problems = books.problems()
        db.session.remove()
    return Counter(answer.status for answer in answers), problems


def _send(opened: Lanes, posts: Sequence[Post]) -> list[Answer]:
    def work(lane: int) -> list[Answer]:
        connection = opened.connections[lane]
        return [opened.sending(post, connection)() for post in posts[lane::WIDTH]]

    with ThreadPoolExecutor(WIDTH) as threads:
        futures: list[Future[list[Answer]]] = [threads.submit(work, lane) for lane in range(WIDTH)]
        return [one for future in futures for one in future.result(PATIENCE * len(posts))]
