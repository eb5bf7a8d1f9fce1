"""Switching between oneself and one's posts; posts that ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from accounts import operations
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM, Actor
from core.database import db
from organizations import figures
from organizations.rules import Measure, OrganizationStatus
from tests import factories as make
from tests.accounts.steps import give_factor, later, session_of, shown, sign_in
from tests.cast import Cast, phone_of
from tests.client import Client

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
DAY = timedelta(days=1)


def rows(client: Client) -> list[tuple[str, str]]:
    """Return label and address of every line, in order."""
    page = client.page("/switch")
    return [
        (str(link.select(".link-rows-label")[0].find(string=True)), str(link["href"]))
        for link in page.select("main .link-rows")[0].select("a")
    ]


@pytest.mark.covers("C8")
def test_two_taps_lead_to_another_post(client_of: ClientOf, cast: Cast) -> None:
    make.make_post(cast.user("ben"), Role.OFFICER, cast.organization("西县"))
    client = client_of("ben")
    home = f"/o/{cast.code('东一村')}/home"
    chip = client.page(f"/o/{cast.code('东一村')}/organizations").select("header a.acting")
    assert [str(link["href"]) for link in chip] == ["/switch"]  # tap 1
    found = dict(rows(client))
    assert found == {
        "我自己": "/me",
        "东一村 · 秘书": home,
        "西县 · 工作人员": f"/o/{cast.code('西县')}/home",
    }
    assert client.get(found["西县 · 工作人员"]).status_code == 200  # tap 2


def test_oneself_stands_first_and_the_post_used_last_second(
    client_of: ClientOf, cast: Cast
) -> None:
    make.make_post(cast.user("ben"), Role.SECRETARY, cast.organization("西一村"))
    client = client_of("ben")
    client.get(f"/o/{cast.code('西一村')}/organizations")
    assert [label for label, _ in rows(client)] == ["我自己", "西一村 · 秘书", "东一村 · 秘书"]
    client.get(f"/o/{cast.code('东一村')}/organizations")
    assert [label for label, _ in rows(client)] == ["我自己", "东一村 · 秘书", "西一村 · 秘书"]


def test_what_waits_is_counted_by_what_the_post_may_do(
    client_of: ClientOf, cast: Cast, count_statements: Counting
) -> None:
    village, county = cast.organization("东一村"), cast.organization("东县")
    for measure, change in (
        (Measure.APPLICATIONS_WAITING, 2),
        (Measure.HOURS_WAITING, 3),
        (Measure.FILINGS_WAITING, 5),
        (Measure.OBJECTIONS_WAITING, 7),
    ):
        figures.add(village.path, measure, change)
        figures.add(county.path, measure, change)
    db.session.commit()
    texts = {
        name: " ".join(client_of(name).page("/switch").select("main")[0].text.split())
        for name in ("ben", "cora", "eve", "tess")
    }
    assert "东一村 · 秘书5 项待办5" in texts["ben"].replace(" 5", "5")
    assert "17 项待办" in texts["cora"]
    assert "没有待办" in texts["eve"]
    assert "待办" not in texts["tess"]
    with count_statements() as seen:
        client_of("ben").get("/switch")
    assert len([one for one in seen if one.startswith("SELECT")]) <= 8


def test_nothing_waiting_is_said(client_of: ClientOf) -> None:
    assert "没有待办" in client_of("ben").page("/switch").text


def test_the_operator_is_led_to_the_system(client_of: ClientOf, cast: Cast) -> None:
    client = client_of("opal")
    assert ("测试省 · 系统管理员", f"/o/{cast.code('测试省')}/system") in rows(client)


def test_a_post_that_ended_says_when_and_by_whom(client_of: ClientOf, cast: Cast) -> None:
    today, now = clock.today(), clock.now()
    rex = client_of("rex").page("/switch").text
    assert "东一村 · 秘书" in rex
    assert "到期" in rex
    post = make.make_post(cast.user("duo"), Role.TEAM_LEADER, cast.organization("东一村"))
    operations.end_post(post, today - DAY, by=Actor(cast.user("cora").id), now=now)
    make.make_post(
        cast.user("ned"), Role.SECRETARY, cast.organization("北一村"), ends_on=today - 40 * DAY
    )
    db.session.commit()
    client = client_of("duo")
    secret = give_factor(cast.user("duo"))
    sign_in(client, phone_of("duo"))
    client.post("/login/factor", {"code": shown(secret)})
    assert "由人cora结束" in client.page("/switch").text
    assert "北一村" not in client_of("ned").page("/switch").text


@pytest.mark.covers("AZ-10", "AU-11")
def test_whose_post_ends_is_out_with_the_next_request(client_of: ClientOf, cast: Cast) -> None:
    client, path = client_of("bea"), f"/o/{cast.code('东二村')}/organizations"
    assert client.get(path).status_code == 200
    (post,) = cast.user("bea").posts
    operations.end_post(post, clock.today() - DAY, by=SYSTEM, now=clock.now())
    db.session.commit()
    assert client.get(path).status_code == 303
    assert session_of(client) is None


@pytest.mark.covers("AZ-10")
def test_a_term_that_runs_out_closes_its_pages(client_of: ClientOf, cast: Cast) -> None:
    client, path = client_of("bea"), f"/o/{cast.code('东二村')}/organizations"
    (post,) = cast.user("bea").posts
    operations.end_post(post, clock.today(), by=SYSTEM, now=clock.now())
    db.session.commit()
    assert client.get(path).status_code == 200
    post.ends_on = clock.today() - DAY
    db.session.commit()
    assert client.get(path).status_code == 404
    assert client.get("/switch").status_code == 200


@pytest.mark.covers("AZ-10")
def test_suspension_and_dissolution_work_with_the_next_request(
    client_of: ClientOf, cast: Cast
) -> None:
    will, dan = client_of("will"), client_of("dan")
    path = f"/o/{cast.code('西一村')}/organizations"
    assert (will.get(path).status_code, dan.get(path).status_code) == (200, 200)
    operations.suspend_user(cast.user("dan"), by=SYSTEM, now=clock.now())
    db.session.commit()
    assert dan.get(path).status_code == 303
    cast.organization("西一村").status = OrganizationStatus.DISSOLVED
    db.session.commit()
    assert will.get(path).status_code == 404
    assert client_of("sue").get("/switch").status_code == 303


def test_the_post_used_last_is_noted_once_and_without_a_write_in_between(
    app: Flask, client_of: ClientOf, cast: Cast, count_statements: Counting
) -> None:
    client = client_of("ben")
    path = f"/o/{cast.code('东一村')}/organizations"
    client.get(path)
    session = session_of(client)
    assert session is not None
    (post,) = cast.user("ben").posts
    assert session.last_post_id == post.id
    with count_statements() as seen:
        client.get(path)
    assert not [one for one in seen if one.startswith("UPDATE")]
    with later(minutes=2), count_statements() as seen:
        client.get(path)
    assert len([one for one in seen if one.startswith("UPDATE")]) == 1
