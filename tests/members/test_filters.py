"""The list of members narrowed, ordered, with other columns, on paper, and under a name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.database import db
from core.rules import RuleViolation
from members.models import Membership
from members.rules import MemberGrade, MembershipKind, MembershipStatus
from members.rules.roster import (
    READERS,
    AgeBand,
    Column,
    Filters,
    Order,
    age_on,
    birth_bounds,
    parameters_of,
    read_columns,
    read_filters,
)
from people.rules import Sex
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.taking import set_rule

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2050, 12, 31))


def names(client: Client, path: str) -> list[str]:
    return [cell.text for cell in client.page(path).select("#rows .row-head a")]


def roster(cast: Cast, place: str = "东一村", query: str = "") -> str:
    return f"/o/{cast.code(place)}/members{query}"


def member(cast: Cast, name: str, place: str = "东一村", years: int = 40) -> Membership:
    """Return a member of an age who joined thirty days ago."""
    born = date(clock.today().year - years, 1, 1)
    return make.make_membership(make.make_person(name, born_on=born), cast.organization(place))


# ------------------------------------------------------------------------------- rules


@pytest.mark.pure
@given(
    st.builds(
        Filters,
        kind=st.sampled_from(MembershipKind),
        status=st.none() | st.sampled_from(MembershipStatus),
        joined_from=st.none() | st.just(date(2020, 1, 1)),
        joined_to=st.none() | st.just(date(2021, 1, 1)),
        grade=st.sampled_from(["", "special"]),
        below=st.sampled_from(["", "ab2345"]),
        honours=st.none() | st.booleans(),
        age=st.none() | st.sampled_from(AgeBand),
        sex=st.sampled_from(["", *Sex]),
        no_phone=st.booleans(),
        order=st.sampled_from(Order),
        on=st.none() | DAYS,
    )
)
def test_filters_survive_the_way_through_an_address(filters: Filters) -> None:
    assert read_filters(parameters_of(filters)) == filters


@pytest.mark.pure
@pytest.mark.covers("IN-05")
@given(
    st.dictionaries(
        st.sampled_from([*READERS, "owner", "sql", "organization_id", "__class__"]),
        st.text(alphabet="aZ09_-' ;=王\u0000\u202e", max_size=30)
        | st.sampled_from(["' OR 1=1--", "1;DROP TABLE", "../..", "yes"]),
        max_size=6,
    )
)
def test_what_nobody_offered_is_refused_or_left_out(parameters: dict[str, str]) -> None:
    try:
        filters = read_filters(parameters)
    except RuleViolation:
        return
    kept = parameters_of(filters)
    assert set(kept) <= set(READERS)
    assert all(value.replace("_", "").replace("-", "").isalnum() for value in kept.values())


@pytest.mark.pure
@given(born_on=DAYS, today=DAYS, band=st.sampled_from(AgeBand))
def test_bands_of_age_are_the_years_of_age(born_on: date, today: date, band: AgeBand) -> None:
    if born_on > today:
        return
    first, last = birth_bounds(band, today)
    is_inside = (first is None or born_on >= first) and (last is None or born_on <= last)
    years = age_on(born_on, today)
    bands = {
        AgeBand.UNDER_30: range(30),
        AgeBand.FROM_30: range(30, 45),
        AgeBand.FROM_45: range(45, 60),
        AgeBand.FROM_60: range(60, 200),
    }
    assert is_inside is (years in bands[band])


@pytest.mark.pure
@pytest.mark.covers("EXP-01")
def test_columns_are_an_allow_list() -> None:
    assert read_columns("phone.name.search_text.__dict__.id") == (Column.NAME, Column.PHONE)


# ------------------------------------------------------------------------------- lists


@pytest.mark.covers("S27")
def test_each_filter_leaves_those_it_names(client_of: Clients, cast: Cast) -> None:
    old, young, plain = (
        member(cast, "老会员", years=70),
        member(cast, "小会员", years=25),
        member(cast, "中会员", years=50),
    )
    old.grade, old.person.sex = MemberGrade.PERMANENT, Sex.MALE
    young.joined_on = clock.today() - timedelta(days=400)
    plain.person.phone = None
    make.make_honour(old, make.make_user())
    db.session.commit()
    ben = client_of("ben")
    start = (clock.today() - timedelta(days=500)).isoformat()
    end = (clock.today() - timedelta(days=300)).isoformat()
    found = {
        query: set(names(ben, roster(cast, query=query))) - {"人mia"}
        for query in (
            "?age=from_60", "?age=under_30", "?sex=male", "?grade=permanent", "?honours=yes",
            "?no_phone=yes", f"?joined_from={start}&joined_to={end}", "?honours=no&age=from_45",
            "?age=from_60&sex=female", "?status=withdrawn",
        )
    }  # fmt: skip
    assert list(found.values()) == [
        {"老会员"}, {"小会员"}, {"老会员"}, {"老会员"}, {"老会员"}, {"中会员"}, {"小会员"},
        {"中会员"}, set(), set(),
    ]  # fmt: skip
    page = ben.page(roster(cast, query="?age=from_60&sex=male&q=老"))
    chips = {chip.text.strip(): str(chip["href"]) for chip in page.select(".chip-chosen")}
    assert len(chips) == 2
    without = next(url for words, url in chips.items() if "60" in words)
    assert "age=" not in without
    assert "sex=male" in without
    assert "q=" in without
    assert "没有这样的成员" in ben.get(roster(cast, query="?sex=male&age=under_30")).text


@pytest.mark.covers("AZ-03", "S27")
def test_a_county_looks_at_one_organization_below(client_of: Clients, cast: Cast) -> None:
    member(cast, "在东二村", "东二村")
    member(cast, "在东一村")
    db.session.commit()
    cora = client_of("cora")
    for place, expected in (("东镇", "在东一村"), ("东二村", "在东二村")):
        found = names(cora, roster(cast, "东县", f"?below={cast.code(place)}"))
        assert expected in found
        assert len(set(found) & {"在东一村", "在东二村"}) == 1
    options = cora.page(f"/o/{cast.code('东县')}/members/filter").select("#below option")
    assert {option.text for option in options} >= {"东镇", "东二村"}
    for place in ("西一村", "北县"):
        for page in ("", "/filter", "/print", "/export"):
            path = f"/o/{cast.code('东县')}/members{page}?below={cast.code(place)}"
            assert cora.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "query",
    ["?age=old", "?sex=x", "?joined_from=2026-13-01", "?honours=maybe", "?below=%27", "?order=id",
     "?on=yesterday", "?grade=a%20b", "?joined_from=2026-05-01&joined_to=2026-01-01"],
)  # fmt: skip
def test_a_filter_that_nobody_offered_is_not_found(
    client_of: Clients, cast: Cast, query: str
) -> None:
    assert client_of("ben").get(roster(cast, query=query)).status_code == 404


@pytest.mark.parametrize("query", ["?order=name", "?order=joined", "?sex=female", "?below="])
def test_pages_of_an_order_come_one_after_the_other(
    client_of: Clients, cast: Cast, query: str
) -> None:
    for number in range(45):
        one = member(cast, f"试{'甲乙丙'[number % 3]}{'一二三四五'[number % 5]}")
        one.joined_on = clock.today() - timedelta(days=number % 7)
    db.session.commit()
    ben, path, seen = client_of("ben"), roster(cast, query=query), list[str]()
    while path:
        page = ben.page(path)
        seen += [str(link["href"]) for link in page.select("#rows .row-head a")]
        more = page.select_one("#rows-more a")
        path = str(more["href"]) if more else ""
    assert len(seen) == len(set(seen)) == 46
    rows = {row.code: row for row in db.session.scalars(select(Membership))}
    found = [rows[href.rpartition("/")[2]] for href in seen]
    if query == "?order=name":
        sounds = [row.person.pinyin for row in found]
        assert sounds == sorted(sounds)
    if query == "?order=joined":
        days = [row.joined_on for row in found]
        assert days == sorted(days)


@pytest.mark.covers("LOAD-07")
def test_statements_do_not_grow_with_rows_or_filters(
    client_of: Clients, cast: Cast, count_statements: Counting
) -> None:
    member(cast, "一个")
    ben = client_of("ben")
    query = "?age=from_30&sex=female&honours=no&order=name&cols=phone.sex.age.grade.honours"

    def cost(path: str) -> int:
        ben.get(path)
        with count_statements() as seen:
            assert ben.get(path).status_code == 200
        return len(seen)

    plain, narrowed = cost(roster(cast)), cost(roster(cast, query=query))
    for number in range(15):
        member(cast, f"试{number}")
    db.session.commit()
    assert cost(roster(cast)) == plain
    assert cost(roster(cast, query=query)) == narrowed == plain
    assert cost(roster(cast, query="/print")) <= plain


@pytest.mark.covers("S27")
def test_the_page_of_filters_makes_an_address_and_remembers_columns(
    client_of: Clients, cast: Cast
) -> None:
    ben, path = client_of("ben"), f"/o/{cast.code('东一村')}/members/filter"
    answer = ben.get(
        f"{path}?apply=1&joined_from=2020.1.5&age=from_60&columns=phone&columns=sex&columns=evil"
    )
    assert answer.status_code == 422
    answer = ben.get(f"{path}?apply=1&joined_from=2020.1.5&age=from_60&columns=phone&columns=sex")
    assert answer.status_code == 303
    assert answer.location.endswith("/members?joined_from=2020-01-05&age=from_60")
    heads = [head.text for head in ben.page(roster(cast)).select("thead th")]
    assert heads == ["姓名", "性别", "手机号"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    wrong = ben.get(f"{path}?apply=1&joined_from=never&joined_to=2999-01-01")
    assert wrong.status_code == 422
    assert wrong.text.count("field-error") == 2
    backwards = f"{path}?apply=1&joined_from=2026-03-01&joined_to=2026-01-01"
    assert "结束的日子在开始之前" in ben.get(backwards).text
    ben.http.set_cookie("columns", "id_number.../etc.' OR 1--")
    head = ben.page(roster(cast)).select_one("thead th")
    assert head is not None
    assert head.text == "姓名"


# ------------------------------------------------------------------------------- paper


@pytest.mark.covers("B9", "PRV-04")
def test_roster_and_sign_in_sheet_go_on_paper(client_of: Clients, cast: Cast) -> None:
    set_rule("rosters.sheet_rows", 3)
    for number in range(6):
        member(cast, f"试{'甲乙丙丁戊己'[number]}")
    db.session.commit()
    ben = client_of("ben")
    links = [str(link["href"]) for link in ben.page(roster(cast)).select("nav.filters a")]
    sheet = next(link for link in links if "sheet=sign" in link)
    page = ben.page(sheet)
    assert len(page.select(".roster-sheet")) == 3
    assert "第 2 页，共 3 页" in page.text
    last = page.select(".roster-sheet")[2].select_one("tbody td")
    assert last is not None
    assert last.text == "7"
    assert page.select("thead")[0].text.count("签") == 2
    listed = ben.page(roster(cast, query="/print?age=from_30"))
    assert "30至44岁" in listed.text
    assert "东一村 · 会员名单" in listed.text
    mia = cast.person("mia")
    for text in (page.text, listed.text):
        assert mia.plain_id_number not in text
        assert mia.plain_phone not in text
    set_rule("rosters.print_rows", 4)
    cut = ben.page(roster(cast, query="/print"))
    assert len(cut.select("tbody tr")) == 4
    assert "一次最多打印 4 人" in cut.text
