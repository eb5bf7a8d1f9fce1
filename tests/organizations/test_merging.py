"""Organizations that become one: people, posts, divisions, numbers; undone row by row (S31)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.jobs.rules import JobStatus
from members.models import Membership, MembershipEvent
from organizations import operations
from organizations.models import Division
from organizations.operations.moving import move
from organizations.rules import (
    DivisionLevel,
    DivisionRow,
    MergerRowStatus,
    MergerStatus,
    OrganizationKind,
    OrganizationStatus,
)
from supervision.recount import differences
from tests.cast import Cast
from tests.client import Client
from tests.factories import make_organization
from tests.organizations import mergers
from tests.organizations.mergers import (
    merge,
    people,
    prepare,
    rows_of,
    scope_of,
    standing,
    the,
    undo,
)
from tests.races import books

Clients = Callable[[str], Client]
FIRST, SECOND, COUNTY, CITY, PROVINCE = "东一村", "东二村", "东县", "东市", "测试省"
DONE, UNDONE, REFUSED = MergerRowStatus.DONE, MergerRowStatus.UNDONE, MergerRowStatus.REFUSED


@pytest.fixture
def settled(cast: Cast) -> Cast:
    """Return the cast with figures that fit its rows."""
    books.settle()
    db.session.commit()
    return cast


@pytest.mark.covers("S31", "ORG-17", "MEM-45")
def test_two_villages_become_a_new_one_and_are_taken_apart(settled: Cast) -> None:
    scope, above = scope_of("cora", COUNTY), (COUNTY, CITY, PROVINCE)
    before, counted = standing(FIRST, SECOND, *above), people(*above)
    code = prepare(scope, [(settled.code(FIRST), "东新村"), (settled.code(SECOND), "东新村")])
    assert rows_of(code) == [(MergerRowStatus.READY, ""), (MergerRowStatus.READY, "")]
    job = merge(scope, code)
    assert (job.status, job.done, job.left_out) == (JobStatus.DONE, 2, 0)
    new = settled.organization("东新村")
    assert settled.organization(FIRST).status is OrganizationStatus.MERGED
    assert people(*above) == counted
    assert people("东新村") == people("东新村", FIRST, SECOND)
    assert differences() == []
    totals = the(code).totals
    assert set(totals["before"]) == {"province", "city", "county", "unit"}
    for level, numbers in totals["before"].items():
        after = totals["after"][level]
        assert {**after, "organizations": after["organizations"] + 1} == numbers
    mia = db.session.scalars(
        select(Membership).where(Membership.person_id == settled.user("mia").person_id)
    ).one()
    assert mia.organization_id == new.id
    note = db.session.scalars(
        select(MembershipEvent.note).where(MembershipEvent.membership_id == mia.id)
    ).all()
    assert f"{FIRST} → 东新村" in note
    job = undo(scope, code)
    assert (job.status, job.done) == (JobStatus.DONE, 2)
    assert the(code).status is MergerStatus.UNDONE
    assert settled.organization("东新村").status is OrganizationStatus.DISSOLVED
    assert settled.organization(FIRST).status is OrganizationStatus.ACTIVE
    assert standing(FIRST, SECOND, *above) == before
    assert the(code).totals["undone"]["county"] == totals["before"]["county"]
    assert differences() == []


@pytest.mark.covers("S31", "ORG-17", "DAT-06", "DAT-07", "AZ-10")
def test_a_county_merges_two_villages_on_its_pages(settled: Cast, client_of: Clients) -> None:
    codes = divide(settled)
    cora, secretary = client_of("cora"), client_of("ben")
    home, own = f"/o/{settled.code(COUNTY)}/mergers", f"/o/{settled.code(FIRST)}"
    assert SECOND in cora.page(f"{home}/pair?source={settled.code(FIRST)}").text
    sent = {
        "source": settled.code(FIRST),
        "target": settled.code(SECOND),
        "document": mergers.DOCUMENT,
        "closed_on": clock.today().isoformat(),
        "ends_divisions": "y",
    }
    refused = cora.post(f"{home}/pair", {**sent, "document": "", "name": "东新村"})
    assert refused.status_code == 422
    assert "二选一" in refused.text
    made = cora.post(f"{home}/pair", sent).location
    assert "合并后（预计）" in cora.page(made).text
    assert secretary.get(f"{own}/home").status_code == 200
    assert "/me/jobs/" in cora.post(f"{made}/start").location
    assert secretary.get(f"{own}/home").status_code == 404
    assert cora.post(f"{made}/start").status_code == 303
    assert {post.ends_on for post in settled.user("ben").posts} == {clock.today()}
    look_at_the_end(settled, client_of)
    ended = Division.valid_to, Division.successor_code
    first = select(*ended).where(Division.code == codes[0])
    yesterday = clock.today() - timedelta(days=1)
    assert db.session.execute(first).one() == (yesterday, codes[1])
    assert db.session.get_one(Division, codes[1]).valid_to is None
    read_edition_again()
    assert db.session.execute(first).one() == (yesterday, codes[1])
    assert cora.post(f"{made}/undo").status_code == 303
    assert db.session.execute(first).one() == (None, None)
    assert settled.organization(FIRST).status is OrganizationStatus.ACTIVE
    assert secretary.get(f"{own}/home").status_code in {200, 302, 303}
    assert cora.get(f"{own}/ended").location.endswith("/home")
    assert differences() == []


def read_edition_again() -> None:
    """An edition that lists still what merged here changes nothing."""
    listed = [
        DivisionRow(one.code, one.parent_code, one.level, one.kind, one.name)
        for one in db.session.scalars(select(Division))
    ]
    found = operations.import_divisions(listed, clock.today(), by=SYSTEM)
    assert (found.added, found.renamed, found.ended) == (0, 0, 0)


def look_at_the_end(cast: Cast, client_of: Clients) -> None:
    """The page of what merged answers for who may see it, and its poster leads on."""
    own, cora = f"/o/{cast.code(FIRST)}", client_of("cora")
    end = cora.page(f"{own}/ended")
    for words in (FIRST, SECOND, mergers.DOCUMENT, "第一村", "第二村"):
        assert words in end.text
    assert cora.get(f"{own}/closing").location.endswith("/ended")
    assert cora.post(f"{own}/closing/undo").location.endswith("/ended")
    assert client_of("eve").get(f"{own}/ended").status_code == 200
    for stranger in ("dan", "noa", "bea", "mia"):
        assert client_of(stranger).get(f"{own}/ended").status_code == 404
    poster = Client(cora.app).page(f"/j/{cast.code(FIRST)}")
    assert poster.select_one(f"a[href$='/j/{cast.code(SECOND)}']")


def divide(cast: Cast) -> tuple[str, str]:
    """Give both villages divisions of their own."""
    codes = "330199001201", "330199001202"
    for code, name, place in zip(codes, ("第一村", "第二村"), (FIRST, SECOND), strict=True):
        row = Division(
            code=code, level=DivisionLevel.VILLAGE, name=name, valid_from=date(2020, 1, 1)
        )
        db.session.add(row)
        db.session.flush()
        cast.organization(place).division_code = code
    db.session.commit()
    return codes


@pytest.mark.covers("ORG-17")
def test_a_list_tells_every_problem_and_does_the_rest(settled: Cast, client_of: Clients) -> None:
    one, two, school = (settled.code(name) for name in (FIRST, SECOND, "东小学"))
    away, west = settled.code("西一村"), settled.code("西县")
    extra = mergers.villages(COUNTY, 2)
    table = [
        ("合并的组织", "并入的组织"),
        (one, one),
        (two, settled.code("东镇")),
        (two, school),
        (extra[0], away),
        (away, extra[0]),
        (extra[1], extra[0]),
        ("zzzzzz", extra[0]),
        (school, west),
    ]
    sent = {
        "text": "\n".join("\t".join(row) for row in table),
        "document": mergers.DOCUMENT,
        "closed_on": clock.today().isoformat(),
    }
    home = f"/o/{settled.code(COUNTY)}/mergers"
    cora = client_of("cora")
    answer = cora.post(f"{home}/new", sent)
    code = answer.location.rpartition("/")[2]
    found = rows_of(code)
    assert [status for status, _ in found].count(REFUSED) == len(table) - 1
    said = cora.page(f"{answer.location}?only=left").text
    for words in ("不能并入自己", "只能合并一次", "自己也要合并", "没有这个组织"):
        assert words in said
    assert cora.post(f"{answer.location}/start").status_code == 422
    for stranger in ("dan", "ben", "gil"):
        assert client_of(stranger).get(answer.location).status_code in {403, 404}
    again = cora.post(f"{home}/new", {**sent, "text": f"{extra[1]},{extra[0]},东红9号"})
    code = again.location.rpartition("/")[2]
    cora.post(f"{again.location}/start")
    assert rows_of(code) == [(DONE, "")]
    twice = cora.post(f"{home}/new", {**sent, "text": f"{extra[1]},{extra[0]}"})
    assert "不用再办" in cora.page(twice.location).text
    assert cora.post(f"{twice.location}/discard").status_code == 303
    assert cora.post(f"{home}/new", {**sent, "text": ""}).status_code == 422
    assert differences() == []


@pytest.mark.covers("ORG-06", "ORG-17")
def test_a_city_does_not_merge_villages_and_a_county_no_counties(settled: Cast) -> None:
    villages = [(settled.code(FIRST), settled.code(SECOND))]
    ((status, problem),) = rows_of(prepare(scope_of("eve", CITY), villages))
    assert (status, problem) == (REFUSED, "基层组织由它的县（市、区）红十字会合并")
    counties = [(settled.code("西县"), settled.code(COUNTY))]
    ((status, problem),) = rows_of(prepare(scope_of("gil", PROVINCE), counties))
    assert problem == "只有两个县（市、区）的上级红十字会可以合并它们"
    ((status, problem),) = rows_of(prepare(scope_of("cora", COUNTY), counties))
    assert (status, problem) == (REFUSED, "没有这个组织：%(code)s")


@pytest.mark.covers("ORG-17", "MEM-41")
def test_two_counties_become_one_and_two_again(settled: Cast) -> None:
    west, places = "西县", (CITY, PROVINCE, COUNTY, "西县", "西一村", "西小学")
    scope, before = scope_of("eve", CITY), standing(*places)
    counted = people(COUNTY, west)
    code = prepare(scope, [(settled.code(west), settled.code(COUNTY))])
    job = merge(scope, code)
    assert rows_of(code) == [(DONE, "")] * 3
    assert (job.done, job.left_out) == (3, 0)
    assert people(COUNTY) == counted
    village = settled.organization("西一村")
    assert village.county_id == settled.organization(COUNTY).id
    assert settled.organization(west).status is OrganizationStatus.MERGED
    wes = settled.user("wes").person_id
    kept = db.session.scalars(select(Membership).where(Membership.person_id == wes)).one()
    assert (kept.organization_id, kept.county_id) == (village.id, village.county_id)
    assert the(code).totals["before"]["county"] == the(code).totals["after"]["county"]
    assert differences() == []
    undo(scope, code)
    assert standing(*places) == before
    assert settled.organization("西一村").county_id == settled.organization(west).id
    assert differences() == []


@pytest.mark.covers("AZ-11", "ORG-17")
def test_a_list_takes_nothing_back_that_another_county_got_meanwhile(settled: Cast) -> None:
    county = settled.organization(COUNTY)
    other = make_organization(OrganizationKind.TOWNSHIP, "东新镇", county)
    scope, abroad = scope_of("cora", COUNTY), settled.organization("西县")
    code = prepare(scope, [(settled.code("东镇"), other.code)])
    village = settled.organization(FIRST)
    move(village, abroad, by=SYSTEM, now=clock.now(), reason="区划调整")
    merge(scope, code)
    assert [state for state, _ in rows_of(code)] == [REFUSED, DONE]
    assert settled.organization(FIRST).parent_id == settled.organization("西县").id
    town = settled.organization("东镇")
    town.path = f"{settled.organization('西县').path}{town.id}/"
    undo(scope, code)
    assert settled.organization("东镇").status is OrganizationStatus.MERGED
    assert rows_of(code)[1][0] is MergerRowStatus.STUCK
