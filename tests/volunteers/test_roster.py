"""Volunteers by name: found in many ways, minors at their own organization only (S27, D10)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from core import clock
from core.database import db
from people.models import Person
from tests import factories as make
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.volunteers.desk import BRANCH, COUNTY, an_entry, confirm, log
from volunteers.models import Volunteer
from volunteers.rules import VolunteerStatus

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def listing(cast: Cast, place: str = BRANCH) -> str:
    return f"/o/{cast.code(place)}/volunteers"


def names(client: Client, path: str) -> list[str]:
    return [link.text for link in client.page(path).select("#rows .row-head a")]


def volunteer(cast: Cast, name: str, place: str = BRANCH, years: int = 30) -> Person:
    born = date(clock.today().year - years, 1, 1)
    person = make.make_person(name, born_on=born)
    make.make_volunteer(person, cast.organization(place))
    db.session.commit()
    return person


@pytest.mark.covers("S27", "IN-03")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王桂香", True),
        ("桂香", True),
        ("wangguixiang", True),
        ("wgx", True),
        ("WGX", True),
        ("李", False),
        ("%", False),
        ("_", False),
        ("' OR 1=1--", False),
    ],
)
def test_a_volunteer_is_found_by_name_pinyin_and_initials(
    cast: Cast, client_of: ClientOf, text: str, found: bool
) -> None:
    volunteer(cast, "王桂香")
    ben = client_of("ben")
    page = ben.get(listing(cast), query_string={"q": text})
    assert page.status_code == 200
    assert ("王桂香</a>" in page.text) is found


def test_a_volunteer_is_found_by_phone_tail_and_number(cast: Cast, client_of: ClientOf) -> None:
    ben = client_of("ben")
    tail = phone_of("ada")[-4:]
    assert names(ben, f"{listing(cast)}?q={tail}") == ["人ada"]
    found = db.session.query(Volunteer).filter_by(person_id=cast.person("ada").id).one()
    found.number = "999999920260000019"
    db.session.commit()
    from volunteers.rules import check_character  # noqa: PLC0415 - only here

    found.number = found.number[:-1] + check_character(found.number[:-1])
    db.session.commit()
    assert names(ben, f"{listing(cast)}?q={found.number}") == ["人ada"]


@pytest.mark.covers("PRV-07")
def test_a_whole_phone_number_is_not_kept_in_an_address(cast: Cast, client_of: ClientOf) -> None:
    ben = client_of("ben")
    answer = ben.get(f"{listing(cast)}?q={phone_of('ada')}")
    assert answer.status_code == 303
    assert phone_of("ada") not in answer.headers["Location"]
    assert "输手机后四位就可以" in ben.page(answer.headers["Location"]).text


@pytest.mark.covers("AZ-03", "PRV-09")
def test_minors_are_shown_to_their_own_organization_only(cast: Cast, client_of: ClientOf) -> None:
    child = volunteer(cast, "许小满", years=15)
    code = db.session.query(Volunteer).filter_by(person_id=child.id).one().code
    for name, place, seen in (
        ("ben", BRANCH, True),
        ("cora", COUNTY, False),
        ("cora", BRANCH, False),
        ("tom", "东镇", False),
    ):
        client, path = client_of(name), listing(cast, place)
        assert ("许小满" in names(client, path)) is seen
        assert (client.get(f"{path}/{code}").status_code == 200) is seen
        assert "人ada" in names(client, path)
    assert "许小满" not in names(client_of("cora"), f"{listing(cast, COUNTY)}?q=xxm")


@pytest.mark.covers("AZ-03")
@pytest.mark.parametrize(
    ("name", "place", "status"),
    [
        ("ada", BRANCH, 404),
        ("tess", BRANCH, 403),
        ("will", BRANCH, 404),
        ("dan", COUNTY, 404),
        ("eve", "东市", 403),
        ("gil", "测试省", 403),
    ],
)
def test_who_may_not_see_names_sees_no_list(
    cast: Cast, client_of: ClientOf, name: str, place: str, status: int
) -> None:
    assert client_of(name).get(listing(cast, place)).status_code == status


@pytest.mark.covers("S28", "LED-01")
def test_one_volunteer_s_page_shows_totals_and_records_one_may_read(
    cast: Cast, client_of: ClientOf
) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    log(cast, "ada", an_entry(back=2, title="巡河", minutes=90))
    found = record.volunteer.code
    ben = client_of("ben")
    page = ben.page(f"{listing(cast)}/{found}")
    assert "199****" in page.text
    titles = [link.text for link in page.select("#rows .row-head a")]
    assert titles == ["急救演练", "巡河"]
    assert "2 小时" in page.select_one("#totals").text  # type: ignore[union-attr]
    county = client_of("cora").page(f"{listing(cast, COUNTY)}/{found}")
    assert len(county.select("#rows tr[data-row]")) == 2
    township = client_of("tom").page(f"{listing(cast, '东镇')}/{found}")
    assert township.select("#rows tr[data-row]") == []
    lower = client_of("tom").page(f"{listing(cast)}/{found}")
    assert lower.select("#rows tr[data-row]") == []
    assert ben.get(f"{listing(cast)}/none2345").status_code == 404


def test_who_left_is_not_listed(cast: Cast, client_of: ClientOf) -> None:
    ben = client_of("ben")
    assert "人gus" in names(ben, listing(cast))
    left = db.session.query(Volunteer).filter_by(person_id=cast.person("gus").id).one()
    left.status = VolunteerStatus.WITHDRAWN
    db.session.commit()
    assert "人gus" not in names(ben, listing(cast))
    assert ben.get(f"{listing(cast)}/{left.code}").status_code == 200


@pytest.mark.covers("PF-04")
def test_pages_follow_and_cost_the_same_for_ten_and_a_hundred(
    cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    ben, counts = client_of("ben"), []
    names(ben, listing(cast))
    for size in (10, 90):
        for number in range(size):
            make.make_volunteer(
                make.make_person(f"许{'甲乙丙丁戊己庚辛壬癸'[number % 10]}"),
                cast.organization(BRANCH),
            )
        db.session.commit()
        with count_statements() as seen:
            names(ben, listing(cast))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
    found, path = list[str](), listing(cast)
    while path:
        page = ben.page(path)
        found += [str(row["id"]) for row in page.select("#rows tr[data-row]")]
        more = page.select_one("#rows-more a")
        path = str(more["href"]) if more else ""
    assert len(found) == len(set(found)) == 104
    assert "换个写法" in ben.page(f"{listing(cast)}?q=不在").text
    assert "还没有志愿者" in client_of("bea").page(listing(cast, "东二村")).text
