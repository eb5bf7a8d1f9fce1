"""The tree in the database: divisions, founding, moving, scope, search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.access.permissions import Permission, Reach, Role
from core.access.scope import HeldPost, Principal, Scope
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from members.models import Membership
from organizations import figures, listing, operations, queries
from organizations.models import Division, Figure, Organization, OrganizationMove
from organizations.operations import NewOrganization
from organizations.rules import DivisionRow, Measure, OrganizationKind, OrganizationStatus
from tests.cast import Cast
from tests.client import Client


def rows(*lines: tuple[str, str | None, str, str]) -> list[DivisionRow]:
    return [
        DivisionRow(code.ljust(12, "0"), parent and parent.ljust(12, "0"), level, "", name)  # type: ignore[arg-type]
        for code, parent, level, name in lines
    ]


FIRST = rows(
    ("98", None, "province", "试省"),
    ("9801", "98", "city", "试市"),
    ("980101", "9801", "county", "试县"),
    ("980101001", "980101", "township", "试镇"),
    ("980101001200", "980101001", "village", "试村"),
)


@pytest.mark.covers("DAT-07")
def test_divisions_come_in_once_and_end_but_are_never_deleted(cast: Cast) -> None:
    first = operations.import_divisions(FIRST, date(2023, 6, 30), by=SYSTEM)
    again = operations.import_divisions(FIRST, date(2023, 6, 30), by=SYSTEM)
    assert (first.added, again) == (5, type(again)(0, 0, 0))
    later = [*FIRST[:4], DivisionRow("980101001201", "980101001000", "village", "", "新村")]  # type: ignore[arg-type]
    changed = operations.import_divisions(later, date(2025, 1, 1), by=SYSTEM)
    assert (changed.added, changed.ended) == (1, 1)
    ended = db.session.get_one(Division, "980101001200")
    assert (ended.valid_from, ended.valid_to) == (date(2023, 6, 30), date(2024, 12, 31))


@pytest.mark.covers("DAT-07")
def test_a_division_goes_where_a_new_edition_puts_it(cast: Cast) -> None:
    operations.import_divisions(FIRST, date(2023, 6, 30), by=SYSTEM)
    village = rows(("980101001200", "980101", "village", "试村"))
    found = operations.import_divisions([*FIRST[:4], *village], date(2025, 1, 1), by=SYSTEM)
    assert (found.added, found.renamed, found.ended) == (0, 1, 0)
    assert db.session.get_one(Division, "980101001200").parent_code == "980101000000"


def test_every_division_down_to_the_county_gets_its_branch_once(cast: Cast) -> None:
    operations.import_divisions(FIRST, date(2023, 6, 30), by=SYSTEM)
    assert operations.found_branches(by=SYSTEM) == 3
    assert operations.found_branches(by=SYSTEM) == 0
    county = queries.branch_of_division("980101000000")
    assert county is not None
    city = queries.branch_of_division("980100000000")
    assert city is not None
    assert county.name == "试县红十字会"
    assert county.path == f"{city.path}{county.id}/"
    assert (county.county_id, county.city_id, city.city_id) == (county.id, city.id, city.id)


def new(name: str, kind: OrganizationKind = OrganizationKind.VILLAGE) -> NewOrganization:
    return NewOrganization(kind, name)


def stock(organization: Organization, measure: Measure = Measure.ORGANIZATIONS) -> int:
    figures.write(db.session())
    values = figures.values([organization.id], [measure])
    return values.get((organization.id, measure.value, 0), 0)


@pytest.mark.covers("ORG-05")
def test_a_village_directly_under_a_county_counts_everywhere(cast: Cast) -> None:
    county, city, province = (cast.organization(name) for name in ("东县", "东市", "测试省"))
    before = [stock(one) for one in (county, city, province)]
    village = operations.found(new("直属社区红十字会"), county, by=SYSTEM)
    assert village.county_id == county.id
    assert village.city_id == city.id
    assert village.short_name == "直属社区"
    assert [stock(one) for one in (county, city, province)] == [value + 1 for value in before]
    assert stock(village) == 1


@pytest.mark.parametrize(
    ("parent", "name", "kind"),
    [
        ("东县", "东二村", OrganizationKind.VILLAGE),
        ("东一村", "村里村", OrganizationKind.VILLAGE),
        ("东市", "市直属镇", OrganizationKind.TOWNSHIP),
    ],
    ids=["name taken", "under a unit", "township under a city"],
)
def test_founding_is_refused(cast: Cast, parent: str, name: str, kind: OrganizationKind) -> None:
    with pytest.raises(RuleViolation):
        operations.found(new(name, kind), cast.organization(parent), by=SYSTEM)


def test_nothing_is_founded_under_what_is_dissolved(cast: Cast) -> None:
    parent = cast.organization("东县")
    parent.status = OrganizationStatus.DISSOLVED
    with pytest.raises(RuleViolation, match="停止"):
        operations.found(new("新村"), parent, by=SYSTEM)


def test_a_moved_subtree_takes_its_numbers_and_keeps_its_history(cast: Cast) -> None:
    town, old, target = (cast.organization(name) for name in ("东镇", "东县", "北县"))
    village = cast.organization("东一村")
    figures.add(village.path, Measure.ADULT_MEMBERS, +7)
    figures.add_dated(village.path, Measure.NEW_MEMBERS, +3, date(2025, 4, 1))
    before = {one.name: stock(one, Measure.ADULT_MEMBERS) for one in (old, target, village)}
    told: list[operations.MovedSubtree] = []
    operations.SUBTREE_MOVED.append(told.append)
    old_path = village.path
    try:
        operations.move(town, target, by=SYSTEM, now=clock.now(), reason="区划调整")
    finally:
        operations.SUBTREE_MOVED.remove(told.append)
    assert village.path == f"{target.path}{town.id}/{village.id}/"
    assert (village.county_id, village.city_id) == (target.id, target.city_id)
    assert stock(old, Measure.ADULT_MEMBERS) == before["东县"] - 7
    assert stock(target, Measure.ADULT_MEMBERS) == before["北县"] + 7
    assert stock(village, Measure.ADULT_MEMBERS) == before["东一村"]
    april = figures.values([old.id, target.id], [Measure.NEW_MEMBERS], [202504])
    assert april.get((old.id, "new_members", 202504), 0) == 0
    assert april[target.id, "new_members", 202504] == 3
    row = db.session.scalars(select(OrganizationMove)).one()
    assert (row.from_path + f"{village.id}/", row.from_parent_id) == (old_path, old.id)
    assert set(told[0].organization_ids) == {town.id, village.id}
    assert dict(told[0].columns) == {"county_id": target.id, "city_id": target.city_id}


def test_a_county_that_moves_stays_its_own_county(cast: Cast) -> None:
    county, city = cast.organization("东县"), cast.organization("北市")
    operations.move(county, city, by=SYSTEM, now=clock.now(), reason="区划调整")
    village = cast.organization("东一村")
    assert (village.county_id, village.city_id) == (county.id, city.id)
    assert (county.county_id, county.city_id) == (county.id, city.id)


@pytest.mark.parametrize(
    ("moved", "target", "reason"),
    [
        ("东镇", "东一村", "误"),
        ("东镇", "东县", "已在"),
        ("东镇", "北市", "层级"),
        ("东镇", "北县", " "),
        ("东一村", "东县", "同名"),
    ],
)
def test_a_move_is_refused(cast: Cast, moved: str, target: str, reason: str) -> None:
    if reason == "同名":
        operations.found(new("东一村"), cast.organization("东县"), by=SYSTEM)
        organization = db.session.scalars(
            select(Organization).where(
                Organization.name == moved, Organization.parent_id == cast.organization("东镇").id
            )
        ).one()
    else:
        organization = cast.organization(moved)
    with pytest.raises(RuleViolation):
        operations.move(
            organization, cast.organization(target), by=SYSTEM, now=clock.now(), reason=reason
        )
    assert db.session.scalar(select(func.count(OrganizationMove.id))) == 0


def scope_at(organization: Organization, reach: Reach) -> Scope:
    place = organization.place
    post = HeldPost(1, Role.OFFICER, place)
    return Scope(place, post, Principal(1, 1, (post,)), Permission.MEMBERS_VIEW, reach)


@pytest.mark.covers("AZ-06")
@pytest.mark.parametrize(
    ("name", "reach", "seen"),
    [
        ("测试省", Reach.BELOW, {"东一村", "东小学", "西一村", "北一村"}),
        ("东市", Reach.BELOW, {"东一村", "东小学", "西一村"}),
        ("东县", Reach.BELOW, {"东一村", "东小学"}),
        ("东县", Reach.HERE, set()),
        ("东镇", Reach.BELOW, {"东一村"}),
        ("东一村", Reach.BELOW, {"东一村"}),
        ("北一村", Reach.HERE, {"北一村"}),
    ],
)
def test_a_scope_holds_the_rows_of_its_part_of_the_tree(
    cast: Cast, name: str, reach: Reach, seen: set[str]
) -> None:
    scope = scope_at(cast.organization(name), reach)
    found = db.session.scalars(
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(queries.within(scope, Membership))
    )
    assert set(found) == seen


@pytest.mark.covers("AZ-06")
@pytest.mark.parametrize("change", ["upper", "zero", "slash", "full", "space"])
def test_another_spelling_of_a_code_is_another_organization(
    client_of: Callable[[str], Client], cast: Cast, change: str
) -> None:
    code = cast.code("东县")
    alias = {
        "upper": code.upper(),
        "zero": f"0{code}",
        "slash": f"{code}/",
        "full": "".join(chr(ord(sign) + 0xFEE0) for sign in code),
        "space": f"{code}%20",
    }[change]
    if alias == code:
        alias = f"{code}.0"
    answer = client_of("cora").get(f"/o/{alias}/organizations")
    if change == "slash":
        assert answer.headers["Location"].endswith(f"/o/{code}/organizations")
        return
    assert answer.status_code == 404


def test_the_place_of_a_page_of_rows_takes_one_statement(
    cast: Cast, count_statements: Callable[[], object]
) -> None:
    rows_of_page = [cast.organization(name) for name in ("东一村", "东二村", "北一村", "东县")]
    with count_statements() as seen:  # type: ignore[attr-defined]
        texts = queries.place_texts(rows_of_page)
    assert len(seen) == 1
    assert list(texts.values()) == [
        "东一村 · 东镇 · 东县 · 东市",
        "东二村 · 东县 · 东市",
        "北一村 · 北县 · 北市",
        "东县 · 东市",
    ]


def test_pages_of_children_hold_every_child_once_in_order(cast: Cast) -> None:
    county = cast.organization("西县")
    for number in range(45):
        operations.found(new(f"第{number}村"), county, by=SYSTEM)
    names, after = [], ""
    for _ in range(4):
        page = listing.children(county.place, after)
        names += [row.name for row in page.rows]
        if page.next_after is None:
            break
        after = page.next_after
    assert page.next_after is None
    assert len(names) == len(set(names)) == 47


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("直属", "测试省", ["直属社区"]),
        ("zhishu", "测试省", ["直属社区"]),
        ("zssq", "测试省", ["直属社区"]),
        ("直属社区红十字会", "东市", ["直属社区"]),
        ("直属", "北市", []),
        ("%", "测试省", []),
        ("_", "测试省", []),
    ],
)
def test_search_finds_by_name_pinyin_and_initials_inside_the_place_only(
    cast: Cast, text: str, place: str, found: list[str]
) -> None:
    operations.found(new("直属社区红十字会"), cast.organization("东县"), by=SYSTEM)
    page = listing.search(cast.organization(place).place, text)
    assert [row.short_name for row in page.rows] == found


def test_somebody_who_wants_to_join_finds_branches_but_no_offices(cast: Cast) -> None:
    names = {row.name for row in listing.find_public("东")}
    assert "东一村" in names
    assert not names & {"东县", "东市"}
    assert listing.find_public("红十字会") == []


def test_commands_found_and_move(app: Flask, cast: Cast) -> None:
    runner = app.test_cli_runner()
    args = ["organizations", "found", "village", cast.code("东县"), "试村红十字会"]
    result = runner.invoke(args=args)
    assert result.exit_code == 0, result.output
    code = result.output.split()[0]
    refused = runner.invoke(args=args)
    assert refused.exit_code == 1
    moved = runner.invoke(
        args=["organizations", "move", code, cast.code("西县"), "--reason", "调整"]
    )
    assert moved.exit_code == 0, moved.output
    assert db.session.scalars(select(OrganizationMove)).one().reason == "调整"
    assert db.session.scalar(select(func.count()).select_from(Figure)) is not None
