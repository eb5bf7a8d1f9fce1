"""The certificate on paper: every character is there, or visible as one that is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask

from core import fonts
from core.filters import full_day, in_hours
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.certified import OWN, credited, issued, link_of
from tests.volunteers.papers import text_of
from volunteers.queries.holders import facts_in

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
RARE = "𠮷野·阿依古丽"


@pytest.mark.covers("CERT-05")
@pytest.mark.parametrize("with_rare", [True, False])
def test_paper_drops_no_character(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, *, with_rare: bool
) -> None:
    if not with_rare:
        monkeypatch.setattr(fonts, "RARE", ())
    elif not all(face.is_file() for face in fonts.RARE):
        pytest.skip("fonts-hanazono is not installed")
    credited(cast)
    person, name = cast.person("ada"), RARE + "长" * (50 - len(RARE))
    person.name = name
    ada = client_of("ada")
    one = issued(ada)
    answer = ada.get(f"{OWN}/{one.code}/pdf")
    assert answer.mimetype == "application/pdf"
    assert one.number in answer.headers["Content-Disposition"]
    read = text_of(answer.data)
    assert (name if with_rare else name.replace("𠮷", "[U+20BB7]")) in read
    for told in (one.number, "东县", "2 小时（120 分钟）", "自报", link_of(one)):
        assert told in read
    assert person.plain_id_number[3:] not in read


@pytest.mark.covers("CERT-03", "LED-01")
def test_every_figure_of_the_paper_stands_on_the_verification_page_or_adds_up_to_it(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    """Whoever changes a digit of number, days or hours contradicts the page, or his own sums."""
    credited(cast, minutes=95)
    credited(cast, minutes=40, back=7, title="巡河")
    ada = client_of("ada")
    one = issued(ada)
    facts = facts_in(one)
    read = text_of(ada.get(f"{OWN}/{one.code}/pdf").data)
    page = Client(app).page(link_of(one)).text
    period = f"{full_day(one.first_on)} - {full_day(one.last_on)}"
    hours = [in_hours(one.minutes), *(in_hours(minutes) for minutes in facts["grades"].values())]
    day = full_day(date.fromisoformat(facts["issued_on"]))
    shown = [one.number, period, day, *hours]
    for figure in shown:
        assert figure in read
        assert figure in page
    rows = [(times, minutes) for _, _, times, minutes in facts["activities"]]
    assert sum(minutes for _, minutes in rows) == sum(facts["grades"].values()) == one.minutes
    assert f"（{one.minutes} 分钟）" in read
    for figure in shown:
        for at, sign in enumerate(figure):
            if sign.isdigit():
                forged = f"{figure[:at]}{(int(sign) + 1) % 10}{figure[at + 1 :]}"
                assert forged not in page, "a forged figure stands on the page"
    wrong = link_of(one)
    forged = wrong[:-1] + ("0" if wrong[-1] != "0" else "1")
    assert Client(app).get(forged).status_code == 404
