"""Venues that are borrowed, pictures that need a declaration, and what the public thinks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from activities.models import ActivityFeedback
from activities.rules import ActivityStatus
from core.database import db
from tests import activity_factories as acting
from tests.activities.attending import later, main_text, running
from tests.activities.desk import BRANCH, agree, post, posted
from tests.cast import Cast
from tests.client import Client, parsed
from tests.units import png, upload
from tests.venue_factories import make_venue

ClientOf = Callable[[str], Client]


@pytest.mark.covers("CTR-02", "PRV-07")
def test_pictures_need_the_declaration_and_stay_inside(cast: Cast, client_of: ClientOf) -> None:
    ben, shift = client_of("ben"), running(cast, since=150)
    page = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}"
    refused = upload(ben, f"{page}/photos", png(), "照片.png")
    assert refused.status_code == 422
    assert "14 岁" in refused.text
    assert not parsed(ben.get(f"{page}/report")).select("a[href*=event-photos]")


@pytest.mark.covers("CTR-02", "PRV-16")
def test_feedback_takes_no_account_no_number_and_no_more_than_came(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, anybody = running(cast, since=30), client_of("")
    address = f"/f/{shift.activity.code}"
    assert anybody.get(address).status_code == 200
    assert anybody.post(address, {"score": "5", "words": "很好"}).status_code == 303
    for words in ("打我电话 138 0000 0000", "3301021990-01011234", "138,0000，0000"):
        refused = anybody.post(address, {"score": "5", "words": words})
        assert refused.status_code == 422
    assert anybody.post(address, {"score": "6"}).status_code == 422
    rows = db.session.scalars(select(ActivityFeedback)).all()
    assert [(one.score, one.people, one.words) for one in rows] == [(5, 1, "很好")]
    assert set(ActivityFeedback.__table__.columns.keys()) == {
        *("id", "activity_id", "way", "score", "people", "words", "given_on")
    }
    for _ in range(19):
        assert anybody.post(address, {"score": "4"}).status_code == 303
    assert anybody.post(address, {"score": "1"}).status_code == 422
    with later(days=40):
        assert anybody.post(address, {"score": "5"}).status_code == 422
    assert anybody.get("/f/nothing").status_code == 404
    draft = acting.make_activity(cast.organization(BRANCH), ActivityStatus.DRAFT)
    db.session.commit()
    assert anybody.get(f"/f/{draft.code}").status_code == 404


@pytest.mark.covers("CTR-02")
def test_another_organizations_venue_is_used_when_it_agrees(
    cast: Cast, client_of: ClientOf
) -> None:
    """Asked with the activity; refused with a reason; agreed, then published and counted."""
    ben, bea = client_of("ben"), client_of("bea")
    hall = make_venue(cast.organization("东二村"), name="二村之家")
    db.session.commit()
    near = ben.page(f"/o/{cast.code(BRANCH)}/venues-to-borrow")
    link = near.select_one("a[href*='events/new']")
    assert link is not None
    page = ben.page(str(link["href"]))
    chosen = page.select_one("select[name=venue] option[selected]")
    assert chosen is not None
    assert chosen["value"] == hall.code
    activity = post(cast, ben, posted(venue=hall.code))
    assert activity.status == "draft"
    own = f"/o/{cast.code(BRANCH)}/events/{activity.code}"
    refused = ben.post(f"{own}/publish")
    assert refused.status_code == 422
    askings = f"/o/{cast.code('东二村')}/venue-askings"
    assert activity.title in main_text(bea, askings)
    stranger = client_of("will").post(
        f"/o/{cast.code('西一村')}/venue-askings/{activity.code}/agree"
    )
    assert stranger.status_code == 404
    answer = f"{askings}/{activity.code}"
    assert bea.post(f"{answer}/refuse", {"reason": ""}).status_code == 422
    assert bea.post(f"{answer}/refuse", {"reason": "当天有课"}).status_code == 303
    assert "当天有课" in main_text(ben, own)
    assert bea.post(f"{answer}/agree").status_code == 409
    again = post(cast, ben, posted(venue=hall.code))
    agree(cast, bea, again, "东二村")
    assert ben.post(f"/o/{cast.code(BRANCH)}/events/{again.code}/publish").status_code == 303
    db.session.refresh(again)
    assert again.status == "published"
