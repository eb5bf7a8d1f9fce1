"""What is a county's own when it merges, the command, and lists taken back too late."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from members.models import GroupMembership
from members.rules.groups import GroupStatus
from organizations import operations
from organizations.models import Division, Organization
from organizations.models.merging import Merger
from organizations.operations.merging import advance, begin
from organizations.rules import DivisionLevel, MergerRowStatus, MergerStatus, OrganizationStatus
from schools.models import School
from supervision.recount import differences
from tests import endings
from tests import factories as make
from tests.cast import Cast
from tests.organizations import mergers
from tests.organizations.mergers import merge, prepare, rows_of, scope_of, standing, undo
from tests.races import books
from tests.school_factories import make_school
from tests.units import make_group

COUNTY, WEST, CITY = "东县", "西县", "东市"
DONE, REFUSED, STUCK = MergerRowStatus.DONE, MergerRowStatus.REFUSED, MergerRowStatus.STUCK


@pytest.mark.covers("ORG-17", "SCH-10", "MEM-11")
def test_schools_and_units_of_a_county_go_along(cast: Cast) -> None:
    west = cast.organization(WEST)
    branch, bare = make_school(cast.organization("西小学")), make_school(west)
    bare.organization_id = None
    unit = make_group(west, GroupStatus.ACTIVE)
    books.settle()
    db.session.commit()
    before, scope = standing(COUNTY, WEST, CITY), scope_of("eve", CITY)
    schools = select(School.county_id).where(School.id.in_([branch.id, bare.id]))
    holder = select(GroupMembership.organization_id).where(GroupMembership.id == unit.id)
    code = prepare(scope, [(cast.code(WEST), cast.code(COUNTY))])
    merge(scope, code)
    east = cast.organization(COUNTY).id
    assert [status for status, _ in rows_of(code)] == [DONE] * 3
    assert set(db.session.scalars(schools)) == {east}
    assert db.session.scalar(holder) == east
    assert differences() == []
    undo(scope, code)
    assert set(db.session.scalars(schools)) == {cast.organization(WEST).id}
    assert db.session.scalar(holder) == cast.organization(WEST).id
    assert standing(COUNTY, WEST, CITY) == before
    assert differences() == []


@pytest.mark.covers("ORG-17", "DAT-07", "S31")
def test_divisions_below_a_county_go_on_under_the_one_that_takes_it_in(cast: Cast) -> None:
    codes = {COUNTY: "990101000000", WEST: "990102000000", "东镇": "990101001000"}
    above = {"东镇": codes[COUNTY]}
    for name, code in codes.items():
        level = DivisionLevel.TOWNSHIP if name in above else DivisionLevel.COUNTY
        row = Division(code=code, parent_code=above.get(name), level=level, name=name)
        row.valid_from = clock.today() - timedelta(days=900)
        db.session.add(row)
        db.session.flush()
        cast.organization(name).division_code = code
    books.settle()
    db.session.commit()
    below = Division.code == codes["东镇"]
    parent, scope = select(Division.parent_code).where(below), scope_of("eve", CITY)
    code = prepare(scope, [(cast.code(COUNTY), cast.code(WEST))], divisions=True)
    merge(scope, code)
    assert {status for status, _ in rows_of(code)} == {DONE}
    assert db.session.scalar(parent) == codes[WEST]
    undo(scope, code)
    assert db.session.scalar(parent) == codes[COUNTY]
    assert db.session.get_one(Division, codes[COUNTY]).valid_to is None
    assert differences() == []


@pytest.mark.covers("ORG-17", "MEM-41")
def test_a_county_where_members_wait_does_not_merge(cast: Cast) -> None:
    endings.make_pending(cast.organization(WEST))
    db.session.commit()
    code = prepare(scope_of("eve", CITY), [(cast.code(WEST), cast.code(COUNTY))])
    ((status, problem),) = rows_of(code)
    assert (status, "等待安排" in problem) == (REFUSED, True)


@pytest.mark.covers("ORG-17")
def test_both_counties_with_a_place_of_one_name(cast: Cast) -> None:
    mergers.villages(WEST, 1, prefix="同名")
    mergers.villages(COUNTY, 1, prefix="同名")
    code = prepare(scope_of("eve", CITY), [(cast.code(WEST), cast.code(COUNTY))])
    assert rows_of(code) == [(REFUSED, "两边都有『%(name)s』，请先把它们合并")]


@pytest.mark.covers("ORG-17")
def test_what_followed_is_left_and_told_and_late_is_too_late(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = mergers.villages(COUNTY, 3, people_each=0)
    scope = scope_of("cora", COUNTY)
    code = prepare(scope, [(first, third), (second, third)])
    merge(scope, code)
    again = prepare(scope, [(third, cast.code("东二村"))])
    merge(scope, again)
    job = undo(scope, code)
    assert (job.done, job.left_out) == (0, 2)
    assert {status for status, _ in rows_of(code)} == {STUCK}
    undo(scope, again)
    assert {status for status, _ in rows_of(again)} == {MergerRowStatus.UNDONE}
    late = clock.now() + timedelta(days=31)
    with pytest.raises(RuleViolation, match="天数"):
        operations.start_undo(code, scope, now=late)
    db.session.rollback()
    assert mergers.the(code).status is MergerStatus.UNDONE
    del monkeypatch
    assert differences() == []


@pytest.mark.covers("ORG-17")
def test_a_new_organization_with_people_of_its_own_stays(cast: Cast) -> None:
    (first,) = mergers.villages(COUNTY, 1)
    scope = scope_of("cora", COUNTY)
    code = prepare(scope, [(first, "新来村")])
    merge(scope, code)
    make.make_membership(make.make_person(), cast.organization("新来村"))
    books.settle()
    db.session.commit()
    undo(scope, code)
    ((status, problem),) = rows_of(code)
    assert (status, "没有撤销" in problem) == (MergerRowStatus.UNDONE, True)
    assert cast.organization("新来村").status is OrganizationStatus.ACTIVE
    assert differences() == []


@pytest.mark.covers("ORG-17", "FLT-01")
def test_the_command_merges_a_list_and_goes_on_where_it_was_killed(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    codes = mergers.villages(COUNTY, 4)
    pairs = [(codes[0], codes[2]), (codes[1], codes[3])]
    file = tmp_path / "list.csv"
    file.write_text("\n".join(["合并的组织,并入", *(",".join(pair) for pair in pairs)]), "utf-8")
    arguments = ["organizations", "merge", str(file), "--at", cast.code(COUNTY)]
    arguments += ["--document", mergers.DOCUMENT, "--on", clock.today().isoformat()]
    runner = app.test_cli_runner()
    looked = runner.invoke(args=[*arguments, "--dry-run"])
    assert (looked.exit_code, mergers_count()) == (0, 0), looked.output
    begun = mergers.the(prepare(scope_of("cora", COUNTY), pairs))
    begin(begun, by=SYSTEM, now=clock.now())
    advance(begun, by=SYSTEM, now=clock.now())
    db.session.commit()
    done = runner.invoke(args=arguments)
    assert done.exit_code == 0, done.output
    assert "1 lists finished" in done.output
    ended = select(Organization.code).where(Organization.status == OrganizationStatus.MERGED)
    assert set(db.session.scalars(ended)) == set(codes[:2])
    assert differences() == []


def mergers_count() -> int:
    """Return how many lists there are."""
    db.session.expire_all()
    return len(db.session.scalars(select(Merger.id)).all())


@pytest.mark.covers("AZ-10", "AZ-11")
def test_a_job_stops_where_the_post_ended(cast: Cast) -> None:
    first, second = mergers.villages(COUNTY, 2)
    scope = scope_of("cora", COUNTY)
    code = prepare(scope, [(first, second)])
    post = next(one for one in cast.user("cora").posts if one.role is Role.OFFICER)
    post.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    merge(scope, code)
    assert rows_of(code) == [(MergerRowStatus.READY, "")]
    assert mergers.the(code).status is MergerStatus.RUNNING
