"""How far a batch is: its owner reads it on the page of the task."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.database import db
from core.jobs.models import Job
from exchange.models import Batch
from exchange.rules import BatchMode
from tests.activity_factories import make_activity
from tests.cast import Cast
from tests.exchange.batches import consent, made, receipted
from tests.volunteers.certified import credited
from tests.volunteers.desk import BRANCH


def progress_of(batch: Batch) -> tuple[int, int]:
    """Return done and total of the job behind a batch."""
    job = db.session.scalars(select(Job).where(Job.code == batch.job_code)).one()
    return job.done, job.total


@pytest.mark.covers("VOL-52")
def test_a_batch_is_done_by_what_it_looked_at_of_what_there_is(cast: Cast) -> None:
    """An activity is told too, and counts for nothing in the progress."""
    make_activity(cast.organization(BRANCH))
    records = [credited(cast, name) for name in ("ada", "gus")]
    consent(cast, "ada", "gus")
    whole = made(cast)
    assert sum(one["rows"] for one in whole.counts["objects"].values()) == 5
    assert progress_of(whole) == (4, 4)
    answered = receipted(cast, whole, ("service", records[0].code, 1, "不对"))
    assert progress_of(made(cast, BatchMode.REJECTS, answered.code)) == (1, 1)
