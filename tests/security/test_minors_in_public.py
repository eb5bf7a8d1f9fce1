"""Nobody under 18 stands on a public page; the days around the eighteenth birthday (PRV-12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import unquote

import pytest
from flask import Flask

from core import clock
from core.database import db
from members.operations import card_token
from members.queries import membership_of
from people.models import Person
from people.rules import mask_name
from people.rules.ages import turns_on
from people.rules.minors import is_protected
from tests import factories as make
from tests import school_factories as schools
from tests.cast import Cast
from tests.client import Client
from tests.desk_factories import make_certificate
from tests.people.test_ages_and_masks import ZONES, server_in
from tests.security.rights import ALL
from tests.security.test_canary_crawl import walk
from volunteers.operations import verify_token
from volunteers.queries.roster import latest_birth

AHEAD = 40


@pytest.fixture
def back() -> Iterator[None]:
    """Put the clock back."""
    yield
    clock.set_offset_for_tests(timedelta(0), production=False)


def young(cast: Cast) -> tuple[Person, str, str]:
    """Return who turns 18 in forty days: member and volunteer, with the links of both."""
    today = clock.today() + timedelta(days=AHEAD)
    born_on = date(today.year - 18, today.month, min(today.day, 28))
    person = make.make_person("试将成年", born_on=born_on, phone=make.make_phone(), with_id=True)
    place = cast.organization("东一村")
    make.make_membership(person, place)
    volunteer = make.make_volunteer(person, place)
    certificate = make_certificate(volunteer, place)
    pupil = schools.make_pupil(schools.make_class(cast.organization("东小学")))
    pupil.person.name = "某在校生"
    db.session.commit()
    membership = membership_of(person.id)
    assert membership is not None
    card = f"/v/{card_token(membership.code)}"
    return person, card, f"/v/s/{verify_token(certificate.code)}"


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("PRV-12", "S22")
@pytest.mark.parametrize(("days", "grown"), [(-1, False), (0, True), (1, True)])
@pytest.mark.usefixtures("back")
def test_the_public_site_knows_nobody_before_the_birthday(
    app: Flask, cast: Cast, days: int, grown: bool
) -> None:
    person, card, certificate = young(cast)
    assert person.born_on is not None
    birthday = turns_on(person.born_on, 18)
    ahead = (birthday - clock.today()).days + days
    clock.set_offset_for_tests(timedelta(days=ahead), production=False)
    assert clock.today() == birthday + timedelta(days=days)
    pages = ["/", "/find", "/events", "/privacy", "/help", card, certificate]
    pages += [f"/find?q={word}" for word in ("试将成年", "某在校生", "东小学", person.plain_phone)]
    pages += [f"/j/{cast.code(place)}" for place in ALL]
    seen = {
        address: said(address, text)
        for address, text in walk(Client(app), pages, questions=1).items()
    }
    secrets = (
        "某在校生",
        mask_name("某在校生"),
        person.name,
        person.plain_phone,
        person.plain_id_number,
        person.born_on.isoformat(),
    )
    found = {(address, one) for address, text in seen.items() for one in secrets if one in text}
    assert found == set()
    names = {address for address, text in seen.items() if mask_name(person.name) in text}
    assert names == ({card, certificate} if grown else set())
    assert len(seen) >= len(pages)


def said(address: str, text: str) -> str:
    """Return what an answer tells: without the words that were searched, which come back."""
    return text.replace(unquote(address.partition("?q=")[2]) or "\0", "")


#: Born -> the first day on which the age is reached (PRV-13): summer time and the leap day.
BIRTHS = [
    (date(1986, 5, 4), 18, date(2004, 5, 4)),
    (date(1986, 5, 4), 14, date(2000, 5, 4)),
    (date(1991, 4, 14), 18, date(2009, 4, 14)),
    (date(1991, 4, 14), 14, date(2005, 4, 14)),
    (date(2004, 2, 29), 18, date(2022, 3, 1)),
    (date(2008, 2, 29), 14, date(2022, 3, 1)),
    (date(2008, 2, 29), 18, date(2026, 3, 1)),
    (date(2010, 2, 28), 18, date(2028, 2, 28)),
    (date(2010, 3, 1), 18, date(2028, 3, 1)),
]


@pytest.mark.covers("PRV-13", "S22")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("born_on", "age", "day"), BIRTHS)
@pytest.mark.usefixtures("back")
def test_protection_and_lists_change_on_the_same_day_everywhere(
    born_on: date, age: int, day: date, zone: str
) -> None:
    """The rule, and the bound by which SQL leaves minors out, ask the day in Shanghai."""
    midnight = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+08:00")
    with server_in(zone):
        for seconds, reached in ((-1, False), (0, True)):
            moment = midnight + timedelta(seconds=seconds)
            clock.set_offset_for_tests(moment - datetime.now(tz=moment.tzinfo), production=False)
            today = clock.local(moment).date()
            assert today == (day if reached else day - timedelta(days=1))
            assert (born_on <= latest_birth(today, age)) is reached
            if age == 18:
                assert is_protected(born_on, today) is not reached
