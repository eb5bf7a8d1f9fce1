"""Lower organizations side by side on the home of a place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.database import db
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client
from tests.members.waiting import apply, figure, queue_of
from tests.supervision.parts import add, home, look, tile

ClientOf = Callable[[str], Client]


@pytest.mark.covers("C2")
def test_a_township_s_own_members_stand_beside_its_villages(
    cast: Cast, client_of: ClientOf
) -> None:
    add(cast, "东镇", Measure.ADULT_MEMBERS, 7)
    add(cast, "东一村", Measure.ADULT_MEMBERS, 5)
    db.session.commit()
    page = look(client_of("tom"), home(cast, "东镇"))
    own, village = page.select("#rows tr")
    everybody = int(tile(page, "成人会员").removesuffix("人"))
    shown = [int(row.select_one("td").text) for row in (own, village)]
    assert own.th.text.strip() == "本级直属"
    assert own.a is None
    assert sum(shown) == everybody
    assert shown[0] >= 7


@pytest.mark.covers("S38")
def test_a_community_without_a_township_counts_properly_everywhere(
    cast: Cast, client_of: ClientOf
) -> None:
    """东二村 stands directly under its county, as all communities of 龙港 do."""
    places = ("东二村", "东县", "东市", "测试省")
    before = [figure(cast, place, Measure.ADULT_MEMBERS) for place in places]
    codes = apply(cast, "东二村", 2)
    client_of("bea").post(f"{queue_of(cast, '东二村')}/approve", {"ids": codes})
    after = [figure(cast, place, Measure.ADULT_MEMBERS) for place in places]
    assert [new - old for old, new in zip(before, after, strict=True)] == [2, 2, 2, 2]
    page = look(client_of("cora"), home(cast, "东县"))
    (row,) = (row for row in page.select("#rows tr") if row.th.a.text == "东二村")
    assert row.select_one("td").text == str(after[0])
    assert figure(cast, "东镇", Measure.ADULT_MEMBERS) == 0
