"""Stars whose hours are gone before they are granted, and stars of records that were merged."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from people.rules.duplicates import KeptField, Side
from tests import factories as make
from tests.cast import Cast
from tests.people.pairs import account_of, merge, part
from tests.volunteers.desk import acting
from tests.volunteers.merged import two
from tests.volunteers.test_stars import ClientOf, after_notice, at, noticed
from volunteers import operations as hours
from volunteers.models import StarGrant, VolunteerTotal
from volunteers.queries.own import volunteer_of
from volunteers.rules.stars import StarReason, StarStatus


def take_hours(grant: StarGrant, left: int) -> None:
    """Let confirmed minutes be taken back, as a correction does, until so many are left."""
    total = select(VolunteerTotal).where(VolunteerTotal.volunteer_id == grant.volunteer_id)
    db.session.scalars(total).one().confirmed_minutes = left
    db.session.commit()


@pytest.mark.covers("VOL-31", "LED-01")
def test_hours_taken_back_during_the_notice_grant_no_star(cast: Cast, client_of: ClientOf) -> None:
    grant = noticed(cast, client_of)
    take_hours(grant, 17_999)
    assert hours.grant_due(after_notice(grant)) == 1
    assert hours.grant_due(after_notice(grant)) == 0
    db.session.commit()
    assert (grant.status, grant.number) == (StarStatus.OBJECTED, None)
    cora, page = client_of("cora"), at(cast, "东县", grant)
    assert "时长不够了" in cora.page(page).text
    assert cora.post(f"{page}/dismiss", {"note": "算了"}).status_code == 422
    take_hours(grant, 18_000)
    assert "时长不够了" not in cora.page(page).text
    assert cora.post(f"{page}/dismiss", {"note": "补录了"}).status_code == 303
    assert hours.grant_due(after_notice(grant)) == 1
    assert grant.status is StarStatus.GRANTED


@pytest.mark.covers("VOL-31")
def test_no_notice_begins_without_the_hours_or_while_false_ones_bar(
    cast: Cast, client_of: ClientOf
) -> None:
    grant = noticed(cast, client_of)
    hours.grant_due(after_notice(grant))
    db.session.commit()
    take_hours(grant, 36_000)
    assert client_of("ada").post("/me/stars").status_code == 303
    later = db.session.scalars(select(StarGrant).order_by(StarGrant.id.desc())).first()
    assert later is not None
    assert client_of("ben").post(at(cast, "东一村", later, "/check")).status_code == 303
    cora, notice = client_of("cora"), at(cast, "东市", later, "/notice")
    assert cora.post(
        at(cast, "东县", grant, "/revoke"), {"reason": StarReason.FALSE_HOURS}
    ).status_code == 303  # fmt: skip
    answer = client_of("eve").post(notice)
    assert answer.status_code == 422
    assert "限制申请" in answer.text
    grant.barred_until = None
    take_hours(later, 35_999)
    answer = client_of("eve").post(notice)
    assert answer.status_code == 422
    assert "时长不够了" in answer.text
    assert later.status is StarStatus.CHECKED


@pytest.mark.covers("AZ-16", "LED-04")
def test_a_merge_lets_nobody_decide_his_own_star(cast: Cast, client_of: ClientOf) -> None:
    first, second = two(cast)
    for person, minutes in ((first, 6_000), (second, 12_000)):
        volunteer = volunteer_of(person.id)
        assert volunteer is not None
        db.session.add(
            VolunteerTotal(volunteer_id=volunteer.id, year=2021, confirmed_minutes=minutes)
        )
        db.session.flush()
        hours.apply_for_star(person.id, by=acting(cast, "ada"), now=clock.now())
    user = account_of(first)
    assert user is not None
    make.make_post(user, Role.OFFICER, cast.organization("东县"))
    db.session.commit()
    done = merge(cast, first, second)
    officer = Actor(user.id, first.id)
    place_id, now = cast.organization("东县").id, clock.now()
    grants = db.session.scalars(select(StarGrant).order_by(StarGrant.id)).all()
    for grant in grants:
        with pytest.raises(RuleViolation, match="自己"):
            hours.check_star(grant.code, place_id=place_id, by=officer, now=now)
        db.session.rollback()
    assert len({one.volunteer_id for one in grants}) == 2  # one at a time: the other is refused
    part(cast, done)
    assert [one.volunteer.person_id for one in grants] == [first.id, second.id]


@pytest.mark.covers("AZ-16", "VOL-31")
def test_a_star_follows_a_merge_and_its_undo(cast: Cast) -> None:
    first, second = two(cast)
    volunteer, kept = volunteer_of(second.id), volunteer_of(first.id)
    assert volunteer is not None
    assert kept is not None
    db.session.add(VolunteerTotal(volunteer_id=volunteer.id, year=2021, confirmed_minutes=6_000))
    db.session.flush()
    grant = hours.apply_for_star(second.id, by=acting(cast, "ada"), now=clock.now())
    done = merge(cast, first, second, {KeptField.RECORD: Side.FIRST})
    assert grant.volunteer_id == kept.id
    part(cast, done)
    assert grant.volunteer_id == volunteer.id
