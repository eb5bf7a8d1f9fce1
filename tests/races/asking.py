"""Races about requests: the same form many times, two tabs, a post that ends meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from accounts.models import Post as HeldPost
from accounts.operations import end_post
from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.idempotency import new_key
from members.models import JoinDraft
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import HERE, approving
from tests.races.race import DONE, Race
from tests.races.server import Ground
from volunteers.models import ServiceRecord

CLICKS = 4


def prepare_clicks(_ground: Ground, count: int) -> list[Trial]:
    """A volunteer taps the button four times; he did confirm that it is one more."""
    trials = []
    day = (clock.today() - timedelta(days=3)).isoformat()
    fields = [
        ("day", day),
        ("title", "急救演练"),
        ("field", "first_aid"),
        ("length", "120"),
        ("again", "y"),
    ]
    for _ in range(count):
        volunteer, account = stage.volunteer(HERE)
        tap = Post(account.token, "/me/hours/new", fields, new_key())
        trials.append(Trial([tap] * CLICKS, volunteer.id))
    return trials


def judge_clicks(trial: Trial) -> Iterator[str]:
    """One record, and every tap is answered with it."""
    if trial.statuses() != [DONE] * CLICKS:
        yield f"statuses {trial.statuses()}"
    if len({answer.location for answer in trial.answers}) != 1:
        yield f"answers {[answer.location for answer in trial.answers]}"
    made = select(func.count()).where(ServiceRecord.volunteer_id == trial.subject)
    if db.session.scalar(made) != 1:
        yield f"{db.session.scalar(made)} records"


def prepare_tabs(_ground: Ground, count: int) -> list[Trial]:
    """Two tabs keep the first answer of the same journey, each with a form of its own."""
    path = f"/j/{stage.place(HERE).code}/apply/member/name"
    trials = []
    for _ in range(count):
        account = stage.newcomer()
        posts = [Post(account.token, path, [("name", f"试{sign}")]) for sign in "左右"]
        trials.append(Trial(posts, account.user_id))
    return trials


def judge_tabs(trial: Trial) -> Iterator[str]:
    """Both are led on; one draft is kept, with the answer of one of them."""
    if trial.statuses() != [DONE, DONE]:
        yield f"statuses {trial.statuses()}"
    drafts = select(JoinDraft.name).where(JoinDraft.user_id == trial.subject)
    if db.session.scalars(drafts).all() not in (["试左"], ["试右"]):
        yield f"drafts {db.session.scalars(drafts).all()}"


def prepare_end_of_post(ground: Ground, count: int) -> list[Trial]:
    """A keeper approves in the moment in which the post ends; another one stays."""
    trials = []
    for _ in range(count):
        place = stage.village()
        keeper, _stays = stage.keeper(place), stage.keeper(place)
        approval = approving(keeper, stage.application(place), place=place)
        assert keeper.post_id is not None
        trials.append(Trial([approval], keeper.post_id, ending_of(ground, keeper.post_id)))
    return trials


#: A request is on its way through the server for about so long, this act is not.
ON_THE_WAY = 0.04
CHANCE = Random(1)  # noqa: S311 - no secret


def ending_of(ground: Ground, post_id: int) -> Callable[[], None]:
    """Return the act that ends a post for good, as the command does."""

    def end() -> None:
        time.sleep(CHANCE.uniform(0, ON_THE_WAY))
        with ground.app.app_context():
            now = clock.now()
            yesterday = clock.local(now).date() - timedelta(days=1)
            post = db.session.get_one(HeldPost, post_id)
            try:
                end_post(post, yesterday, by=SYSTEM, now=now)
                db.session.commit()
            except OperationalError:  # a deadlock: the post did not end, and the judge says so
                db.session.rollback()
            finally:
                db.session.remove()

    return end


def judge_end_of_post(trial: Trial) -> Iterator[str]:
    """What the post decided was decided before it ended; the chain tells the order."""
    ended = _sequence(AuditEvent.action == "post_ended", AuditEvent.subject_id == trial.subject)
    decided = _sequence(
        AuditEvent.action == "applications.approve", AuditEvent.post_id == trial.subject
    )
    if ended is None:
        yield "the post did not end"
    elif decided is not None and decided > ended:
        yield f"approved at {decided}, after the end at {ended}"
    if (decided is not None) is not ("done=" in trial.answers[0].location):
        yield f"answered {trial.answers[0].status} {trial.answers[0].location}"


def _sequence(*conditions: object) -> int | None:
    statement = select(AuditEvent.sequence).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(statement)


RACES = (
    Race(
        "the same form four times",
        ("RACE-17", "LED-11", "UX-R2", "RACE-16"),
        ("claim of keys", "retries"),
        prepare_clicks,
        judge_clicks,
    ),
    Race(
        "two tabs keep the first answer",
        ("RACE-17", "RACE-16"),
        ("retries",),
        prepare_tabs,
        judge_tabs,
    ),
    Race(
        "the post ends while it decides",
        ("RACE-08", "RACE-16"),
        ("lock on posts",),
        prepare_end_of_post,
        judge_end_of_post,
    ),
)
