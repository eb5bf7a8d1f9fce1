"""Stars: applied for when the hours are there, checked, noticed, granted by the right level."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from core.settings import DatedSetting
from people.rules import mask_name
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import acting
from volunteers import operations as hours
from volunteers.models import StarGrant, VolunteerTotal
from volunteers.queries.own import volunteer_of
from volunteers.queries.stars import ladder, steps_of_star
from volunteers.rules.stars import (
    STAR_TRANSITIONS,
    Missing,
    Standing,
    StarAction,
    StarReason,
    StarStatus,
    chance_of,
)

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
THRESHOLDS = (6_000, 18_000, 36_000, 60_000, 90_000)


def give(cast: Cast, name: str, minutes: int) -> None:
    """Let somebody have confirmed minutes of years ago, as the totals tell."""
    volunteer = volunteer_of(cast.person(name).id)
    assert volunteer is not None
    db.session.add(VolunteerTotal(volunteer_id=volunteer.id, year=2021, confirmed_minutes=minutes))
    db.session.commit()


def applied(cast: Cast, client_of: ClientOf, name: str = "ada", minutes: int = 18_000) -> StarGrant:
    """Return the application of somebody with the hours for it."""
    give(cast, name, minutes)
    assert client_of(name).post("/me/stars").status_code == 303
    return db.session.scalars(select(StarGrant).order_by(StarGrant.id.desc())).first()  # type: ignore[return-value]


def at(cast: Cast, place: str, grant: StarGrant, act: str = "") -> str:
    return f"/o/{cast.code(place)}/stars/{grant.code}{act}"


def noticed(cast: Cast, client_of: ClientOf, name: str = "ada") -> StarGrant:
    grant = applied(cast, client_of, name)
    assert client_of("ben").post(at(cast, "东一村", grant, "/check")).status_code == 303
    assert client_of("cora").post(at(cast, "东县", grant, "/notice")).status_code == 303
    return grant


def after_notice(grant: StarGrant) -> datetime:
    assert grant.notice_until is not None
    return clock.day_bounds(grant.notice_until)[1]


@pytest.mark.covers("S9", "VOL-30", "VOL-31")
def test_a_star_is_checked_noticed_and_granted_when_nobody_objects(
    cast: Cast, client_of: ClientOf
) -> None:
    grant = noticed(cast, client_of)
    assert (grant.star, grant.granter.name) == (2, "东县")
    assert grant.notice_until == clock.add_working_days(clock.today(), 5)
    page = client_of("gus").page("/me/stars/notices").text
    assert mask_name("人ada") in page
    assert "人ada" not in page
    assert hours.grant_due(after_notice(grant) - timedelta(minutes=1)) == 0
    assert hours.grant_due(after_notice(grant)) == 1
    assert hours.grant_due(after_notice(grant)) == 0
    db.session.commit()
    assert grant.status is StarStatus.GRANTED
    assert (grant.number or "").startswith("XJ")
    assert [one.action for one in steps_of_star(grant.id)][:2] == ["grant", "notice"]
    ada = client_of("ada")
    assert "已授予" in ada.page("/me/stars").text
    kinds = select(Letter.kind).where(Letter.user_id == cast.user("ada").id).order_by(Letter.id)
    assert db.session.scalars(kinds).all() == [LetterKind.STAR_NOTICED, LetterKind.STAR_GRANTED]
    assert "2 星" in client_of("ben").page(f"/o/{cast.code('东一村')}/volunteers").text


@pytest.mark.covers("S9", "PRI-15")
def test_what_is_missing_is_said_and_nobody_gets_ahead_of_it(
    cast: Cast, client_of: ClientOf
) -> None:
    give(cast, "ada", 5_990)
    ada = client_of("ada")
    page = ada.page("/me/stars").text
    assert "到 1 星还差 0.2 小时" in page
    assert "申请 1 星" not in page
    assert ada.post("/me/stars").status_code == 422
    give(cast, "gus", 6_000)
    gus = client_of("gus")
    assert gus.post("/me/stars").status_code == 303
    assert "已有一份申请在办" in gus.post("/me/stars").text


@pytest.mark.pure
@pytest.mark.covers("VOL-31")
def test_the_next_star_by_hours_held_and_bar() -> None:
    today = date(2026, 5, 4)

    def missing(minutes: int, held: int = 0, barred: date | None = None) -> tuple[int, object]:
        chance = chance_of(Standing(minutes, held, True, False, barred), THRESHOLDS, today)
        return chance.star, chance.missing

    assert missing(5_999) == (1, (Missing.HOURS,))
    assert missing(6_000) == (1, ())
    assert missing(36_000, held=1) == (3, ())
    assert missing(36_000, held=3) == (4, (Missing.HOURS,))
    assert missing(99_999, held=5) == (5, (Missing.ALL_HELD,))
    assert missing(6_000, barred=today) == (1, (Missing.BARRED,))
    assert missing(6_000, barred=today - timedelta(days=1)) == (1, ())


@pytest.mark.covers("VOL-31")
def test_two_hands_and_never_ones_own(cast: Cast, client_of: ClientOf) -> None:
    grant = applied(cast, client_of)
    county = cast.organization("东县").id
    cora = client_of("cora")
    assert cora.post(at(cast, "东县", grant, "/notice")).status_code == 409
    assert cora.post(at(cast, "东县", grant, "/check")).status_code == 303
    answer = cora.post(at(cast, "东县", grant, "/notice"))
    assert answer.status_code == 422
    assert "由两个人办" in answer.text
    make.make_post(cast.user("ada"), Role.OFFICER, cast.organization("东县"))
    db.session.commit()
    with pytest.raises(RuleViolation, match="自己"):
        hours.notice_star(grant.code, place_id=county, by=acting(cast, "ada"), now=clock.now())
    make.make_post(cast.user("gus"), Role.OFFICER, cast.organization("东县"))
    hours.notice_star(grant.code, place_id=county, by=acting(cast, "gus"), now=clock.now())
    assert grant.status is StarStatus.NOTICED


@pytest.mark.covers("VOL-30", "AZ-10")
def test_the_level_of_the_matrix_grants_and_no_other(cast: Cast, client_of: ClientOf) -> None:
    grant = applied(cast, client_of, minutes=90_000)
    assert (grant.star, grant.granter.name) == (5, "测试省")
    assert client_of("ben").post(at(cast, "东一村", grant, "/check")).status_code == 303
    for name, place in (("cora", "东县"), ("dan", "西县"), ("eve", "东市"), ("ben", "东一村")):
        answer = client_of(name).post(at(cast, place, grant, "/notice"))
        assert answer.status_code in {403, 404}, name
    assert client_of("gil").post(at(cast, "测试省", grant, "/notice")).status_code == 303


@pytest.mark.covers("S29", "VOL-30")
def test_a_new_matrix_holds_from_its_day_on(cast: Cast, client_of: ClientOf) -> None:
    grant = applied(cast, client_of)
    today = clock.today()
    db.session.add(
        DatedSetting(
            name="stars.granted_by.2", valid_from=today, value=2, source="省里的新规定",
            entered_at=clock.now(),
        )
    )  # fmt: skip
    db.session.commit()
    later = applied(cast, client_of, "gus")
    assert (grant.granter.name, later.granter.name) == ("东县", "东市")
    before = ladder(today - timedelta(days=1))[1].granted_by
    assert (before, ladder(today)[1].granted_by) == ("county", "city")
    page = client_of("ada").page("/me/stars")
    shown = [page.select(f"{one} tr")[1].text for one in ("#ladder", "#ladder-1")]
    assert ["市级" in shown[0], "县级" in shown[1]] == [True, True]


@pytest.mark.covers("S9", "VOL-31")
def test_an_objection_stops_it_until_it_was_looked_into(cast: Cast, client_of: ClientOf) -> None:
    grant = noticed(cast, client_of)
    gus, address = client_of("gus"), f"/me/stars/notices/{grant.code}"
    assert client_of("ada").get(address).status_code == 404
    assert gus.post(address, {"note": " "}).status_code == 422
    assert gus.post(address, {"note": "九月那次没有去"}).status_code == 303
    assert hours.grant_due(after_notice(grant)) == 0
    cora = client_of("cora")
    page = cora.page(at(cast, "东县", grant)).text
    assert "九月那次没有去" in page
    assert "人gus" not in page
    assert "九月那次没有去" not in client_of("ada").page("/me/stars").text
    sent = {"note": "签到表上有"}
    assert cora.post(at(cast, "东县", grant, "/dismiss"), sent).status_code == 303
    assert hours.grant_due(after_notice(grant)) == 1


@pytest.mark.covers("VOL-31")
def test_false_hours_take_a_star_away_and_bar_a_new_one(cast: Cast, client_of: ClientOf) -> None:
    grant = noticed(cast, client_of)
    hours.grant_due(after_notice(grant))
    db.session.commit()
    cora = client_of("cora")
    assert cora.post(at(cast, "东县", grant, "/revoke"), {}).status_code == 422
    sent = {"reason": StarReason.FALSE_HOURS}
    assert cora.post(at(cast, "东县", grant, "/revoke"), sent).status_code == 303
    assert cora.post(at(cast, "东县", grant, "/revoke"), sent).status_code == 409
    assert grant.barred_until == clock.today() + timedelta(days=365)
    ada = client_of("ada")
    page = ada.page("/me/stars").text
    assert "时长不真实" in page
    assert ada.post("/me/stars").status_code == 422
    assert "2 星" not in client_of("ben").page(f"/o/{cast.code('东一村')}/volunteers").text


@pytest.mark.covers("PRV-12")
def test_a_minor_stands_in_no_notice(cast: Cast, client_of: ClientOf) -> None:
    grant = noticed(cast, client_of)
    today = clock.today()
    for born_on, shown in (
        (date(today.year - 18, today.month, min(today.day, 28)), True),
        (date(today.year - 17, 1, 1), False),
    ):
        cast.person("ada").born_on = born_on
        gus = client_of("gus")
        assert (mask_name("人ada") in gus.page("/me/stars/notices").text) is shown
        answer = gus.get(f"/me/stars/notices/{grant.code}")
        assert answer.status_code == (200 if shown else 404)
    county = client_of("cora").page(f"/o/{cast.code('东县')}/stars").text
    assert "人ada" not in county
    assert mask_name("人ada") in county


@pytest.mark.covers("VOL-31")
def test_no_step_but_those_of_the_table(cast: Cast, client_of: ClientOf) -> None:
    grant, county = applied(cast, client_of), cast.organization("东县").id
    by, now = acting(cast, "cora"), clock.now()
    acts: dict[StarAction, Callable[[], object]] = {
        StarAction.CHECK: lambda: hours.check_star(grant.code, place_id=county, by=by, now=now),
        StarAction.NOTICE: lambda: hours.notice_star(grant.code, place_id=county, by=by, now=now),
        StarAction.DISMISS: lambda: hours.dismiss_objection(
            grant.code, "核实过", place_id=county, by=by, now=now
        ),
        StarAction.REFUSE: lambda: hours.refuse_star(
            grant.code, StarReason.MISTAKE, "", place_id=county, by=by, now=now
        ),
        StarAction.REVOKE: lambda: hours.revoke_star(
            grant.code, StarReason.MISTAKE, "", place_id=county, by=by, now=now
        ),
    }
    for status in StarStatus:
        for action, act in acts.items():
            if (status, action) in STAR_TRANSITIONS:
                continue
            grant.status = status
            db.session.commit()
            with pytest.raises(IllegalTransition):
                act()
            db.session.rollback()


@pytest.mark.covers("LOAD-07")
def test_a_long_list_costs_no_more_statements(
    app: Flask, cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    cora, page = client_of("cora"), f"/o/{cast.code('东县')}/stars"
    cora.get(page)
    seen = []
    for size in (1, 9):
        for _ in range(size):
            volunteer = make.make_volunteer(make.make_person(), cast.organization("东一村"))
            db.session.add(
                VolunteerTotal(volunteer_id=volunteer.id, year=2021, confirmed_minutes=6_000)
            )
            db.session.flush()
            hours.apply_for_star(volunteer.person_id, by=acting(cast, "ada"), now=clock.now())
        db.session.commit()
        with count_statements() as statements:
            cora.page(page)
        seen.append(len(statements))
    assert seen[1] <= seen[0]
