"""Another phone at the desk for somebody who lost the old one (ux.md V14)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from accounts.models import UserSession
from accounts.queries import find_user_by_phone
from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.messages import Message
from core.rules import RuleViolation
from people.operations.phones import send_desk_code
from tests import factories as make
from tests.accounts.steps import last_code
from tests.cast import Cast
from tests.client import Client

Clients = Callable[[str], Client]
WHY = {"why": "旧手机丢了，本人带身份证来办"}


def page(cast: Cast, place: str = "东一村", whom: str = "mia") -> str:
    """Return the address at which a place gives somebody another phone."""
    return f"/o/{cast.code(place)}/people/{cast.person(whom).code}/phone"


@pytest.mark.covers("V14", "AU-11")
def test_who_lost_the_phone_reads_out_the_code_of_the_new_one(
    cast: Cast, client_of: Clients
) -> None:
    mia, ben, phone = client_of("mia"), client_of("ben"), make.make_phone()
    old, desk = cast.person("mia").plain_phone, page(cast)
    assert ben.post(desk, {"phone": old}).status_code == 422
    assert ben.post(desk, {"phone": "123"}).status_code == 422
    assert ben.post(desk, {"phone": phone}).status_code == 303
    code = last_code(phone)
    assert ben.post(f"{desk}/code", {**WHY, "code": "000000"}).status_code == 422
    assert ben.post(f"{desk}/code", {"why": "", "code": code}).status_code == 422
    assert find_user_by_phone(phone) is None
    assert ben.post(f"{desk}/code", {**WHY, "code": code}).status_code == 303
    user = find_user_by_phone(phone)
    assert user is not None
    assert user.person_id == cast.person("mia").id
    assert find_user_by_phone(old) is None
    ended = select(UserSession.ended_at).where(UserSession.user_id == user.id)
    assert None not in db.session.scalars(ended).all()
    assert mia.get("/me").headers["Location"].startswith("/login")
    told = [one.text for one in db.session.scalars(select(Message)) if one.phone == old]
    assert any("换成了别的号码" in text and phone not in text for text in told)
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert "changes.phone_at_desk" in actions


@pytest.mark.covers("RACE-10")
def test_of_two_changes_only_the_number_that_was_proven_is_kept(
    cast: Cast, client_of: Clients
) -> None:
    ben, mia, desk = client_of("ben"), client_of("mia"), page(cast)
    first, second, own = make.make_phone(), make.make_phone(), make.make_phone()
    ben.post(desk, {"phone": first})
    early = last_code(first)
    mia.post("/me/changes/phone", {"phone": own})
    ben.post(desk, {"phone": second})
    assert ben.post(f"{desk}/code", {**WHY, "code": early}).status_code == 422
    assert ben.post(f"{desk}/code", {**WHY, "code": last_code(own)}).status_code == 422
    assert ben.post(f"{desk}/code", {**WHY, "code": last_code(second)}).status_code == 303
    assert cast.person("mia").plain_phone == second
    assert find_user_by_phone(first) is None
    assert find_user_by_phone(own) is None


@pytest.mark.covers("V14", "PRV-06")
def test_a_code_is_for_one_person_and_a_taken_number_is_told_to_who_holds_it(
    cast: Cast, client_of: Clients
) -> None:
    ben, desk, taken = client_of("ben"), page(cast), cast.person("gus").plain_phone
    assert ben.post(desk, {"phone": taken}).status_code == 303
    assert ben.post(f"{desk}/code", {**WHY, "code": last_code(taken)}).status_code == 422
    assert cast.person("mia").plain_phone != taken
    phone = make.make_phone()
    ben.post(page(cast, whom="ada"), {"phone": phone})
    assert ben.post(f"{desk}/code", {**WHY, "code": last_code(phone)}).status_code == 422


@pytest.mark.covers("V14", "AU-11")
def test_nobody_moves_the_way_into_a_post_to_himself_or_elsewhere(
    cast: Cast, client_of: Clients
) -> None:
    ben = client_of("ben")
    assert ben.get(page(cast, whom="ben")).status_code == 404
    assert client_of("bea").get(page(cast, "东二村")).status_code == 404
    place, county = cast.organization("东一村"), cast.organization("东县")
    nobody = make.make_person("试无账号")
    make.make_membership(nobody, place)
    db.session.commit()
    for person, at, reason in (
        (cast.person("ben"), county, "职务"),
        (nobody, place, "没有账号"),
    ):
        phone, now = make.make_phone(), clock.now()
        with pytest.raises(RuleViolation, match=reason):
            send_desk_code(person, phone, "0" * 64, str, place_id=at.id, by=SYSTEM, now=now)
