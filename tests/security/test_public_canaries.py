"""Somebody without an account walks the whole public area and meets nobody (PRV-03, PRV-12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from activities.rules.venues import VenueKind
from core import clock
from core.database import db
from people.rules import mask_name
from tests import factories as make
from tests.activity_factories import make_activity, make_signup, shift_of
from tests.cast import Cast
from tests.client import Client
from tests.security.markers import names_in, secrets_in, secrets_of_all
from tests.security.pupil_canaries import put_pupils
from tests.security.test_canary_crawl import links_of, walk
from tests.venue_factories import make_venue

#: Words of private people that no public page may carry, whatever they are in charge of.
KEEPER, LEADER, GUEST, OFFICER = "暗记管家", "暗记领办", "暗记报名", "暗记办公"


def put_people(cast: Cast) -> list[str]:
    """Put people behind a venue, an activity, an office and its phone; return their marks."""
    place = cast.organization("东一村")
    keeper, leader, guest = (
        make.make_person(name, phone=make.make_phone(), with_id=True)
        for name in (KEEPER, LEADER, GUEST)
    )
    make_venue(place, VenueKind.MEMBER_WORKSHOP, keeper=keeper, leader=leader)
    make_signup(shift_of(make_activity(place)), guest)
    for name in ("东一村", "东镇", "东县", "东市"):
        cast.organization(name).phone = "13900000077"
    cast.user("gil").display_name = OFFICER
    names = [KEEPER, LEADER, GUEST, OFFICER]
    db.session.commit()
    return [*names, *(mask_name(name) for name in names), "13900000077"]


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("PRV-03", "PRV-04", "PRV-07", "PRV-12")
def test_the_public_area_tells_of_no_person(
    app: Flask, cast: Cast, client_of: Callable[[str], Client]
) -> None:
    marks = put_people(cast)
    pupils, guardians, _pages = put_pupils(cast)
    marks += [*pupils, *guardians, *(mask_name(name) for name in (*pupils, *guardians))]
    path = f"/o/{cast.code('测试省')}/statistics"
    answer = client_of("gil").post(path, {"year": str(clock.today().year)})
    assert answer.status_code == 303
    browser = Client(app)
    listed = links_of(browser.get("/sitemap.xml").text.replace("<loc>", '<a href="').replace(
        "</loc>", '">').replace(app.config["REDCROSS"].origin, ""))  # fmt: skip
    probes = [f"/{page}?q={name}" for page in ("find", "venues") for name in (KEEPER, "东小学")]
    seen = walk(browser, ["/", *listed, *probes], questions=1)
    told = {address: text for address, text in seen.items() if "q=" not in address}
    assert {address for address, text in told.items() for mark in marks if mark in text} == set()
    for address in probes:
        assert KEEPER not in seen[address].replace(f'value="{KEEPER}"', "").replace(
            f"『{KEEPER}』", ""
        )
    known = secrets_of_all()
    assert {address for address, text in told.items() if secrets_in(text, known)} == set()
    assert {address for address, text in told.items() if names_in(text)} == set()
    reached = ("/venues/", "/organizations/", "/events/", "/services/", "/statistics/", "/j/")
    assert [one for one in reached if not any(address.startswith(one) for address in seen)] == []
    assert any(address.endswith("/csv") for address in seen)
    assert len(seen) >= 60
