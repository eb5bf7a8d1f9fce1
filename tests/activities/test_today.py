"""The home of a volunteer on the day of a shift: how to check in, then that it is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.database import db
from tests.activities.attending import later, main_text, running, scan, shown
from tests.cast import Cast
from tests.client import Client

ClientOf = Callable[[str], Client]
HOW = "用手机扫负责人出示的码签到"


@pytest.mark.covers("V3", "V4")
def test_the_home_shows_the_shift_of_today_and_turns_into_its_result(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ada = running(cast, "ada"), client_of("ada")
    db.session.commit()
    assert shift.activity.title in main_text(ada, "/me")
    assert HOW in main_text(ada, "/me")
    scan(ada, shown(shift))
    words = main_text(ada, "/me")
    assert "已签到" in words
    assert HOW not in words
    with later(minutes=60):
        scan(ada, shown(shift))
        assert "已签退" in main_text(ada, "/me")


def test_who_has_no_seat_today_sees_no_such_card(cast: Cast, client_of: ClientOf) -> None:
    running(cast, "ada")
    db.session.commit()
    assert HOW not in main_text(client_of("gus"), "/me")


def test_a_shift_that_goes_on_stands_before_one_that_is_over(
    cast: Cast, client_of: ClientOf
) -> None:
    running(cast, "ada", since=150, title="早上的活动")
    running(cast, "ada", since=10, title="现在的活动")
    db.session.commit()
    words = main_text(client_of("ada"), "/me")
    assert words.index("现在的活动") > 0
    assert "早上的活动" not in words
