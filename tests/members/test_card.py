"""The card, its code, the poster and one's own page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from core.database import db
from members.operations import card_token
from members.qr import qr_path
from members.queries import membership_of
from members.rules import MembershipStatus
from people.rules import mask_name
from tests.cast import Cast
from tests.client import Client
from tests.members.reading import at, one, words

Clients = Callable[[str], Client]


def link_of(cast: Cast, name: str) -> str:
    membership = membership_of(cast.person(name).id)
    assert membership is not None
    return f"/v/{card_token(membership.code)}"


@pytest.mark.covers("CERT-01", "CERT-02")
def test_anybody_learns_from_a_card_that_it_is_genuine_and_no_more(app: Flask, cast: Cast) -> None:
    mia = cast.person("mia")
    page = Client(app).page(link_of(cast, "mia"))
    assert words(page, "h1") == "真实有效"
    assert mask_name(mia.name) in page.text
    assert mia.name not in page.text
    assert "东一村" in page.text
    membership = membership_of(mia.id)
    assert membership is not None
    for value in (mia.plain_phone, mia.plain_id_number, membership.number, mia.masked_phone):
        assert value not in str(page)
    assert len(link_of(cast, "mia").removeprefix("/v/")) == 32


@pytest.mark.covers("CERT-02")
def test_every_code_that_is_none_gets_the_same_answer(app: Flask, cast: Cast) -> None:
    right = link_of(cast, "mia")
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    answers = [
        Client(app).get(path)
        for path in (wrong, "/v/x", "/v/王", "/v/" + "a" * 500, link_of(cast, "hana"))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer.text) for answer in answers}) == 1
    assert "查不到这个编号" in answers[0].text


def body(text: str) -> str:
    return text.partition('<main id="main"')[2].partition("</main>")[0]


def test_who_left_has_a_void_card(app: Flask, cast: Cast) -> None:
    link = link_of(cast, "mia")
    membership = membership_of(cast.person("mia").id)
    assert membership is not None
    membership.status = MembershipStatus.WITHDRAWN
    db.session.commit()
    assert words(Client(app).page(link), "h1") == "已作废"


@pytest.mark.covers("PRV-12")
def test_a_minor_is_nowhere_in_public(app: Flask, client_of: Clients, cast: Cast) -> None:
    assert Client(app).get(link_of(cast, "hana")).status_code == 404
    page = client_of("hana").page("/me/card")
    assert "人hana" in page.text
    assert not one(page, "main").find("svg")


@pytest.mark.covers("V11")
@pytest.mark.parametrize("style", ["", "?style=large", "?style=print"])
def test_the_card_shows_name_number_place_and_code(
    client_of: Clients, cast: Cast, style: str
) -> None:
    mia = cast.person("mia")
    membership = membership_of(mia.id)
    assert membership is not None
    page = client_of("mia").page(f"/me/card{style}")
    for value in (mia.name, membership.number, "东一村"):
        assert value in words(page, "main")
    drawn = at(page, "main svg path[fill='#000']", "d")
    assert drawn == qr_path(f"http://127.0.0.1:8000{link_of(cast, 'mia')}").d
    assert mia.plain_id_number not in str(page)


def test_without_membership_the_page_says_how_to_join(client_of: Clients) -> None:
    assert "还不是会员" in client_of("ada").page("/me/card").text


def test_the_code_is_a_square_that_scanners_read() -> None:
    qr = qr_path("http://127.0.0.1:8000/j/abcdef")
    assert (qr.side - 8 - 17) % 4 == 0
    assert qr.d.startswith("M4 4h7v1h-7z")


@pytest.mark.covers("AZ-01")
@pytest.mark.parametrize(
    ("name", "status"), [("ben", 200), ("cora", 200), ("eve", 403), ("bea", 404), ("mia", 404)]
)
def test_who_prints_the_poster(client_of: Clients, cast: Cast, name: str, status: int) -> None:
    answer = client_of(name).get(f"/o/{cast.code('东一村')}/poster")
    assert answer.status_code == status
    if status == 200:
        assert f"http://127.0.0.1:8000/j/{cast.code('东一村')}" in answer.text


def test_ones_own_page_leads_to_everything(client_of: Clients) -> None:
    page = client_of("mia").page("/me/profile")
    links = {link["href"] for link in one(page, "main").select("a")}
    assert {"/me/card", "/me/applications", "/me/data", "/me/settings"} <= links
    assert one(page, "main").find("form", action="/logout")
    assert "东一村 · 已备案" in page.text
