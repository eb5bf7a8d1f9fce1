"""Closing an account: what stands against it, taking it back, and nothing that names anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, String, select

from accounts.models import User
from core import clock, keyring
from core.database import Base, db
from core.messages import outbox
from core.rules import RuleViolation
from members.models import Membership
from members.rules import MembershipStatus
from people.models import Erasure, Person
from people.operations.changes import request_change
from people.operations.erasures import erase_due
from people.queries.duplicates import without_number
from people.rules.changes import ChangeField
from people.rules.erasures import ErasureStatus
from tests import activity_factories as acting_at
from tests.cast import Cast
from tests.client import Client
from tests.volunteering import make_qualification
from tests.volunteers.certified import credited, issued, link_of
from tests.volunteers.desk import BRANCH, acting
from tests.volunteers.holding import held
from volunteers.models import (
    HoldEvent,
    LedgerEntry,
    Qualification,
    ServiceCertificate,
    ServiceRecord,
    Volunteer,
    VolunteerTotal,
)
from volunteers.operations import correct, resting, skills
from volunteers.rules import ServiceField, VolunteerStatus

ClientOf = Callable[[str], Client]
CLOSE, KEEP = "/me/account/close", "/me/account/keep"
MARK = "只有甲知道"
DEVICE = b"ada-has-this-telephone-of-his-own"[:32]


def volunteer_of(cast: Cast, name: str = "ada") -> Volunteer:
    person = cast.person(name)
    return db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()


def leave(cast: Cast, name: str = "ada") -> None:
    resting.leave(cast.person(name).id, sure=True, by=acting(cast, name), now=clock.now())
    db.session.commit()


def close(client: Client) -> int:
    return client.post(CLOSE, {"sure": "y"}).status_code


def run_late(days: int = 16) -> int:
    ended = erase_due(clock.now() + timedelta(days=days))
    db.session.commit()
    return ended


def newest() -> Erasure:
    return db.session.scalars(select(Erasure).order_by(Erasure.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.covers("S12", "VOL-09")
def test_what_is_open_comes_first(cast: Cast, client_of: ClientOf) -> None:
    for name, words in (("ada", "还是志愿者"), ("mia", "还是会员"), ("ben", "还有岗位")):
        client = client_of(name)
        page = client.page(CLOSE)
        assert words in page.text
        assert page.select(f"#main form[action='{CLOSE}']") == []
        assert close(client) == 422
    assert db.session.scalars(select(Erasure)).all() == []


def test_nobody_closes_it_by_mistake(app: Flask, cast: Cast, client_of: ClientOf) -> None:
    leave(cast)
    ada = client_of("ada")
    assert ada.post(CLOSE).status_code == 422
    assert close(ada) == 303
    assert ada.get(CLOSE).location.startswith("/login")
    back = Client(app)
    back.post("/login/send", {"phone": cast.person("ada").plain_phone})
    landed = back.post("/login/code", {"code": outbox(1)[0].text.rpartition("#")[2], "agree": "y"})
    assert landed.location == CLOSE
    assert KEEP in str(back.page(CLOSE))
    assert back.post(KEEP).status_code == 303
    assert back.post(KEEP).status_code == 404
    assert newest().status is ErasureStatus.UNDONE
    assert run_late() == 0
    assert cast.person("ada").name == "人ada"


def test_who_joined_again_keeps_the_account(cast: Cast, client_of: ClientOf) -> None:
    leave(cast)
    assert close(client_of("ada")) == 303
    volunteer_of(cast).status = VolunteerStatus.ENTERED
    db.session.commit()
    assert run_late(14) == 0
    assert run_late() == 1
    assert newest().status is ErasureStatus.UNDONE
    assert cast.person("ada").plain_phone


def fill(cast: Cast, client_of: ClientOf) -> tuple[ServiceRecord, ServiceCertificate]:
    """Let ada write something wherever somebody can write; return her hours and certificate."""
    person, now, by = cast.person("ada"), clock.now(), acting(cast, "ada")
    record = credited(cast)
    record.note = MARK
    certificate = issued(client_of("ada"))
    skills.set_profile(person.id, MARK, [ServiceField.FIRST_AID], by=by, now=now)
    make_qualification(volunteer_of(cast), cast.organization(BRANCH)).note = MARK
    request_change(person, ChangeField.NAME, {"name": f"新{MARK}"}, MARK, by=by, now=now)
    looked_at = held(record)
    looked_at.words = MARK
    db.session.add(
        HoldEvent(hold_id=looked_at.id, to_status=looked_at.status, at=now, note=f"问了{MARK}")
    )
    shift = acting_at.shift_of(acting_at.make_activity(cast.organization(BRANCH)))
    attendance = acting_at.make_attendance(acting_at.make_signup(shift, person))
    attendance.in_device = DEVICE
    leave(cast)
    return record, certificate


@pytest.mark.covers("S12", "PRV-16", "LED-01")
def test_nothing_that_names_somebody_is_left_and_hours_stay(
    cast: Cast, client_of: ClientOf
) -> None:
    fill(cast, client_of)
    person, before = cast.person("ada"), totals()
    words = [person.name, person.pinyin, MARK, person.plain_phone, person.plain_id_number]
    digests = [person.phone_index, person.id_index, person.phone_tail_index, DEVICE]
    assert close(client_of("ada")) == 303
    assert run_late() == 1
    assert newest().status is ErasureStatus.DONE
    found = everything({"service_certificates.facts"})
    assert len(found) > 500
    assert [place for place, value in found for word in words if word and word in str(value)] == []
    assert [place for place, value in found if value and value in digests] == []
    assert db.session.scalars(select(Qualification)).one().plain_number == ""
    user = db.session.get_one(User, newest().user_id)
    assert keyring.unseal(user.phone, f"users.phone:{user.code}") == ""
    assert user.suspended_at is not None
    assert totals() == before


@pytest.mark.covers("S12", "PRV-16")
def test_what_has_to_be_kept_is_locked(app: Flask, cast: Cast, client_of: ClientOf) -> None:
    record, certificate = fill(cast, client_of)
    volunteer = volunteer_of(cast)
    close(client_of("ada"))
    run_late()
    page = Client(app).page(link_of(certificate))
    assert "真实有效" in page.text
    assert "不公开" in page.text
    ben, cora = client_of("ben"), client_of("cora")
    assert ben.get(f"/o/{cast.code(BRANCH)}/volunteers/{volunteer.code}").status_code == 404
    register = f"/o/{cast.code('东县')}/certificates"
    assert "人ada" not in cora.get(register).text
    assert cora.get(f"{register}/{certificate.code}/pdf").status_code == 404
    with pytest.raises(RuleViolation, match="已注销"):
        correct(
            record.code,
            60,
            "改一下",
            organization_id=cast.organization(BRANCH).id,
            by=acting(cast, "ben"),
            now=clock.now(),
        )


def totals() -> list[tuple[int, int]]:
    """Return minutes by year and those of the ledger."""
    db.session.expire_all()
    years = select(VolunteerTotal.year, VolunteerTotal.confirmed_minutes)
    ledger = select(LedgerEntry.id, LedgerEntry.minutes)
    return [(row[0], row[1]) for row in (*db.session.execute(years), *db.session.execute(ledger))]


def everything(left_out: set[str]) -> list[tuple[str, object]]:
    """Return every text and every digest of the database, with the column it stands in."""
    found: list[tuple[str, object]] = []
    for table in Base.metadata.sorted_tables:
        kinds = String | LargeBinary
        for column in (one for one in table.columns if isinstance(one.type, kinds)):
            name = f"{table.name}.{column.name}"
            if name not in left_out:
                values = db.session.scalars(select(column).where(column.is_not(None))).all()
                found += [(name, value) for value in values]
    return found


@pytest.mark.covers("PRV-16")
def test_the_phone_is_free_again(app: Flask, cast: Cast, client_of: ClientOf) -> None:
    leave(cast)
    phone = cast.person("ada").plain_phone
    close(client_of("ada"))
    run_late()
    index = keyring.index_of(phone, "phone")
    assert db.session.scalars(select(User).where(User.phone_index == index)).all() == []
    assert db.session.scalars(select(Person).where(Person.phone_index == index)).all() == []


@pytest.mark.covers("PRV-16")
def test_a_member_is_found_by_no_search_and_in_no_pair(cast: Cast, client_of: ClientOf) -> None:
    people = cast.person("mia"), cast.person("ada")
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == people[0].id)
    ).one()
    membership.status = MembershipStatus.WITHDRAWN
    leave(cast)
    assert (close(client_of("mia")), close(client_of("ada"))) == (303, 303)
    assert run_late() == 2
    db.session.refresh(membership)
    assert membership.search_text == ""
    page = f"/o/{cast.code(BRANCH)}/members/{membership.code}"
    assert client_of("ben").get(page).status_code == 404
    low, high = sorted(one.id for one in people)
    assert without_number([(low, high)]) == []
