"""What a school leaves open stands in the hand-over of its coordinator; pictures of activities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest

from accounts import handing_over
from accounts.models import Handover, Post
from accounts.operations import end_post
from accounts.operations import handover as handing
from accounts.queries.handover import leaving_of, unpacked
from accounts.rules.handover import HandoverStatus, OpenWork
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.files.models import StoredFile
from schools.models import YouthPhoto
from schools.operations.attending import Called, record_roll
from schools.operations.photos import forget_photos
from schools.rules.attending import ActivityFacts, YouthKind
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_campaign, make_class, make_pupil, make_school
from tests.schools.acting import actor_of
from tests.units import png

SCHOOL = "东小学"


def successor(cast: Cast) -> tuple[Post, Actor]:
    user, place = cast.user("bea"), cast.organization(SCHOOL)
    post = make.make_post(user, Role.COORDINATOR, place)
    return post, Actor(user.id, user.person_id, post.id, Role.COORDINATOR, place.id)


def test_what_a_school_leaves_open_is_counted(cast: Cast) -> None:
    place = cast.organization(SCHOOL)
    make_school(place)
    school_class = make_class(place, grade=8)
    for _ in range(3):
        make_pupil(school_class)
    make_campaign(cast.organization("东县"))
    post = db.session.get_one(Post, actor_of(cast, "finn", SCHOOL).post_id)
    lines = handing_over.open_work(leaving_of(post, clock.today()))
    counts = {line.kind: line.count for line in lines}
    assert counts[OpenWork.DRAFTS] == counts[OpenWork.CONSENTS] == 3
    assert counts[OpenWork.CAMPAIGNS] == counts[OpenWork.REPORTS] == 1
    assert counts[OpenWork.IMPORTS] == counts[OpenWork.HOURS] == counts[OpenWork.ACTIVITIES] == 0


def test_a_post_that_ends_without_a_hand_over_leaves_a_record(cast: Cast) -> None:
    place = cast.organization(SCHOOL)
    make_pupil(make_class(place, grade=8))
    post = db.session.get_one(Post, actor_of(cast, "finn", SCHOOL).post_id)
    end_post(post, clock.today() - timedelta(days=1), by=SYSTEM, now=clock.now())
    found = db.session.query(Handover).filter_by(organization_id=place.id).one()
    assert found.given_by_id is None
    assert unpacked(found.counts)[OpenWork.DRAFTS] == 1
    next_post, bea = successor(cast)
    handing.take(found, next_post, by=bea, now=clock.now())
    assert found.status is HandoverStatus.TAKEN


def test_the_next_coordinator_finds_it_at_home(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    make_pupil(make_class(cast.organization(SCHOOL), grade=8))
    successor(cast)
    here = f"/o/{cast.code(SCHOOL)}"
    finn, bea = client_of("finn"), client_of("bea")
    assert "现在还没办完的" in finn.page(f"{here}/handover").text
    answer = finn.post(f"{here}/handover", {"phone": "", "last_on": ""})
    assert finn.post(answer.headers["Location"]).status_code == 303
    assert finn.post(f"{here}/handover", {"phone": "", "last_on": ""}).status_code == 422
    assert "职务交接" in bea.page(f"{here}/home").select_one("#tasks").text  # type: ignore[union-attr]
    link = bea.page(f"{here}/handover").select_one("main a[href*=take]")
    assert link is not None
    assert finn.post(str(link["href"])).status_code == 422
    assert bea.post(str(link["href"])).status_code == 303
    assert "职务交接" not in bea.page(f"{here}/home").select_one("#tasks").text  # type: ignore[union-attr]
    assert finn.get(f"{here}/home").status_code == 303


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
    assert forget_photos(clock.now() + timedelta(days=367)) == 5
    assert db.session.query(StoredFile).count() == kept - 5
