"""A coordinator hands over: what is open, counted, signed by both; nothing is lost silently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from accounts.models import Post
from accounts.operations import end_post
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.files.models import StoredFile
from core.rules import RuleViolation
from schools.models import SchoolHandover, YouthPhoto
from schools.operations.attending import Called, record_roll
from schools.operations.handover import give, take
from schools.operations.photos import forget_photos
from schools.queries.handover import open_handover, open_work, unpacked
from schools.rules.attending import ActivityFacts, YouthKind
from schools.rules.handover import OpenWork
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_campaign, make_class, make_pupil, make_school
from tests.schools.acting import actor_of
from tests.units import png

SCHOOL = "东小学"


def successor(cast: Cast) -> Actor:
    user = cast.user("bea")
    post = make.make_post(user, Role.COORDINATOR, cast.organization(SCHOOL))
    return Actor(user.id, user.person_id, post.id, Role.COORDINATOR, cast.organization(SCHOOL).id)


def test_both_sign_for_the_same_counts(cast: Cast) -> None:
    place = cast.organization(SCHOOL)
    make_school(place)
    school_class = make_class(place, grade=8)
    for _ in range(3):
        make_pupil(school_class)
    make_campaign(cast.organization("东县"))
    counts = open_work(place, clock.today())
    assert counts[OpenWork.DRAFTS] == counts[OpenWork.CONSENTS] == 3
    assert counts[OpenWork.CAMPAIGNS] == counts[OpenWork.REPORTS] == 1
    finn = actor_of(cast, "finn", SCHOOL)
    found = give(place.id, by=finn)
    with pytest.raises(RuleViolation):
        give(place.id, by=finn)
    with pytest.raises(RuleViolation):
        take(found.code, organization_id=place.id, by=finn)
    make_pupil(school_class)
    bea = successor(cast)
    take(found.code, organization_id=place.id, by=bea)
    assert unpacked(found.counts) == counts
    assert (found.given_by_id, found.taken_by_id) == (finn.user_id, bea.user_id)
    with pytest.raises(RuleViolation):
        take(found.code, organization_id=place.id, by=bea)


def test_a_post_that_ends_without_a_hand_over_leaves_a_record(cast: Cast) -> None:
    place = cast.organization(SCHOOL)
    make_pupil(make_class(place, grade=8))
    finn = actor_of(cast, "finn", SCHOOL)
    post = db.session.get_one(Post, finn.post_id)
    yesterday = clock.today() - timedelta(days=1)
    end_post(post, yesterday, by=SYSTEM, now=clock.now())
    found = open_handover(place.id)
    assert found is not None
    assert found.given_by_id is None
    assert unpacked(found.counts)[OpenWork.DRAFTS] == 1
    take(found.code, organization_id=place.id, by=successor(cast))
    assert open_handover(place.id) is None


def test_a_post_that_ends_after_a_hand_over_leaves_no_second(cast: Cast) -> None:
    place = cast.organization(SCHOOL)
    make_pupil(make_class(place, grade=8))
    finn = actor_of(cast, "finn", SCHOOL)
    take(give(place.id, by=finn).code, organization_id=place.id, by=successor(cast))
    post = db.session.get_one(Post, finn.post_id)
    end_post(post, clock.today() - timedelta(days=1), by=SYSTEM, now=clock.now())
    assert len(db.session.scalars(select(SchoolHandover)).all()) == 1


def test_the_pages_of_the_hand_over(cast: Cast, client_of: Callable[[str], Client]) -> None:
    make_pupil(make_class(cast.organization(SCHOOL), grade=8))
    successor(cast)
    here = f"/o/{cast.code(SCHOOL)}"
    finn, bea = client_of("finn"), client_of("bea")
    assert "现在还没办完的" in finn.page(f"{here}/handover").text
    assert finn.post(f"{here}/handover/give").status_code == 303
    assert finn.post(f"{here}/handover/give").status_code == 422
    assert "辅导员交接" in bea.page(f"{here}/home").select_one("#tasks").text  # type: ignore[union-attr]
    button = bea.page(f"{here}/handover").select_one("main form[action$=take]")
    assert button is not None
    assert finn.post(str(button["action"])).status_code == 422
    assert bea.post(str(button["action"])).status_code == 303
    assert "辅导员交接" not in bea.page(f"{here}/home").select_one("#tasks").text  # type: ignore[union-attr]


@pytest.mark.covers("PRV-12", "FILE-07", "SCH-08")
def test_pictures_need_the_declaration_and_are_few_and_leave(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    school_class = make_class(cast.organization(SCHOOL), grade=8)
    pupil = make_pupil(school_class, member=True)
    told = ActivityFacts(YouthKind.LIFE, "课", clock.now() - timedelta(days=1), 40)
    by = actor_of(cast, "finn", SCHOOL)
    roll = record_roll(school_class, Called(told), [pupil.code], by=by, now=clock.now())
    path = f"/o/{cast.code(SCHOOL)}/youth-activities/{roll.activity.code}"
    finn = client_of("finn")

    def send(**more: str) -> int:
        data = {"file": (BytesIO(png()), "a.png"), **more}
        return finn.post(f"{path}/photos", data).status_code

    assert send() == 422
    assert db.session.query(YouthPhoto).count() == 0
    assert [send(declared="y") for _ in range(7)] == [303] * 6 + [422]
    photo = db.session.query(YouthPhoto).first()
    assert photo is not None
    address = f"/o/{cast.code(SCHOOL)}/youth-photos/{photo.code}"
    given = finn.get(address)
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert client_of("cora").get(address).status_code == 403
    assert Client(finn.app).get(address).status_code == 303
    assert finn.post(f"{address}/drop").status_code == 303
    assert finn.get(address).status_code == 404
    kept = db.session.query(StoredFile).count()
    assert forget_photos(clock.now()) == 0
    assert forget_photos(clock.now() + timedelta(days=366)) == 5
    assert db.session.query(StoredFile).count() == kept - 5
