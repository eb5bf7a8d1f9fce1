"""Counting again: what is stored equals the rows, and what does not is found and repaired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from members.models import Membership
from members.operations import create_membership
from members.rules import MembershipKind, MembershipStatus
from organizations import figures
from organizations.models import Figure, FigurePart
from organizations.operations import move
from organizations.rules import Measure
from schools.operations.register import NewSchool, register_school
from schools.rules.register import SchoolStage
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.recounting import count_anew
from volunteers.operations import confirm, log_service
from volunteers.rules import Entry, ServiceField


def start_equal() -> None:
    """Bring the figures to what the cast's rows say: factories do not touch them."""
    figures.write(db.session())
    db.session.execute(delete(Figure))
    db.session.execute(delete(FigurePart))
    count_anew()
    assert differences() == []


def test_facts_of_every_package_keep_the_figures_right(cast: Cast) -> None:
    start_equal()
    village, now = cast.organization("东一村"), clock.now()
    keeper = cast.user("ben")
    by = Actor(keeper.id, keeper.person_id)
    for kind in (MembershipKind.ADULT, MembershipKind.YOUTH):
        for status in (MembershipStatus.APPROVED, MembershipStatus.ACTIVE):
            person = make.make_person()
            create_membership(person, village, kind, by=by, now=now, status=status)
    new = NewSchool("2133000001", "试小学", SchoolStage.PRIMARY)
    register_school(new, cast.organization("东县"), by=SYSTEM)
    day = clock.today() - timedelta(days=2)
    records = [
        log_service(
            cast.person(who).id,
            Entry(day, minutes, "急救演练", ServiceField.FIRST_AID),
            by=SYSTEM,
            now=now,
        )
        for who, minutes in (("ada", 60), ("gus", 90))
    ]
    confirm([records[0].code], handler_id=village.id, by=by, now=now)
    figures.write(db.session())
    assert differences() == []


@pytest.mark.covers("LED-14")
def test_a_night_over_the_end_of_a_month_is_counted_in_both(cast: Cast) -> None:
    start_equal()
    village, volunteer = cast.organization("东一村"), cast.person("ada").id
    by = Actor(cast.user("ben").id, cast.person("ben").id)
    first = clock.today().replace(day=1)
    night = clock.day_bounds(first)[0]
    record = log_service(
        volunteer,
        Entry(first - timedelta(days=2), 120, "值守", ServiceField.AID),
        by=SYSTEM,
        now=night,
    )
    record.starts_at, record.ends_at = night - timedelta(minutes=50), night + timedelta(minutes=70)
    record.served_on = first - timedelta(days=1)
    confirm([record.code], handler_id=village.id, by=by, now=clock.now())
    figures.write(db.session())
    month = first.year * 100 + first.month
    stored = figures.values([village.id], [Measure.CONFIRMED_MINUTES], [month])
    assert stored[village.id, "confirmed_minutes", month] == 70
    assert [one for one in differences() if one.measure == "confirmed_minutes"] == []


def test_a_wrong_number_is_named_and_repaired(app: Flask, cast: Cast) -> None:
    start_equal()
    figures.add(cast.organization("东一村").path, Measure.VOLUNTEERS, 5)
    db.session.commit()
    runner = app.test_cli_runner()
    found = runner.invoke(args=["figures", "verify"])
    assert found.exit_code == 1
    assert "5 differences" in found.output
    assert "volunteers 0" in found.output
    assert runner.invoke(args=["figures", "verify", "--repair"]).exit_code == 0
    again = runner.invoke(args=["figures", "verify"])
    assert (again.exit_code, again.output.strip()) == (0, "0 differences")


@pytest.mark.parametrize(("moved", "target"), [("东镇", "北县"), ("东县", "北市")])
def test_a_move_takes_people_and_queues_along(cast: Cast, moved: str, target: str) -> None:
    village, now = cast.organization("东一村"), clock.now()
    make.make_application(cast.person("wes"), village, cast.user("wes"))
    make.make_application(
        cast.person("ned"),
        cast.organization("东二村"),
        cast.user("ned"),
        handler=cast.organization("东县"),
    )
    volunteer = cast.person("ada").id
    start_equal()
    entry = Entry(clock.today() - timedelta(days=2), 60, "急救演练", ServiceField.FIRST_AID)
    log_service(volunteer, entry, by=SYSTEM, now=now)
    figures.write(db.session())
    before = {one: stock(cast, one) for one in ("北县", "北市", "测试省")}
    move(cast.organization(moved), cast.organization(target), by=SYSTEM, now=now, reason="区划调整")
    figures.write(db.session())
    assert differences() == []
    membership = db.session.scalars(
        select(Membership).where(Membership.organization_id == village.id)
    ).first()
    assert membership is not None
    assert membership.city_id == cast.organization("北市").id
    assert membership.county_id == village.county_id
    assert stock(cast, "北市") > before["北市"]
    assert stock(cast, "测试省") == before["测试省"]


def stock(cast: Cast, name: str) -> int:
    place = cast.organization(name).id
    return figures.values([place], [Measure.ADULT_MEMBERS]).get((place, "adult_members", 0), 0)
