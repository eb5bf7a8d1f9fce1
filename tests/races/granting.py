"""Races about posts on their way: two second persons, and an authority that ends meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from accounts.models import Post as HeldRow
from accounts.models import PostGrant, PostGrantEvent, User
from accounts.operations.grants import Wish, propose, second
from accounts.queries import phone_of
from accounts.rules.grants import GrantAction, GrantStatus
from core import clock
from core.access.permissions import Role
from core.access.scope import HeldPost
from core.audit.operations import Actor
from core.database import db
from tests import factories as make
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, Race
from tests.races.server import Ground

HERE, COUNTY, CITY = "东二村", "东县", "东市"


def _acting(who: stage.Somebody) -> tuple[HeldPost, Actor]:
    post = db.session.get_one(HeldRow, who.post_id)
    by = Actor(who.user_id, who.person_id, post.id, post.role, post.organization_id)
    return HeldPost(post.id, post.role, post.organization.place), by


def _proposed(giver: stage.Somebody, phone: str) -> PostGrant:
    held, by = _acting(giver)
    today = clock.today()
    wish = Wish(phone, Role.SECRETARY, today, today + timedelta(days=90))
    return propose(wish, stage.place(HERE), held, by=by, now=clock.now())


def prepare_two_seconds(_ground: Ground, count: int) -> list[Trial]:
    """Two officers agree to one post at once."""
    giver = stage.keeper(COUNTY, Role.OFFICER)
    two = [stage.keeper(COUNTY, Role.OFFICER) for _ in range(2)]
    trials = []
    for _ in range(count):
        grant = _proposed(giver, make.make_phone())
        path = f"/o/{stage.place(HERE).code}/grants/{grant.code}/second"
        trials.append(Trial([Post(one.token, path) for one in two], grant.id))
    return trials


def judge_two_seconds(trial: Trial) -> Iterator[str]:
    """One agreed, the other was told; it was seconded once."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    steps = select(func.count()).where(
        PostGrantEvent.grant_id == trial.subject, PostGrantEvent.action == GrantAction.SECOND
    )
    if db.session.scalar(steps) != 1:
        yield "seconded twice"


def prepare_end_while_accepting(_ground: Ground, count: int) -> list[Trial]:
    """The receiver accepts while the post of whoever proposed it ends."""
    city = stage.keeper(CITY, Role.OFFICER)
    trials = []
    for _ in range(count):
        giver, receiver = stage.keeper(COUNTY, Role.OFFICER), stage.somebody()
        user = db.session.get_one(User, receiver.user_id)
        grant = _proposed(giver, phone_of(user))
        held, by = _acting(city)
        second(grant, held, by=by, now=clock.now())
        ending = f"/o/{stage.place(COUNTY).code}/posts/{giver.post_id}/end"
        accepting = f"/me/posts/{grant.code}/accept"
        trials.append(Trial([Post(receiver.token, accepting), Post(city.token, ending)], grant.id))
    return trials


def judge_end_while_accepting(trial: Trial) -> Iterator[str]:
    """Either it was taken before the end, or it died with it: never a post of a dead grant."""
    grant = db.session.get_one(PostGrant, trial.subject)
    held = db.session.scalars(select(HeldRow).where(HeldRow.user_id == grant.user_id)).all()
    fits = {GrantStatus.ACCEPTED: 1, GrantStatus.VOIDED: 0}
    if fits.get(grant.status) != len(held):
        yield f"{len(held)} posts of a grant that is {grant.status}: {trial.statuses()}"


RACES = (
    Race(
        "two agree to one post",
        ("RACE-01", "AZ-09"),
        ("lock on grants",),
        prepare_two_seconds,
        judge_two_seconds,
    ),
    Race(
        "a post is accepted while its giver ends",
        ("RACE-08", "AZ-09"),
        (),
        prepare_end_while_accepting,
        judge_end_while_accepting,
    ),
)
