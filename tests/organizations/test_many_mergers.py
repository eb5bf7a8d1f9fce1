"""Two counties' worth of villages, and lists drawn by chance: equal before, after and undone."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import func, select

from core.database import db
from core.jobs.rules import JobStatus
from members.models import Membership
from members.rules import LIVE_STATES
from organizations.models import Figure, Organization
from organizations.rules import MergerRowStatus, OrganizationStatus
from supervision.recount import differences
from tests.cast import Cast
from tests.faults.killing import IS_FULL
from tests.organizations import mergers
from tests.organizations.mergers import merge, people, prepare, rows_of, scope_of, standing, undo

COUNTY, WEST, CITY, PROVINCE, TOWNSHIP = "东县", "西县", "东市", "测试省", "东镇"
ABOVE = (CITY, PROVINCE)
#: All five hundred at length (``make faults``); on every commit a few.
VILLAGES = 250 if IS_FULL else 20
DONE = MergerRowStatus.DONE


def everything() -> dict[tuple[int, str, int], int]:
    """Return every maintained number of every organization."""
    db.session.expire_all()
    return {
        (one.organization_id, one.measure, one.period): one.value
        for one in db.session.scalars(select(Figure))
        if one.value
    }


def members() -> int:
    """Return how many memberships live, wherever."""
    statement = select(func.count()).where(Membership.status.in_(LIVE_STATES))
    return db.session.scalar(statement) or 0


@pytest.mark.covers("ORG-17", "S31")
def test_five_hundred_villages_of_two_counties_become_half(cast: Cast) -> None:
    east, west = mergers.villages(COUNTY, VILLAGES), mergers.villages(WEST, VILLAGES)
    before, above, living = everything(), standing(*ABOVE), members()
    counted = people(COUNTY, WEST)
    city, county = scope_of("eve", CITY), scope_of("cora", COUNTY)
    joined = prepare(city, [(cast.code(WEST), cast.code(COUNTY))])
    job = merge(city, joined)
    assert (job.status, job.left_out) == (JobStatus.DONE, 0)
    assert standing(*ABOVE) == above
    assert people(COUNTY) == counted
    pairs = prepare(county, list(zip(west, east, strict=True)))
    job = merge(county, pairs)
    assert (job.status, job.done, job.left_out) == (JobStatus.DONE, VILLAGES, 0)
    assert people(COUNTY) == counted
    assert members() == living
    assert differences() == []
    totals = mergers.the(pairs).totals
    for level, numbers in totals["before"].items():
        after = totals["after"][level]
        assert {**after, "organizations": after["organizations"] + VILLAGES} == numbers, level
    undo(county, pairs)
    undo(city, joined)
    assert everything() == before
    gone = select(func.count()).where(Organization.status == OrganizationStatus.MERGED)
    assert db.session.scalar(gone) == 0


@pytest.mark.covers("ORG-17", "DAT-06")
@pytest.mark.parametrize("seed", [31, 41, 45])
def test_numbers_of_every_level_are_kept_by_any_list(cast: Cast, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a list drawn by chance, no secret
    codes = mergers.villages(COUNTY, 5, people_each=2) + mergers.villages(TOWNSHIP, 5)
    random.shuffle(codes)
    gone, kept = codes[:6], [*codes[6:], "新一村", "新一村", "新二村", "zzzzzz"]
    before, counted = everything(), people(COUNTY, *ABOVE)
    scope = scope_of("cora", COUNTY)
    code = prepare(scope, [(one, random.choice(kept)) for one in gone])
    ready = sum(status is MergerRowStatus.READY for status, _ in rows_of(code))
    job = merge(scope, code)
    assert job.done == ready
    assert people(COUNTY, *ABOVE) == counted
    assert differences() == []
    undo(scope, code)
    assert everything() == before
    assert differences() == []


@pytest.mark.covers("ORG-17")
def test_a_township_takes_its_villages_along(cast: Cast) -> None:
    mergers.villages(TOWNSHIP, 2)
    scope, before, counted = scope_of("cora", COUNTY), everything(), people(COUNTY, *ABOVE)
    code = prepare(scope, [(cast.code(TOWNSHIP), "东新镇")])
    merge(scope, code)
    new = cast.organization("东新镇")
    assert cast.organization("东一村").parent_id == new.id
    assert people("东新镇", TOWNSHIP) == people("东新镇")
    assert people(COUNTY, *ABOVE) == counted
    assert differences() == []
    undo(scope, code)
    assert everything() == before
