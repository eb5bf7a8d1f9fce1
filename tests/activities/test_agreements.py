"""Agreements accepted again after a change, by a guardian, and by who was signed up (VOL-16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities.models import Shift, SignedAgreement, Signup
from activities.operations import lapse_unagreed
from activities.rules import Ground, Signer, SignupStatus
from core import clock
from core.database import db
from core.messages import outbox
from tests import activity_factories as acting
from tests.activities.attending import scan, shown, states
from tests.activities.desk import BRANCH, begin, letters, live, sign_up
from tests.activities.test_safeguards import moved
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import newest_code

ClientOf = Callable[[str], Client]
GUARDIAN = "13900001111"


def bound(cast: Cast, seats: int = 20) -> Shift:
    """Return the shift of an activity for which an agreement is needed."""
    activity = acting.make_activity(
        cast.organization(BRANCH), starts_at=clock.now() + timedelta(days=9), seats=seats
    )
    activity.grounds = Ground.LARGE.value
    db.session.commit()
    return acting.shift_of(activity)


def agreed(client: Client, shift: Shift) -> None:
    """Sign up with the agreement as it reads now."""
    digest = digest_on(client.page(f"/events/shifts/{shift.code}"))
    assert sign_up(client, shift, {"agrees": "y", "digest": digest}).status_code == 303


def digest_on(page: BeautifulSoup) -> str:
    return str(page.select("input[name=digest]")[0]["value"])


def own(cast: Cast, name: str, shift: Shift) -> Signup:
    person = cast.person(name)
    mine = Signup.person_id == person.id, Signup.shift_id == shift.id
    return db.session.scalars(select(Signup).where(*mine)).one()


def later(signup: Signup, minutes: int = 1) -> int:
    """Return how many lost the seat, told a little after the deadline of a sign-up."""
    assert signup.agree_by is not None
    count = lapse_unagreed(signup.agree_by + timedelta(minutes=minutes))
    db.session.commit()
    return count


@pytest.mark.covers("VOL-16", "S5")
def test_a_changed_agreement_is_accepted_again_or_the_seat_goes(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = bound(cast, seats=2)
    ada, gus = client_of("ada"), client_of("gus")
    for client in (ada, gus, client_of("ben")):
        agreed(client, shift)
    assert live(shift) == {"人ada": "accepted", "人gus": "accepted", "人ben": "waitlisted"}
    path = f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/edit"
    same = {**moved(shift, 0), "seats": "2"}
    assert client_of("bea").post(path, same).status_code in {403, 404}
    assert client_of("ben").post(path, same).status_code == 303
    assert own(cast, "ada", shift).agree_by is None  # nothing of it has changed
    assert client_of("ben").post(path, {**moved(shift, 1), "seats": "2"}).status_code == 303
    signup = own(cast, "ada", shift)
    assert signup.agree_by is not None
    mine = f"/me/events/{signup.code}"
    old = db.session.scalars(select(SignedAgreement.digest)).first()
    assert ada.post(f"{mine}/agree", {"agrees": "y", "digest": old}).status_code == 422
    assert ada.post(f"{mine}/agree").status_code == 422
    form = {"agrees": "y", "digest": digest_on(ada.page(mine))}
    assert gus.post(f"{mine}/agree", form).status_code == 404
    assert ada.post(f"{mine}/agree", form).status_code == 303
    kept = select(SignedAgreement).where(SignedAgreement.signup_id == signup.id)
    assert len(db.session.scalars(kept).all()) == 2  # the earlier one stays
    waiting = own(cast, "gus", shift)
    assert lapse_unagreed(clock.now()) == 0
    assert later(waiting) == 2
    assert live(shift) == {"人ada": "accepted"}
    assert LetterKind.SIGNUP_CALLED_OFF in letters(cast.user("gus"))
    assert waiting.status is SignupStatus.CALLED_OFF
    assert gus.post(f"/me/events/{waiting.code}/agree", form).status_code == 422


def ward_of(cast: Cast, name: str = "gus") -> None:
    """Let somebody be sixteen, with a guardian who agreed to volunteering."""
    person = cast.person(name)
    person.born_on = date(clock.today().year - 16, 1, 1)
    acting.make_guardian(person, cast.organization(BRANCH), GUARDIAN)
    db.session.commit()


def link_sent() -> str:
    """Return the path of the link that the guardian got last."""
    found = [one for one in outbox() if one.phone == GUARDIAN and "/g/a/" in one.text]
    return "/g/a/" + found[0].text.rpartition("/g/a/")[2]


@pytest.mark.covers("VOL-16", "S12", "S31")
def test_nobody_is_called_in_before_the_agreement_is_accepted(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = bound(cast, seats=4)
    ada, gus, ben = client_of("ada"), client_of("gus"), client_of("ben")
    for client in (ada, gus, ben):
        agreed(client, shift)
    begin(shift, clock.now() + timedelta(minutes=20))
    for name in ("ada", "gus"):
        own(cast, name, shift).agree_by = shift.starts_at
    db.session.commit()
    branch = f"/o/{cast.code(BRANCH)}"
    refused = ben.post(f"{branch}/signups/{own(cast, 'gus', shift).code}/arrival")
    assert "还没同意协议" in refused.text
    assert states(shift) == {}
    assert ben.post(f"{branch}/shifts/{shift.code}/arrivals").status_code == 303
    assert states(shift) == {"人ben": "in"}
    page = ada.page(shown(shift))
    assert page.select("input[name=agrees]")
    assert scan(ada, shown(shift)).status_code == 422
    assert scan(ada, shown(shift), agrees="y").status_code == 303
    assert own(cast, "ada", shift).agree_by is None
    assert states(shift) == {"人ada": "in", "人ben": "in"}
    ward_of(cast)
    assert gus.page(shown(shift)).select_one("main form") is not None
    assert scan(gus, shown(shift), agrees="y").status_code == 422
    assert states(shift) == {"人ada": "in", "人ben": "in"}
    assert later(own(cast, "gus", shift)) == 1
    assert live(shift) == {"人ada": "accepted", "人ben": "accepted"}


@pytest.mark.covers("VOL-16", "D5", "PRV-11")
@pytest.mark.parametrize("answer", ["give", "refuse"])
def test_a_minor_s_agreement_is_the_guardian_s(
    app: Flask, cast: Cast, client_of: ClientOf, answer: str
) -> None:
    shift = bound(cast)
    ward_of(cast)
    gus = client_of("gus")
    page = gus.page(f"/events/shifts/{shift.code}")
    assert page.select("input[name=agrees]") == []
    assert sign_up(gus, shift).status_code == 303
    signup = own(cast, "gus", shift)
    assert signup.agree_by is not None
    mine = f"/me/events/{signup.code}"
    assert "监护人的手机" in gus.page(mine).text
    assert gus.post(f"{mine}/agree", {"agrees": "y", "digest": "x"}).status_code == 422
    guardian, link = Client(app), link_sent()
    asked = guardian.page(link)
    assert "人gus" not in asked.text
    digest = digest_on(asked)
    wrong = {"code": "000000", "answer": answer, "digest": digest}
    assert guardian.post(f"{link}/answer", wrong).status_code == 422
    assert guardian.post(f"{link}/code").status_code == 303
    form = {"code": newest_code(), "answer": answer, "digest": digest}
    assert guardian.post(f"{link}/answer", form).status_code == 303
    db.session.refresh(signup)
    kept = db.session.scalars(select(SignedAgreement)).all()
    if answer == "give":
        assert [one.signer for one in kept] == [Signer.GUARDIAN]
        assert own(cast, "gus", shift).agree_by is None
        assert live(shift) == {"人gus": "accepted"}
    else:
        assert kept == []
        assert signup.status is SignupStatus.CALLED_OFF
    assert guardian.get(link).status_code == 404


@pytest.mark.covers("S4", "VOL-04")
def test_a_guardian_s_yes_opens_no_dangerous_service(cast: Cast, client_of: ClientOf) -> None:
    shift = bound(cast)
    ward_of(cast)
    shift.activity.grounds = Ground.DANGER.value
    db.session.commit()
    assert sign_up(client_of("gus"), shift).status_code == 422
    assert live(shift) == {}
