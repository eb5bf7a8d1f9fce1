"""How long cases took, what was certified, and what was sent up: kept with the answer itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from members import operations as members
from members.models import Application, Membership
from members.operations import filings
from members.operations.expulsions import overturn_expulsion
from members.rules import ExpulsionStatus, MembershipStatus
from organizations.rules import Measure
from supervision.indicators.rules import median
from supervision.recount import differences
from tests import endings
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import actor_of
from tests.supervision.test_people_figures import COUNTY, TOP, VILLAGE, begin, number, parts_of
from tests.volunteers.certified import credited, issued
from tests.volunteers.desk import acting
from tests.volunteers.test_objections import objected
from volunteers import operations as hours

Clients = Callable[[str], Client]


def this_month() -> int:
    return clock.today().year * 100 + clock.today().month


@pytest.mark.covers("LED-01")
def test_an_admission_counts_by_its_days_until_it_is_undone(cast: Cast) -> None:
    village, now = cast.organization(VILLAGE), clock.now()
    people = [make.make_person(with_id=True) for _ in range(3)]
    waiting = [make.make_application(one, village, cast.user("wes")) for one in people]
    for one, days in zip(waiting, (0, 3, 90), strict=True):
        one.submitted_at = now - timedelta(days=days, seconds=1)
    begin()
    codes = [one.code for one in waiting]
    by: dict[str, Any] = {"handler_id": village.id, "by": actor_of(cast, "ben"), "now": now}
    decision = members.approve(codes, **by)
    db.session.commit()
    for place in (VILLAGE, TOP):
        counted = parts_of(cast, place, Measure.ADMISSIONS_HANDLED, this_month())
        assert sum(counted.values()) == 3
        assert {"3", "61"} <= set(counted)
        assert median((int(part), count) for part, count in counted.items()) == 3
    assert differences() == []
    members.undo(decision.code, **by)
    db.session.commit()
    assert parts_of(cast, TOP, Measure.ADMISSIONS_HANDLED, this_month()) == {}
    assert differences() == []


def test_a_filing_counts_for_who_answered_and_not_where_nobody_did(cast: Cast) -> None:
    village, now = cast.organization(VILLAGE), clock.now()
    status = MembershipStatus.APPROVED
    rows = [make.make_membership(make.make_person(), village, status=status) for _ in range(2)]
    for one in rows:
        one.approved_at = now - timedelta(days=40)
    begin()
    before = number(cast, COUNTY, Measure.FILINGS_HANDLED, clock.today().year)
    cora, county = actor_of(cast, "cora"), cast.organization(COUNTY)
    filings.file([rows[0].code], county_id=county.id, by=cora, now=now)
    assert filings.file_due(now) >= 1
    db.session.commit()
    assert number(cast, COUNTY, Measure.FILINGS_HANDLED, clock.today().year) == before + 1
    assert parts_of(cast, COUNTY, Measure.FILINGS_HANDLED, this_month())["40"] == 1
    due = db.session.scalars(select(Membership).where(Membership.id == rows[1].id)).one()
    assert due.status is MembershipStatus.ACTIVE
    assert differences() == []


@pytest.mark.covers("V15", "MEM-44")
def test_appeals_count_when_they_are_answered(cast: Cast) -> None:
    record = objected(cast)
    expulsion = endings.make_expulsion(cast.organization(VILLAGE), ExpulsionStatus.APPEALED)
    expulsion.appealed_at = clock.now() - timedelta(days=12)
    expulsion.handler = cast.organization("东市")
    begin()
    place: dict[str, Any] = {"handler_id": cast.organization(COUNTY).id, "now": clock.now()}
    hours.uphold(record.code, "名单里没有", by=acting(cast, "cora"), **place)
    db.session.commit()
    assert parts_of(cast, COUNTY, Measure.APPEALS_HANDLED, this_month()) == {"0": 1}
    assert differences() == []
    city = cast.organization("东市").id
    eve = actor_of(cast, "eve")
    overturn_expulsion(expulsion.code, "证据不足", handler_id=city, by=eve, now=clock.now())
    db.session.commit()
    assert parts_of(cast, TOP, Measure.APPEALS_HANDLED, this_month()) == {"0": 1, "12": 1}
    assert differences() == []


@pytest.mark.covers("VOL-42")
def test_a_certificate_counts_where_it_was_issued(cast: Cast, client_of: Clients) -> None:
    credited(cast)
    begin()
    issued(client_of("ada"))
    db.session.expire_all()
    assert number(cast, COUNTY, Measure.CERTIFICATES, this_month()) == 1
    assert number(cast, VILLAGE, Measure.CERTIFICATES, this_month()) == 0
    assert differences() == []


def test_who_is_entered_by_the_keeper_never_waited(cast: Cast) -> None:
    begin()
    village, now = cast.organization(VILLAGE), clock.now()
    application = make.make_application(make.make_person(), village, cast.user("wes"))
    application.submitted_at = now
    db.session.flush()
    decided: dict[str, Any] = {"handler_id": village.id, "by": actor_of(cast, "ben"), "now": now}
    before = number(cast, TOP, Measure.ADMISSIONS_HANDLED, this_month())
    members.reject(application.code, "重复", **decided)
    db.session.commit()
    assert number(cast, TOP, Measure.ADMISSIONS_HANDLED, this_month()) == before
    found = db.session.scalars(select(Application).where(Application.id == application.id)).one()
    assert found.decided_at == now
