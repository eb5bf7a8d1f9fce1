"""Members by name: who sees whom, search, one member, and youth at their own school only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from core.database import db
from members.queries import membership_of
from members.rules import MembershipKind, MembershipStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.reading import at, words

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def roster(cast: Cast, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/members"


def names(client: Client, path: str) -> list[str]:
    return [cell.text for cell in client.page(path).select("#rows .row-head a")]


@pytest.mark.covers("S27")
def test_a_list_of_several_organizations_names_them_and_what_stands_between(
    client_of: Clients, cast: Cast
) -> None:
    below = make.make_person("在镇下")
    direct = make.make_person("在县下")
    make.make_membership(below, cast.organization("东一村"))
    make.make_membership(direct, cast.organization("东二村"))
    db.session.commit()
    heads = client_of("cora").page(roster(cast, "东县")).select("#rows .row-head")
    told = {
        head.a.text: note.text
        for head in heads
        if head.a and (note := head.select_one(".note")) is not None
    }
    assert told["在镇下"] == "东一村 · 东镇"
    assert told["在县下"] == "东二村"
    own = client_of("ben").page(roster(cast)).select("#rows .row-head .note")
    assert own == []


@pytest.mark.covers("AZ-01", "AZ-03")
@pytest.mark.parametrize(
    ("name", "place", "status"),
    [
        ("ben", "东一村", 200),
        ("tom", "东镇", 200),
        ("tom", "东一村", 200),
        ("cora", "东县", 200),
        ("cora", "东一村", 200),
        ("finn", "东小学", 200),
        ("dan", "东一村", 404),
        ("bea", "东一村", 404),
        ("tess", "东一村", 403),
        ("eve", "东县", 403),
        ("gil", "东县", 403),
        ("sam", "东县", 403),
        ("rex", "东一村", 404),
    ],
)
def test_who_sees_members_by_name(
    client_of: Clients, cast: Cast, name: str, place: str, status: int
) -> None:
    answer = client_of(name).get(roster(cast, place))
    assert answer.status_code == status
    if status != 200:
        assert "人mia" not in answer.text


@pytest.mark.covers("PRV-12", "AZ-03")
@pytest.mark.parametrize(
    ("name", "place"),
    [("cora", "东县"), ("cora", "东小学"), ("ben", "东一村"), ("tom", "东镇")],
)
def test_youth_members_are_numbers_for_everybody_above(
    client_of: Clients, cast: Cast, name: str, place: str
) -> None:
    client = client_of(name)
    code = member_code(cast, "hana")
    for path in ("", "?kind=youth", "?q=人hana", "?kind=youth&q=hana"):
        assert "人hana" not in names(client, roster(cast, place) + path)
    for where in {place, "东小学"}:
        answer = client.get(f"{roster(cast, where)}/{code}")
        assert answer.status_code in {403, 404}
        assert "人hana" not in answer.text


def test_the_school_sees_its_own_youth(client_of: Clients, cast: Cast) -> None:
    finn = client_of("finn")
    path = f"{roster(cast, '东小学')}?kind=youth"
    assert set(names(finn, path)) == {"人hana", "人iko"}
    page = finn.page(f"{roster(cast, '东小学')}/{member_code(cast, 'hana')}")
    assert words(page, "h1") == "人hana"


def member_code(cast: Cast, name: str) -> str:
    found = membership_of(cast.person(name).id)
    assert found is not None
    return found.code


@pytest.mark.covers("AZ-05")
def test_a_member_elsewhere_is_like_one_that_never_was(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    foreign = ben.get(f"{roster(cast)}/{member_code(cast, 'wes')}")
    unknown = ben.get(f"{roster(cast)}/zzzzzzzz")
    assert foreign.status_code == unknown.status_code == 404
    assert strip(foreign.text) == strip(unknown.text)


def strip(text: str) -> list[str]:
    """Return the lines of a page without those that differ each time."""
    changing = ("csrf", "idempotency", 'name="next"')
    return [line for line in text.splitlines() if not any(word in line for word in changing)]


@pytest.mark.covers("PRV-03", "PRV-04")
def test_lists_and_pages_show_masked_numbers_only(client_of: Clients, cast: Cast) -> None:
    mia = cast.person("mia")
    ben = client_of("ben")
    listed = ben.get(roster(cast)).text
    page = ben.get(f"{roster(cast)}/{member_code(cast, 'mia')}").text
    for text in (listed, page):
        assert mia.plain_phone not in text
        assert mia.plain_id_number not in text
        assert mia.plain_id_number[-4:] not in text.replace(mia.masked_phone, "")
    assert mia.masked_phone in page
    assert mia.masked_id_number in page
    assert mia.masked_id_number not in listed


@pytest.mark.parametrize(
    "text",
    ["王桂香", "桂香", "桂", "wangguixiang", "WGX", "guixiang", "王 桂 香", "0042", "number"],
)
def test_a_member_is_found_by_many_ways(client_of: Clients, cast: Cast, text: str) -> None:
    person = make.make_person("王桂香", phone="19911110042")
    membership = make.make_membership(person, cast.organization("东一村"))
    make.make_membership(make.make_person("李建国"), cast.organization("东一村"))
    db.session.commit()
    wanted = membership.number if text == "number" else text
    for name, place in (("ben", "东一村"), ("cora", "东县")):
        assert names(client_of(name), f"{roster(cast, place)}?q={wanted}") == ["王桂香"]


@pytest.mark.covers("IN-05")
@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "\\", "%25"])
def test_signs_of_the_database_are_letters_like_others(
    client_of: Clients, cast: Cast, text: str
) -> None:
    answer = client_of("ben").get(roster(cast), query_string={"q": text})
    assert answer.status_code == 200
    assert "人mia" not in answer.text


@pytest.mark.covers("PRV-07")
def test_a_whole_phone_or_id_number_does_not_stay_in_the_address(
    client_of: Clients, cast: Cast
) -> None:
    mia = cast.person("mia")
    for text in (mia.plain_phone, mia.plain_id_number):
        answer = client_of("ben").get(roster(cast), query_string={"q": text})
        assert answer.status_code == 303
        assert text not in answer.location
        assert text not in client_of("ben").get(answer.location).text


def test_states_are_links_that_keep_the_search(client_of: Clients, cast: Cast) -> None:
    organization = cast.organization("东一村")
    for status in (MembershipStatus.APPROVED, MembershipStatus.FILING_RETURNED):
        person = make.make_person(f"试{status.value[:1]}")
        make.make_membership(person, organization, status=status)
    db.session.commit()
    ben = client_of("ben")
    assert names(ben, f"{roster(cast)}?status=approved") == ["试a"]
    assert names(ben, f"{roster(cast)}?status=filing_returned") == ["试f"]
    page = ben.page(f"{roster(cast)}?q=试&status=approved")
    links = [link["href"] for link in page.select(".filters a")]
    assert any("status=filing_returned" in link and "q=" in link for link in links)
    assert ben.get(f"{roster(cast)}?status=nonsense").status_code == 404


@pytest.mark.covers("UX-P7")
@pytest.mark.parametrize("query", ["", "?q=试", "?status=active"])
def test_the_list_asks_as_often_for_many_as_for_few_and_goes_on(
    client_of: Clients, cast: Cast, count_statements: Counting, query: str
) -> None:
    cora = client_of("cora")
    path = roster(cast, "东县") + query
    counts = []
    for more in (10, 90):
        for _ in range(more):
            make.make_membership(make.make_person(), cast.organization("东二村"))
        db.session.commit()
        cora.get(path)
        with count_statements() as seen:
            page = cora.page(path)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 8
    links = [cell["href"] for cell in page.select("#rows .row-head a")]
    while page.select_one("#rows-more a"):
        page = cora.page(at(page, "#rows-more a", "href"))
        links += [cell["href"] for cell in page.select("#rows .row-head a")]
    assert len(links) == len(set(links)) >= 100


def test_kinds_do_not_mix(client_of: Clients, cast: Cast) -> None:
    teacher = make.make_person("试老师")
    make.make_membership(teacher, cast.organization("东小学"), kind=MembershipKind.ADULT)
    db.session.commit()
    assert names(client_of("finn"), roster(cast, "东小学")) == ["试老师"]
