"""Lower organizations side by side on the home of a place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.database import db
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client
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
