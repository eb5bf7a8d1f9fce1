"""Who leads an activity on the spot is told of it, and when he leads it no more (ux.md 2.9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Letter
from accounts.rules.letters import FORMS, LetterKind
from activities.models import Activity, Shift
from activities.rules import ActivityStatus
from core.database import db
from core.messages import outbox
from tests.activities.attending import running
from tests.activities.desk import BRANCH, COUNTY, letters
from tests.activities.test_leading import lead
from tests.cast import Cast
from tests.client import Client

ClientOf = Callable[[str], Client]
NAMED, RELEASED = LetterKind.LEADER_NAMED, LetterKind.LEADER_RELEASED


def way_of(cast: Cast, client: Client, name: str) -> str:
    """Return where the newest message of somebody leads when it is opened."""
    own = select(Letter.code).where(Letter.user_id == cast.user(name).id)
    code = db.session.scalars(own.order_by(Letter.id.desc()).limit(1)).one()
    return str(client.post(f"/me/messages/{code}/open").headers["Location"])


def leader_page(cast: Cast, activity: Activity) -> str:
    return f"/o/{cast.code(BRANCH)}/events/{activity.code}"


@pytest.mark.covers("S32", "UX-M1")
def test_who_leads_is_told_in_the_list_and_led_to_the_desk(cast: Cast, client_of: ClientOf) -> None:
    shift, ada, ben = running(cast, "gus"), client_of("ada"), client_of("ben")
    lead(cast, ben, shift, "ada")
    lead(cast, ben, shift, "ada")
    assert letters(cast.user("ada")) == [NAMED]
    assert "请您当『社区急救演练』的现场负责人" in ada.page("/me/messages").text
    desk = way_of(cast, ada, "ada")
    assert desk == f"/me/desk/{shift.code}"
    assert "已到 0 / 报名 1" in ada.page(desk).text
    lead(cast, ben, shift, "duo")
    assert (letters(cast.user("ada")), letters(cast.user("duo"))) == ([NAMED, RELEASED], [NAMED])
    assert way_of(cast, ada, "ada") == f"/events/{shift.activity.code}"
    assert ada.get(f"/events/{shift.activity.code}").status_code == 200
    assert ben.post(f"{leader_page(cast, shift.activity)}/leader", {"who": ""}).status_code == 303
    assert letters(cast.user("duo")) == [NAMED, RELEASED]
    assert outbox() == []  # ux.md 2.9: none of the kinds that go to a phone


@pytest.mark.covers("S32", "VOL-22")
def test_of_a_draft_the_leader_is_told_once_it_is_published(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ben = running(cast, status=ActivityStatus.DRAFT), client_of("ben")
    shift.activity.published_at = None
    db.session.commit()
    for name in ("duo", "ada"):
        lead(cast, ben, shift, name)
    assert ben.post(f"{leader_page(cast, shift.activity)}/publish").status_code == 303
    assert shift.activity.status is ActivityStatus.REVIEW
    assert letters(cast.user("ada")) == []
    review = f"/o/{cast.code(COUNTY)}/event-reviews/{shift.activity.code}"
    assert client_of("cora").post(f"{review}/approve").status_code == 303
    assert (letters(cast.user("duo")), letters(cast.user("ada"))) == ([], [NAMED])


@pytest.mark.covers("S32", "VOL-22")
def test_the_leader_is_told_once_that_an_activity_is_cancelled(
    cast: Cast, client_of: ClientOf
) -> None:
    first, second = running(cast, "gus"), running(cast, "ada")
    for shift in (first, second):
        shift.starts_at += timedelta(days=2)
        shift.ends_at += timedelta(days=2)
        shift.activity.last_ends_at = shift.ends_at
        lead(cast, client_of("ben"), shift, "ada")
    for shift, told in ((first, RELEASED), (second, LetterKind.ACTIVITY_CANCELLED_SOON)):
        cancelled = f"{leader_page(cast, shift.activity)}/cancel"
        assert client_of("ben").post(cancelled, {"reason": "下雨"}).status_code == 303
        assert letters(cast.user("ada"))[-1] == told
    assert len(letters(cast.user("ada"))) == 4


@pytest.mark.covers("S32")
def test_the_message_leads_to_the_desk_that_comes_next(cast: Cast, client_of: ClientOf) -> None:
    shift, ben = running(cast), client_of("ben")
    over = Shift(
        code="earliershift",
        activity_id=shift.activity_id,
        role="",
        starts_at=shift.starts_at - timedelta(days=3),
        ends_at=shift.ends_at - timedelta(days=3),
        seats=5,
        taken=0,
    )
    db.session.add(over)
    db.session.commit()
    lead(cast, ben, shift, "ada")
    assert way_of(cast, client_of("ada"), "ada") == f"/me/desk/{shift.code}"


def test_no_short_message_goes_out_for_leading() -> None:
    assert not any(FORMS[kind].reaches_strangers for kind in (NAMED, RELEASED))
