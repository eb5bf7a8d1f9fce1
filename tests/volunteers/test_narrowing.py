"""The list of volunteers narrowed, of a past day, under a name, on paper and as a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from members.models import SavedFilter
from organizations.models import OrganizationClosing
from people.rules import Sex
from tests import endings
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.taking import FORM, newest
from tests.volunteers.desk import BRANCH, COUNTY
from volunteers.models import Volunteer, VolunteerMove, VolunteerTotal
from volunteers.rules import VolunteerStatus

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def roster(cast: Cast, query: str = "", place: str = BRANCH) -> str:
    return f"/o/{cast.code(place)}/volunteers{query}"


def names(client: Client, path: str) -> list[str]:
    page = client.page(path)
    return [head.find(string=True) or "" for head in page.select("#rows .row-head")]


def volunteer(cast: Cast, name: str, place: str = BRANCH, years: int = 40) -> Volunteer:
    born = date(clock.today().year - years, 1, 1)
    found = make.make_volunteer(make.make_person(name, born_on=born), cast.organization(place))
    found.entered_on = clock.today() - timedelta(days=100)
    db.session.commit()
    return found


@pytest.mark.covers("S27")
def test_each_filter_leaves_those_it_names(client_of: ClientOf, cast: Cast) -> None:
    old, young, plain = (
        volunteer(cast, "老志愿", years=70),
        volunteer(cast, "小志愿", years=25),
        volunteer(cast, "中志愿", years=50),
    )
    old.person.sex, old.status = Sex.MALE, VolunteerStatus.REGISTERED
    young.entered_on = clock.today() - timedelta(days=400)
    plain.person.phone = None
    db.session.add(VolunteerTotal(volunteer_id=old.id, year=2026, confirmed_minutes=90))
    db.session.commit()
    ben, mine = client_of("ben"), {"老志愿", "小志愿", "中志愿"}
    start = (clock.today() - timedelta(days=500)).isoformat()
    end = (clock.today() - timedelta(days=300)).isoformat()
    found = [
        set(names(ben, roster(cast, query))) & mine
        for query in (
            "?age=from_60", "?sex=male", "?status=registered", "?no_phone=yes",
            f"?joined_from={start}&joined_to={end}", "?age=under_30&sex=male", "?q=老&age=from_60",
        )
    ]  # fmt: skip
    assert found == [{"老志愿"}, {"老志愿"}, {"老志愿"}, {"中志愿"}, {"小志愿"}, set(), {"老志愿"}]
    page = ben.page(roster(cast, "?status=registered&cols=hours.age.sex.id_number.grade"))
    assert [head.text for head in page.select("thead th")] == [
        "姓名", "性别", "年龄", "已确认（小时）", "其中扫码或点名（小时）",
    ]  # fmt: skip
    assert [cell.text for cell in page.select("#rows tr td")][-2:] == ["1.5", "0"]
    for query in ("?grade=special", "?honours=yes", "?kind=youth"):  # not a filter of this list
        assert set(names(ben, roster(cast, query))) >= mine
    for query in ("?status=active", "?status=deceased", "?age=old", "?on=never"):
        assert ben.get(roster(cast, query)).status_code == 404


@pytest.mark.covers("AZ-03", "PRV-10")
def test_minors_stay_hidden_whatever_the_question(client_of: ClientOf, cast: Cast) -> None:
    volunteer(cast, "许小满", years=15)
    cora, ben = client_of("cora"), client_of("ben")
    today = clock.today().isoformat()
    for query in ("?age=under_30", "?order=name", "?order=joined", f"?on={today}", "?q=许"):
        assert "许小满" in names(ben, roster(cast, query)), query
        for place in (BRANCH, COUNTY):
            assert "许小满" not in names(cora, roster(cast, query, place)), query
    for page in ("/print", f"/print?on={today}", "/print?sheet=sign"):
        assert "许小满" not in ben.get(roster(cast, page)).text  # paper needs an approval
        assert "许小满" not in cora.get(roster(cast, page, COUNTY)).text
    elsewhere = f"?below={cast.code('西一村')}"
    assert cora.get(roster(cast, elsewhere, COUNTY)).status_code == 404


@pytest.mark.covers("S27", "S31")
def test_a_past_day_has_who_served_then_and_where(client_of: ClientOf, cast: Cast) -> None:
    volunteer(cast, "一直在")
    gone, moved = volunteer(cast, "后来走"), volunteer(cast, "后来搬", "东二村")
    gone.status, gone.left_on = VolunteerStatus.WITHDRAWN, clock.today() - timedelta(days=50)
    late = volunteer(cast, "后来入")
    late.entered_on = clock.today() - timedelta(days=10)
    merged = volunteer(cast, "并走的")
    merged.merged_into_id = gone.id
    closing = endings.make_pending(cast.organization(COUNTY))[0]
    assert isinstance(closing, OrganizationClosing)
    move = VolunteerMove(
        closing_id=closing.id,
        volunteer_id=moved.id,
        from_organization_id=cast.organization(BRANCH).id,
        to_organization_id=cast.organization("东二村").id,
        moved_at=clock.now() - timedelta(days=30),
    )
    db.session.add(move)
    db.session.commit()
    mine = {"一直在", "后来走", "后来搬", "后来入", "并走的"}

    def then(ago: int, name: str = "ben", place: str = BRANCH) -> set[str]:
        on = (clock.today() - timedelta(days=ago)).isoformat()
        return set(names(client_of(name), roster(cast, f"?on={on}", place))) & mine

    assert then(80) == {"一直在", "后来走", "后来搬"}
    assert then(40) == {"一直在", "后来搬"}
    assert then(5) == {"一直在", "后来入"}
    assert then(5, "bea", "东二村") == {"后来搬"}
    assert then(80, "bea", "东二村") == set()
    assert then(200) == set()
    page = client_of("ben").page(roster(cast, "?on=2026-01-05&cols=hours.phone.status"))
    assert [head.text for head in page.select("thead th")] == ["姓名"]


@pytest.mark.covers("AZ-11")
def test_filters_of_both_lists_are_kept_apart_and_tidied_together(
    client_of: ClientOf, cast: Cast
) -> None:
    ben = client_of("ben")
    saving = roster(cast, "/filters/new?status=registered&grade=special")
    assert ben.post(saving, {"name": "注册的"}).status_code == 303
    kept = db.session.scalars(select(SavedFilter)).one()
    assert kept.parameters == {"status": "registered"}
    page = ben.page(roster(cast))
    nav = page.find("nav", attrs={"aria-label": "存好的筛选"})
    assert nav is not None
    assert str(nav.select("a")[0]["href"]) == roster(cast, "?status=registered")
    members = f"/o/{cast.code(BRANCH)}/members"
    assert "注册的" not in ben.get(members).text
    tidy = ben.page(f"{members}/filters")
    assert "志愿者名单" in tidy.text
    assert tidy.select_one(f"a[href='{roster(cast, '?status=registered')}']") is not None
    assert ben.post(f"{members}/filters/new?age=from_60", {"name": "注册的"}).status_code == 422


@pytest.mark.covers("EXP-01", "EXP-05")
def test_a_file_holds_what_the_list_is_narrowed_to(client_of: ClientOf, cast: Cast) -> None:
    volunteer(cast, "老志愿", years=70)
    volunteer(cast, "小小", years=15)
    ben = client_of("ben")
    link = ben.page(roster(cast, "?age=from_60")).select_one("a[href*='/volunteers/export']")
    assert link is not None
    ben.post(str(link["href"]), FORM)
    assert (newest().counted, newest().minors) == (1, 0)
    ben.post(roster(cast, "/export?age=under_30"), FORM)
    assert newest().minors >= 1
    ben.post(roster(cast, f"/export?on={clock.today().isoformat()}"), FORM)
    assert newest().minors >= 1


@pytest.mark.covers("LOAD-07", "B9")
def test_statements_do_not_grow_with_rows_or_filters(
    client_of: ClientOf, cast: Cast, count_statements: Counting
) -> None:
    ben = client_of("ben")
    query = "?age=from_30&sex=female&order=name&cols=phone.sex.age.hours"

    def cost(path: str) -> int:
        ben.get(path)
        with count_statements() as seen:
            assert ben.get(path).status_code == 200
        return len(seen)

    plain = cost(roster(cast))
    for number in range(15):
        volunteer(cast, f"试{number}")
    assert cost(roster(cast)) == cost(roster(cast, query)) == plain
    assert cost(roster(cast, "/print")) <= plain
    assert "志愿者名单" in ben.get(roster(cast, "/print")).text
