"""B10: a secretary names the next one and signs, counted in taps and digits (ux.md 1.3)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from accounts.models import Handover, PostGrant
from accounts.rules.grants import GrantStatus
from accounts.rules.handover import HandoverStatus
from core.database import db
from tests.cast import organization_named, token_of
from tests.e2e.browser import Settings, phone
from tests.e2e.server import World

pytestmark = pytest.mark.browser


@pytest.mark.covers("B10", "UX-T1")
def test_a_secretary_hands_over_in_four_taps_and_eleven_digits(
    browser: Browser, served: World
) -> None:
    with served.reading():
        code = organization_named("东二村").code
    with phone(browser, served.origin, token_of("bea"), Settings()) as held:
        held.open(f"/o/{code}/home")
        held.start()
        held.tap(held.page.locator("header a.acting"))
        held.tap(held.page.locator("#main").get_by_role("link", name="职务交接"))
        held.write("13900006666")
        held.tap(held.page.get_by_role("button", name="下一步，签字"))
        with served.reading():
            assert db.session.scalars(select(Handover.status)).one() is HandoverStatus.DRAFT
        held.tap(held.page.get_by_role("button", name="签字"))
        assert "已签字" in held.main_text()
        assert (held.taps, held.keys) == (4, 11)
    with served.reading():
        assert db.session.scalars(select(Handover.status)).one() is HandoverStatus.GIVEN
        grant = db.session.scalars(select(PostGrant)).one()
        assert (grant.status, grant.is_nominated) == (GrantStatus.PROPOSED, True)
