"""Wrong passwords for one account, typed at once: no more of them are looked at than the limit."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from sqlalchemy import func, select

from accounts.models import FailedTry
from accounts.queries import phone_of
from accounts.rules import PASSWORD_TRIES
from core import clock
from core.database import db
from tests.races import stage
from tests.races.harness import WIDTH, Post, Trial
from tests.races.race import REFUSED, TOO_OFTEN, Race
from tests.races.server import Ground

#: What is still free of the limit when all come at once.
FREE = 3


def prepare_guesses(_ground: Ground, count: int) -> list[Trial]:
    """Strangers guess at one account, which others have guessed at a minute before."""
    trials = []
    for _ in range(count):
        user = stage.account_of(stage.keeper("东一村"))
        tried = clock.now()
        db.session.add_all(
            FailedTry(phone_index=user.phone_index, from_known_device=False, address="", at=tried)
            for _ in range(PASSWORD_TRIES - FREE)
        )
        fields = [("phone", phone_of(user)), ("password", "wrong tortoise battery 7")]
        posts = [Post(secrets.token_urlsafe(32), "/login/password", fields) for _ in range(WIDTH)]
        trials.append(Trial(posts, user.phone_index))
    return trials


def judge_guesses(trial: Trial) -> Iterator[str]:
    """As many were looked at as were free, and each of them is counted."""
    if sorted(trial.statuses()) != [REFUSED] * FREE + [TOO_OFTEN] * (WIDTH - FREE):
        yield f"statuses {trial.statuses()}"
    counted = select(func.count()).where(FailedTry.phone_index == trial.subject)
    if db.session.scalar(counted) != PASSWORD_TRIES:
        yield f"{db.session.scalar(counted)} tries counted"


RACES = (
    Race(
        "strangers guess at one password",
        ("RACE-18", "AU-05"),
        ("turns of tries",),
        prepare_guesses,
        judge_guesses,
    ),
)
