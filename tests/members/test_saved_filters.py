"""Filters under a name: whose they are, and in whose scope they are read."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import select

from core.database import db
from members.models import SavedFilter
from tests import desk_factories as desk
from tests.cast import Cast
from tests.client import Client
from tests.members.taking import set_rule

Clients = Callable[[str], Client]


def names(client: Client, path: str) -> list[str]:
    return [cell.text for cell in client.page(path).select("#rows .row-head a")]


def save(client: Client, cast: Cast, name: str, query: str = "?age=from_60", **more: str) -> int:
    path = f"/o/{cast.code('东一村')}/members/filters/new{query}"
    return client.post(path, {"name": name, **more}).status_code


def chips(client: Client, cast: Cast) -> dict[str, str]:
    page = client.page(f"/o/{cast.code('东一村')}/members")
    nav = page.find("nav", attrs={"aria-label": "存好的筛选"})
    links = nav.select("a") if nav else []
    return {link.text: str(link["href"]) for link in links if link.text != "整理"}


@pytest.mark.covers("AZ-11")
def test_a_filter_is_kept_for_oneself_or_for_the_organization(
    client_of: Clients, cast: Cast
) -> None:
    ben, tom, cora = client_of("ben"), client_of("tom"), client_of("cora")
    assert save(ben, cast, "老人") == 303
    assert save(ben, cast, "老人") == 422
    assert save(ben, cast, "公用", is_shared="y") == 303
    assert set(chips(ben, cast)) == {"老人", "公用"}
    for other in (tom, cora):
        assert set(chips(other, cast)) == {"公用"}
        assert save(other, cast, "上级") == 403
    code = {row.name: row.code for row in db.session.scalars(select(SavedFilter))}
    page = f"/o/{cast.code('东一村')}/members/filters"
    assert ben.post(f"{page}/{code['老人']}", {"name": "公用"}).status_code == 303
    assert ben.post(f"{page}/{code['老人']}", {"name": " "}).status_code == 422
    assert cora.post(f"{page}/{code['公用']}/delete").status_code == 403
    bea = client_of("bea")
    there = f"/o/{cast.code('东二村')}/members/filters"
    for one in code.values():
        assert bea.post(f"{there}/{one}/delete").status_code == 404
        assert bea.get(f"{there}/{one}").status_code == 404
    assert ben.post(f"{page}/{code['老人']}/delete").status_code == 303
    assert set(chips(ben, cast)) == {"公用"}


@pytest.mark.covers("AZ-11", "AZ-03")
def test_a_saved_filter_is_read_in_the_scope_of_its_reader(client_of: Clients, cast: Cast) -> None:
    saved = desk.make_saved_filter(cast.organization("东一村"), cast.user("cora"), "旧的")
    saved.parameters_text = f'{{"below": "{cast.code("西一村")}", "kind": "youth", "x": "1"}}'
    db.session.commit()
    ben = client_of("ben")
    assert ben.get(chips(ben, cast)["旧的"]).status_code == 404
    saved.parameters_text = '{"kind": "youth", "id_number": "yes", "on": "\' OR 1=1--"}'
    db.session.commit()
    assert ben.get(chips(ben, cast)["旧的"]).status_code == 404
    saved.parameters_text = '{"kind": "youth", "organization_id": "1"}'
    db.session.commit()
    tom = client_of("tom")
    assert names(tom, chips(tom, cast)["旧的"]) == ["人mia"]  # adults: youth is not his to see


@pytest.mark.covers("IN-01", "IN-05")
def test_names_of_filters_are_words_and_no_code(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    assert save(ben, cast, "<script>x</script>") == 303
    assert "<script>x" not in ben.get(f"/o/{cast.code('东一村')}/members").text
    assert "<script>x</script>" in chips(ben, cast)
    for name in ("", "  ", "名" * 21, "a\u202eb", "a\x00b"):
        assert save(ben, cast, name) == 422, name
    assert save(ben, cast, "恶意", "?age=from_60&user_id=1&sql=x") == 303
    kept = db.session.scalars(select(SavedFilter).where(SavedFilter.name == "恶意")).one()
    assert kept.parameters == {"age": "from_60"}
    assert save(ben, cast, "坏的", "?age=' OR 1=1--") == 404
    searched = f"?age=from_60&q={quote('王桂香')}"
    assert save(ben, cast, "没有名字", searched) == 303
    assert "王桂香" not in "".join(db.session.scalars(select(SavedFilter.parameters_text)))


def test_so_many_filters_are_kept_and_no_more(client_of: Clients, cast: Cast) -> None:
    set_rule("rosters.saved_filters", 2)
    ben = client_of("ben")
    assert [save(ben, cast, name) for name in "一二三"] == [303, 303, 422]
    assert save(ben, cast, "四", is_shared="y") == 303
