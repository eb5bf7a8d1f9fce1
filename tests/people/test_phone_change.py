"""Another phone: proven by a code, given by the keeper, every session ended (AU-10, AU-11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import UserSession
from accounts.queries import find_user_by_phone
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from people.models import ChangeRequest, ConsentRequest, Person
from people.operations.consents import Guardian, request_consent
from people.rules.consents import ConsentPurpose
from tests import factories as make
from tests.accounts.steps import last_code
from tests.cast import Cast
from tests.client import Client
from tests.people.wishes import OWN_PAGE, WHY, decide, desk, the_change

Clients = Callable[[str], Client]


@pytest.mark.covers("AU-11", "PRV-11")
def test_a_new_phone_is_proven_by_a_code_and_given_by_the_keeper(
    cast: Cast, client_of: Clients
) -> None:
    mia, ben, phone = client_of("mia"), client_of("ben"), make.make_phone()
    old = cast.person("mia").plain_phone
    ward = make.make_person(born_on=clock.today() - timedelta(days=3650))
    consent = guardian_of(cast, ward, old)
    assert mia.post(f"{OWN_PAGE}/phone", {"phone": old}).status_code == 422
    assert mia.post(f"{OWN_PAGE}/phone", {"phone": "123"}).status_code == 422
    assert mia.post(f"{OWN_PAGE}/phone", {"phone": phone}).status_code == 303
    code = last_code(phone)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert mia.post(f"{OWN_PAGE}/phone/code", {**WHY, "code": wrong}).status_code == 422
    assert mia.post(f"{OWN_PAGE}/phone/code", {"why": "", "code": code}).status_code == 422
    assert mia.post(f"{OWN_PAGE}/phone/code", {**WHY, "code": code}).status_code == 303
    assert find_user_by_phone(phone) is None
    assert phone not in ben.get(f"{desk(cast)}/{the_change().code}").text
    assert decide(cast, ben, "approve") == 303
    user, person = find_user_by_phone(phone), cast.person("mia")
    assert user is not None
    assert (user.person_id, person.plain_phone) == (person.id, phone)
    assert find_user_by_phone(old) is None
    ended = select(UserSession.ended_at).where(UserSession.user_id == user.id)
    assert None not in db.session.scalars(ended).all()
    assert mia.get("/me").headers["Location"].startswith("/login")
    db.session.refresh(consent)
    assert consent.guardian_phone_index == user.phone_index  # who is a guardian stays one
    assert consent.plain_guardian_phone == phone


def guardian_of(cast: Cast, ward: Person, phone: str) -> ConsentRequest:
    """Return the request that was sent to somebody's phone about a ward."""
    request = request_consent(
        ward,
        Guardian("人家长", phone),
        (ConsentPurpose.VOLUNTEERING,),
        organization=cast.organization("东一村"),
        by=SYSTEM,
        now=clock.now(),
    )
    db.session.commit()
    return request


def test_a_phone_that_signs_in_elsewhere_is_not_taken(cast: Cast, client_of: Clients) -> None:
    mia, taken = client_of("mia"), cast.person("gus").plain_phone
    mia.post(f"{OWN_PAGE}/phone", {"phone": taken})
    answer = mia.post(f"{OWN_PAGE}/phone/code", {**WHY, "code": last_code(taken)})
    assert answer.status_code == 422
    assert db.session.scalars(select(ChangeRequest)).all() == []
    phone = make.make_phone()
    mia.post(f"{OWN_PAGE}/phone", {"phone": phone})
    mia.post(f"{OWN_PAGE}/phone/code", {**WHY, "code": last_code(phone)})
    make.make_user(make.make_person(phone=phone))
    db.session.commit()
    assert decide(cast, client_of("ben"), "approve") == 422
    assert cast.person("mia").plain_phone != phone
