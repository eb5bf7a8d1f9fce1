"""Races about files: two at once by one post must not share what is left of its day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from sqlalchemy import select

from core import clock, settings
from core.database import db
from members.models import Export, ExportDay
from members.rules.exports import ExportStatus
from organizations.rules import OrganizationKind
from tests import factories as make
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import Race
from tests.races.server import Ground

MEMBERS = 3

numbers = count(1)


def prepare_two_files(_ground: Ground, times: int) -> list[Trial]:
    """A post asks for two lists at once; what is left of its day is enough for one."""
    name = f"赛跑村{next(numbers)}"
    branch = make.make_organization(OrganizationKind.VILLAGE, name, stage.place("东县"))
    for _ in range(MEMBERS):
        make.make_membership(make.make_person(), branch)
    db.session.flush()
    path, today, trials = f"/o/{branch.code}/members/export", clock.today(), []
    quota = settings.value("exports.rows_per_day", on=today)
    for _ in range(times):
        who = stage.keeper(name)
        db.session.add(ExportDay(post_id=who.post_id, day=today, rows=quota - MEMBERS))
        form = [("purpose", "check"), ("words", "核对"), ("format", "csv")]
        posts = [Post(who.token, path, form), Post(who.token, f"{path}?sex=female", form)]
        trials.append(Trial(posts, who.post_id))
    return trials


def judge_two_files(trial: Trial) -> Iterator[str]:
    states = db.session.scalars(select(Export.status).where(Export.post_id == trial.subject)).all()
    if sorted(states) != [ExportStatus.READY, ExportStatus.REQUESTED]:  # jobs run at once here
        yield f"exports {states}"
    taken = db.session.scalars(
        select(ExportDay.rows).where(ExportDay.post_id == trial.subject)
    ).one()
    if taken != settings.value("exports.rows_per_day", on=clock.today()):
        yield f"{taken} rows taken"


RACES = (Race("two files, one day", ("EXP-05",), (), prepare_two_files, judge_two_files),)
