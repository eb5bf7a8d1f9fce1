"""The drill-down of an indicator: one tap per level, own scope, plain words where wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Post
from core import clock
from core.database import db
from organizations.models import FigureRun, FigureStock
from organizations.rules import Measure, OrganizationKind
from supervision.indicators.defaults import INDICATORS
from supervision.rules import months_before
from tests import factories as make
from tests.architecture.test_plans import noted, scans
from tests.cast import Cast
from tests.client import Client, parsed
from tests.supervision.parts import add, look

ClientOf = Callable[[str], Client]
MAX_STATEMENTS = 8
FEW = "人数过少"


def drill(cast: Cast, place: str, metric: str, more: str = "") -> str:
    return f"/o/{cast.code(place)}/supervise?metric={metric}{more}"


def rows(page: Any) -> dict[str, list[str]]:
    """Return name -> cells of the table of lower organizations."""
    found = {}
    for row in page.select("#rows tr"):
        head = row.th.a or row.th
        found[head.text.strip()] = [cell.text.strip() for cell in row.select("td")]
    return found


def value(page: Any) -> str:
    return str(page.select_one(".tile-value").text)


@pytest.mark.covers("C2", "S43")
def test_every_level_is_one_tap_down_to_the_names(cast: Cast, client_of: ClientOf) -> None:
    add(cast, "东一村", Measure.ADULT_MEMBERS, 30)
    browser, path = client_of("cora"), drill(cast, "东县", "I05")
    for name in ("东镇", "东一村"):
        page = look(browser, path)
        assert rows(page)[name][0] == "30"
        path = next(row.th.a["href"] for row in page.select("#rows tr") if row.th.a.text == name)
    page = look(browser, path)
    assert value(page) == "30人"
    names = page.select_one("#main a[href$='/members']")["href"]
    assert browser.get(names).status_code == 200
    assert not look(client_of("eve"), path).select("#main a[href$='/members']")


@pytest.mark.covers("AZ-07")
def test_the_rows_and_the_own_line_are_the_number_above(cast: Cast, client_of: ClientOf) -> None:
    for place, count in (("东县", 7), ("东镇", 11), ("东二村", 5)):
        add(cast, place, Measure.GROUP_MEMBERS, count)
    page = look(client_of("eve"), drill(cast, "东县", "I07"))
    found = rows(page)
    assert found["本级直属"][0] == "7"
    assert sum(int(cells[0]) for cells in found.values()) == 23
    assert value(page) == "23个"


@pytest.mark.covers("AZ-07")
def test_one_hidden_group_cannot_be_computed_from_the_others(
    cast: Cast, client_of: ClientOf
) -> None:
    """Of 60 in all, 20 and 37 shown would tell that the third has 3."""
    for place, count in (("东镇", 3), ("东二村", 20), ("东小学", 37)):
        add(cast, place, Measure.YOUTH_MEMBERS, count)
    found = rows(look(client_of("eve"), drill(cast, "东县", "I06")))
    assert [found[name][0] for name in ("东镇", "东二村", "东小学")] == [FEW, FEW, "37"]
    assert [found[name][2] for name in ("东镇", "东二村")] == ["—", "—"]


@pytest.mark.covers("AZ-07")
def test_where_nobody_else_is_nothing_is_told_apart(cast: Cast, client_of: ClientOf) -> None:
    add(cast, "东镇", Measure.YOUTH_MEMBERS, 4)
    found = rows(look(client_of("cora"), drill(cast, "东县", "I06")))
    assert {cells[0] for cells in found.values()} == {FEW}


@pytest.mark.covers("AZ-07")
def test_a_share_of_few_people_is_hidden_as_they_are(cast: Cast, client_of: ClientOf) -> None:
    for place, people, without in (("东镇", 40, 2), ("东二村", 40, 20), ("东小学", 40, 20)):
        add(cast, place, Measure.ADULT_MEMBERS, people)
        add(cast, place, Measure.MISSING_ID, without)
    found = rows(look(client_of("eve"), drill(cast, "东县", "I21")))
    assert found["东镇"][0] == FEW
    assert sorted(found[name][0] for name in ("东二村", "东小学")) == ["50.00%", FEW]


@pytest.mark.covers("S27")
@pytest.mark.parametrize("metric", ["I05", "I15"])
def test_another_county_by_its_address_is_not_there(
    cast: Cast, client_of: ClientOf, metric: str
) -> None:
    browser = client_of("cora")
    assert browser.get(drill(cast, "西县", metric)).status_code == 404
    assert browser.get(drill(cast, "东市", metric)).status_code == 404
    assert browser.get(drill(cast, "东县", metric)).status_code == 200


@pytest.mark.covers("S43")
@pytest.mark.parametrize(
    "address",
    [
        "metric=I99",
        "metric=",
        "metric=I05&metric=I06",
        "metric=I12&period=202613",
        "metric=I12&period=999912",
        "metric=I12&period=2026&period=2025",
        "metric=I12&period=abc",
        "metric=I12&period=１９",
        "metric=I12&period=-1",
        "metric=I08&period=202601",
    ],
)
def test_what_does_not_exist_is_said_and_nothing_is_shown(
    cast: Cast, client_of: ClientOf, address: str
) -> None:
    add(cast, "东县", Measure.ADULT_MEMBERS, 1234)
    answer = client_of("cora").get(f"/o/{cast.code('东县')}/supervise?{address}")
    assert answer.status_code == 404
    page: Any = parsed(answer)
    assert page.h1.text == "没有这个指标或期间"
    assert "1,234" not in page.main.text


def test_without_an_indicator_it_is_the_home(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of("cora").get(f"/o/{cast.code('东县')}/supervise")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/o/{cast.code('东县')}/home")


def test_a_period_is_kept_on_the_way_down_and_up(cast: Cast, client_of: ClientOf) -> None:
    month = months_before(clock.today().year, clock.today().month)[3]
    add(cast, "东二村", Measure.CONFIRMED_MINUTES, 90, month)
    add(cast, "东二村", Measure.VOLUNTEERS, 9)
    page = look(client_of("eve"), drill(cast, "东县", "I12", f"&period={month}"))
    assert rows(page)["东二村"][0] == "1.5"
    (down,) = (row.th.a["href"] for row in page.select("#rows tr") if "东二村" in row.th.text)
    up = page.select_one(".breadcrumb a, nav[aria-label=组织层级] a[href*=supervise]")["href"]
    for address in (down, up):
        assert "metric=I12" in address
        assert f"period={month}" in address
    assert f"period={month}" in page.select_one("a[aria-current=true]")["href"]


def test_a_month_end_that_was_never_taken_is_not_zero(cast: Cast, client_of: ClientOf) -> None:
    months = months_before(clock.today().year, clock.today().month)
    county = cast.organization("东县")
    taken = {"organization_id": county.id, "measure": Measure.ADULT_MEMBERS, "value": 40}
    db.session.add(FigureStock(part="", month=months[-2], **taken))
    page = look(client_of("cora"), drill(cast, "东县", "I05", f"&period={months[-2]}"))
    assert value(page) == "40人"
    assert rows(page)["东镇"][0] == "0"
    missing = look(client_of("cora"), drill(cast, "东县", "I05", f"&period={months[-3]}"))
    assert "没有这个月末的数" in missing.main.text
    assert not missing.select(".tile-value, #rows tr")


def test_what_is_counted_at_night_tells_its_day(cast: Cast, client_of: ClientOf) -> None:
    add(cast, "东二村", Measure.OVERDUE_ELECTIONS, 2)
    before = look(client_of("cora"), drill(cast, "东县", "I04"))
    assert "还没有点过数" in before.main.text
    assert not before.select(".tile-value, #rows tr")
    day = clock.today()
    db.session.add(FigureRun(name="nightly", as_of=day, finished_at=clock.now()))
    page = look(client_of("cora"), drill(cast, "东县", "I04"))
    assert value(page) == "2个"
    assert f"数据截至 {day.year}年{day.month}月{day.day}日" in page.main.text


@pytest.mark.covers("S38")
def test_a_community_right_under_its_county_counts_at_every_level(
    cast: Cast, client_of: ClientOf
) -> None:
    """东二村 has no township above it, as the communities of 龙港."""
    add(cast, "东二村", Measure.ADULT_MEMBERS, 12)
    for place, below in (("测试省", "东市"), ("东市", "东县"), ("东县", "东二村")):
        page = look(client_of("gil"), drill(cast, place, "I05"))
        assert rows(page)[below][0] == "12"
        assert value(page) == "12人"
        assert "本级直属" not in rows(page)


def test_every_indicator_opens_at_every_level(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of("gil")
    for place in ("测试省", "东县", "东一村"):
        for code in INDICATORS:
            assert look(browser, drill(cast, place, code)).h1.text


def test_published_figures_stand_beside_with_their_contradictions(
    cast: Cast, client_of: ClientOf
) -> None:
    page = look(client_of("gil"), drill(cast, "测试省", "I01"))
    texts = [row.text for row in page.select("#published tr")]
    assert len(texts) == 3
    assert sum("有矛盾" in text for text in texts) == 2
    assert any("20,700" in text for text in texts)
    persons = look(client_of("gil"), drill(cast, "测试省", "I23"))
    times = look(client_of("gil"), drill(cast, "测试省", "I23-courses"))
    assert "107.03万 人" in persons.select_one("#published").text
    assert "114.32万 人次" in times.select_one("#published").text
    assert "114.32万 人次" not in persons.select_one("#published").text


@pytest.mark.covers("LOAD-02")
@pytest.mark.only_on("sqlite")
def test_no_number_is_looked_for_by_reading_all_of_them(cast: Cast, client_of: ClientOf) -> None:
    month = months_before(clock.today().year, clock.today().month)[4]
    db.session.commit()
    with noted() as seen:
        for code in ("I01", "I05", "I12", "I20", "I21"):
            for more in ("", f"&period={month}"):
                client_of("eve").get(drill(cast, "东县", code, more))
        client_of("eve").get(f"/o/{cast.code('东市')}/home")
        client_of("eve").get(f"/o/{cast.code('东市')}/compare?metric=I21")
        found = {name for one, values in seen.items() for name in scans(one, values)}
    assert len(seen) > 5
    assert found == set()


@pytest.mark.covers("AZ-11")
def test_a_kept_address_is_refused_once_the_post_is_over(cast: Cast, client_of: ClientOf) -> None:
    path = drill(cast, "东县", "I05")
    assert client_of("cora").get(path).status_code == 200
    post = db.session.scalars(select(Post).where(Post.user_id == cast.user("cora").id)).one()
    post.ends_on = clock.today() - timedelta(days=1)
    assert client_of("cora").get(path).status_code == 404
    assert client_of("cora").get(f"/o/{cast.code('东县')}/compare").status_code == 404


@pytest.mark.covers("S37")
def test_a_supervisor_reads_everything_and_changes_nothing(cast: Cast, client_of: ClientOf) -> None:
    add(cast, "东县", Measure.FILINGS_WAITING, 3)
    page = look(client_of("sam"), f"/o/{cast.code('东县')}/home")
    assert [link["href"].split("metric=")[1][:3] for link in page.select(".tile-label a")[:5]] == [
        "I01",
        "I15",
        "I05",
        "I09",
        "I12",
    ]
    for path in (drill(cast, "东县", "I05"), f"/o/{cast.code('东县')}/indicator?metric=I05"):
        shown = look(client_of("sam"), path)
        assert not shown.select("main form[method=post]")
        assert not shown.select("main a[href*='/members'], main a[href*='indicator/']")


def grow(cast: Cast, children: int) -> None:
    for parent, kind in (("测试省", OrganizationKind.CITY), ("东县", OrganizationKind.VILLAGE)):
        for number in range(children):
            one = make.make_organization(
                kind, f"{parent}新{children}设{number}", cast.organization(parent)
            )
            add(cast, one.name, Measure.ADULT_MEMBERS, number)
    db.session.commit()


def test_no_page_asks_more_for_a_hundred_organizations_than_for_ten(
    cast: Cast, client_of: ClientOf, count_statements: Any
) -> None:
    county, province = cast.code("东县"), cast.code("测试省")
    asked = [
        *(("cora", drill(cast, "东县", code)) for code in ("I05", "I12", "I14", "I15", "I20")),
        *(("gil", drill(cast, "测试省", code)) for code in ("I01", "I11", "I21")),
        ("cora", f"/o/{county}/indicators"),
        ("cora", f"/o/{county}/indicator?metric=I05"),
        ("cora", f"/o/{county}/compare"),
        ("gil", f"/o/{province}/compare?metric=I21"),
    ]

    def counted() -> list[int]:
        found = []
        for who, path in asked:
            client_of(who).get(path)
            with count_statements() as seen:
                assert client_of(who).get(path).status_code == 200
            found.append(len([one for one in seen if "RELEASE" not in one]))
        return found

    grow(cast, 10)
    ten = counted()
    grow(cast, 100)
    assert counted() == ten
    assert max(ten) <= MAX_STATEMENTS
