"""What follows for activities when drafts end, trees move and times change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from activities.rules import ActivityStatus
from core import clock
from core.database import db
from tests import activity_factories as acting
from tests.activities.desk import BRANCH
from tests.cast import Cast
from tests.client import Client

ClientOf = Callable[[str], Client]


@pytest.mark.covers("AZ-18", "VOL-22")
def test_a_draft_that_was_cancelled_is_read_by_nobody(cast: Cast, client_of: ClientOf) -> None:
    draft = acting.make_activity(cast.organization(BRANCH), ActivityStatus.DRAFT)
    shift = acting.shift_of(draft)
    keeper = client_of("ben")
    path = f"/o/{cast.code(BRANCH)}/events/{draft.code}/cancel"
    assert keeper.post(path, {"reason": "不办了"}).status_code == 303
    assert draft.status is ActivityStatus.CANCELLED
    for address in (f"/events/{draft.code}", f"/events/shifts/{shift.code}"):
        assert client_of("ada").get(address).status_code == 404
    draft.published_at = clock.now()
    db.session.commit()
    assert client_of("ada").get(f"/events/{draft.code}").status_code == 200
